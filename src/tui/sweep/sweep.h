/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_SWEEP_SWEEP_H
#define TLBLAB_SRC_TUI_SWEEP_SWEEP_H

#include "tui/keys/keys.h"
#include "tui/pages/pages.h"
#include "tui/sweep/sweep_model.h"

/*
 * w: the bench gives way to a sweep, whose runs the session makes one after another.
 * Its state is the sweep; that stays until the next one or another preset.
 */
struct sweep *sweep_of(const struct app *a);

/* Whether w leads to the sweep there is, to the preset's, or to the question what to
 * sweep. */
bool sweep_enter(struct app *a, const struct snapshot *snap, enum action action,
		 struct effect *effect);
/* Takes the axes that were typed, or says what is wrong with them. */
struct effect sweep_accept(struct app *a);
page_act sweep_act;
/* The preset as it would be swept now: with the form's settings. dst must be zeroed. */
int sweep_preset(const struct app *a, struct preset *dst);

extern const struct binding_group sweep_keys;
extern const struct page_desc sweep_page;

#endif
