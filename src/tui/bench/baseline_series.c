/* SPDX-License-Identifier: MIT */
#include "tui/bench/baseline_series.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tui/app/app_change.h"

struct replay_source baseline_series_source(struct recording_reader *reader,
					    const struct catalogue *c)
{
	struct result_data *d = recording_reader_data(reader);

	return (struct replay_source){
		.recording = recording_reader_recording(reader),
		.machine = &d->machine,
		.catalogue = c,
		.experiment = &d->preset.experiment,
		.runs = d->runs,
		.n_runs = d->n_runs,
		.mechanism_verdict = d->mechanism_verdict,
		.mechanism_evidence = d->mechanism_evidence,
		.mechanism_measured = d->mechanism_measured,
		.complete = true,
	};
}

int baseline_series_open(struct baseline_series *g, struct recording_reader *reader,
			 const char *path, const struct catalogue *c)
{
	struct replay_source source = baseline_series_source(reader, c);

	*g = (struct baseline_series){
		.recording = source.recording, .path = path, .run = -1};
	return replay_new(&g->replay, &source);
}

void baseline_series_close(struct baseline_series *g)
{
	replay_free(g->replay);
	g->replay = NULL;
}

static const char *baseline_series_name(const struct baseline_series *g)
{
	const char *slash = strrchr(g->path, '/');

	return slash && slash[1] ? slash + 1 : g->path;
}

void baseline_series_show(struct baseline_series *g, struct app *a,
			  const struct experiment *beside, int run)
{
	int last = recording_n_runs(g->recording) - 1;
	char text[200];

	if (!g->replay || last < 0)
		return;
	g->run = run < 0 || run > last ? last : run;
	replay_seek(g->replay, recording_run(g->recording, g->run)->end_s);

	const struct snapshot *snap = replay_snapshot(g->replay);

	if (strcmp(snap->experiment->workload, beside->workload) != 0) {
		snprintf(text, sizeof(text),
			 "%s ran %s, not %s: an operation of another workload is "
			 "another thing, so it is no baseline here",
			 baseline_series_name(g), snap->experiment->workload,
			 beside->workload);
		app_say(a, text);
		return;
	}
	measured_keep(&a->baseline, snap);
	a->baseline.series = snap->series;
	text_copy(a->baseline.name, sizeof(a->baseline.name), baseline_series_name(g));
}

bool baseline_series_shows(const struct baseline_series *g, const struct app *a)
{
	return g->replay && a->baseline.set && a->baseline.series &&
	       a->baseline.series == replay_snapshot(g->replay)->series;
}

void baseline_series_align(const struct baseline_series *g, struct app *a,
			   double begin_s)
{
	if (baseline_series_shows(g, a))
		a->baseline.shift_s =
			begin_s - recording_run(g->recording, g->run)->base_s;
}

void baseline_series_align_measured(const struct baseline_series *g, struct app *a,
				    double run_start_s)
{
	double own_s = baseline_series_shows(g, a)
			       ? replay_snapshot(g->replay)->run_start_s
			       : 0;

	if (baseline_series_shows(g, a) && !isnan(run_start_s) && !isnan(own_s))
		a->baseline.shift_s = run_start_s - own_s;
}
