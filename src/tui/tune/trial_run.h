/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_TUNE_TRIAL_RUN_H
#define TLBLAB_SRC_TUI_TUNE_TRIAL_RUN_H

#include "tlblab/io/result_file.h"
#include "tui/tune/tune_run.h"

/* Tuning for a program: what a tune_run does when the bench has one. */

/* Does the form name a program whose throughput a ceiling could be tried on? */
bool trial_run_wanted(const struct app *a);
/* Why it cannot be tried on this machine, as the view to be shown; NULL: it can. */
const struct program_trial_view *trial_run_refusal(struct tune_run *t);
/* Begins with the program of the form. 0 or -errno. */
int trial_run_begin(struct tune_run *t, const struct app *a, struct error *error);
/* The same as it would be shown of a trial that did not begin. */
const struct program_trial_view *trial_run_failed(struct tune_run *t,
						  const struct error *error);
/* What was measured, for a result; it borrows from t. */
void trial_run_result(const struct tune_run *t, struct result_trial *trial,
		      struct result_tune *tune);

#endif
