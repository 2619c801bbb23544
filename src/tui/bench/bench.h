/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_BENCH_BENCH_H
#define TLBLAB_SRC_TUI_BENCH_BENCH_H

#include "tlblab/backends/twin.h"
#include "tlblab/tui/tui.h"
#include "tui/bench/baseline_series.h"
#include "tui/bench/recovery_log.h"
#include "tui/loop.h"

/* The bench: an experiment that runs in the session while its settings are changed. */
struct bench {
	const struct tui_options *options;
	struct twin *twin;		   /* NULL: not asked for */
	struct recovery_log *recovery_log; /* NULL: none is kept */
	struct recovery_log_left left;
	struct baseline_series baseline_series;
	uint64_t apply_ns; /* when the draft is run; 0: nothing waits */
	bool held;	   /* by the mode in front */
	bool ran;	   /* when it was taken */
};

struct bench *bench_of(const struct app *a);

/* Runs the draft now; false when that was refused, and then it was said. */
bool bench_run_draft(struct tui *t);
/* Pauses the bench for a mode that needs its session or its CPUs; once held it stays
 * so. Release lets it go on as it was: with these settings, or NULL, those it had. */
void bench_hold(struct tui *t);
bool bench_is_held(const struct tui *t);
void bench_release(struct tui *t, const struct experiment *settings);

/* Parts of the bench's act, by subject; false: not one of theirs. */
bool bench_preset_act(struct tui *t, const struct effect *e);
bool bench_session_act(struct tui *t, const struct effect *e);
/* Opens a preset and runs it. */
void bench_open_preset(struct tui *t, const char *path);
/* What the doctor says of the machine of a snapshot. */
void diagnose(struct app *a, const struct snapshot *snap);

extern const struct binding_group bench_keys;

#endif
