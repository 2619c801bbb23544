/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_TUNE_TUNE_H
#define TLBLAB_SRC_TUI_TUNE_TUNE_H

#include "tlblab/backends/program_trial.h"
#include "tlblab/backends/tuner.h"
#include "tui/keys/keys.h"
#include "tui/loop.h"
#include "tui/pages/pages.h"

/*
 * t: a tuner in the place of the bench or, where the form names a program, a trial of
 * ceilings on that. The session is paused meanwhile and keeps its plots; the ceiling is
 * as it was found while tuning, and as the bench had it after.
 */
struct tune {
	const struct tuner_view *view; /* of the tuner; NULL: none */
	struct tuner *tuner;
	int64_t bench_ceiling; /* the bench's, while either is on; -1: as found */
};

struct trial {
	const struct program_trial_view *view; /* of the trial, or of the refusal */
	struct program_trial *trial;
	struct program_trial_view refusal; /* instead of a trial that cannot be had */
	struct trial_answer no_answer;
	struct trial_data no_data;
	struct error error;
	struct experiment program; /* that is tried */
};

struct tune *tune_of(const struct app *a);
struct trial *trial_of(const struct app *a);

enum { TUNE_BUDGET_S = 50, TUNE_FRAME_MS = 500 };

/* Does the form name a program whose throughput a ceiling could be tried on? */
bool trial_wanted(const struct app *a);

/* While something is tuned the ceiling is the one that the kernel was found with, not
 * what the bench's experiment may have set. hold pauses the bench and keeps its
 * ceiling; release undoes both. */
void tune_hold(struct tui *t);
void tune_release(struct tui *t);
bool tune_ceiling_is(const struct tui *t, int64_t pages);

/* Keys, and the footer's words for them, in a phase of either. */
bool tune_keys_act(struct app *a, enum tuner_phase phase, enum action action,
		   struct effect *effect);
const char *tune_word(enum tuner_phase phase, const struct binding *b);

extern const struct binding_group tune_keys;
extern const struct page_desc tune_page, trial_page;

#endif
