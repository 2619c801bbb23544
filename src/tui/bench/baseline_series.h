/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_BENCH_BASELINE_SERIES_H
#define TLBLAB_SRC_TUI_BENCH_BASELINE_SERIES_H

#include "tlblab/backends/replay.h"
#include "tlblab/io/recording_read.h"
#include "tui/app/app.h"

/*
 * Another recording as the baseline of what is shown: its figures are those of one of
 * its runs, its series is drawn behind. What the app's baseline borrows from it lives
 * as long as the baseline does.
 */
struct baseline_series {
	struct replay *replay; /* NULL: there is none */
	const struct recording *recording;
	const char *path;
	int run; /* as last shown; -1 none */
};

/* The source that a wholly read recording is; sensors are left out. */
struct replay_source baseline_series_source(struct recording_reader *reader,
					    const struct catalogue *c);
/* reader and path are borrowed. 0 or -ENOMEM. */
int baseline_series_open(struct baseline_series *g, struct recording_reader *reader,
			 const char *path, const struct catalogue *c);
void baseline_series_close(struct baseline_series *g);
/* Makes the run of that number, or its last, the baseline, and says so where it cannot
 * be one. */
void baseline_series_show(struct baseline_series *g, struct app *a,
			  const struct experiment *beside, int run);
/* Whether it is still the baseline: b takes its place, B forgets it. */
bool baseline_series_shows(const struct baseline_series *g, const struct app *a);
/* Its run begins where the run on the screen does. */
void baseline_series_align(const struct baseline_series *g, struct app *a,
			   double begin_s);
/* The measured part of its run begins where that on the screen does. */
void baseline_series_align_measured(const struct baseline_series *g, struct app *a,
				    double run_start_s);

#endif
