/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_TUNE_TUNE_RUN_H
#define TLBLAB_SRC_TUI_TUNE_TUNE_RUN_H

#include "tlblab/backends/program_trial.h"
#include "tlblab/backends/tuner.h"
#include "tui/app/app.h"

/* A tuner in the place of the bench, or the trial of the program that the bench has:
 * the session is paused meanwhile and keeps its plots; the ceiling is as it was found
 * while tuning and as the bench had it after. */
struct tune_run {
	struct guardian *guardian; /* NULL: tuning is refused */
	struct tuner *tuner;
	struct program_trial *trial;
	struct program_trial_view refusal; /* stands for a trial that cannot be had */
	struct trial_answer no_answer;
	struct trial_data no_data;
	struct error error;
	struct experiment program; /* that is tried */
	int64_t bench_ceiling;	   /* -1: not known, not touched */
	bool bench_away, bench_ran;
};

enum { TUNE_BUDGET_S = 50 };

/* Carries out those effects that concern tuning; false for all others. */
bool tune_run_effect(struct tune_run *t, const struct effect *e, struct app *a,
		     struct session *session);
/* Does what is due; milliseconds until it wants to be called again. */
int tune_run_tick(struct tune_run *t, struct app *a);
/* Ends it without a bench to go back to; fine when nothing is tuned. */
void tune_run_fini(struct tune_run *t, struct app *a);

#endif
