/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_PROMPT_H
#define TLBLAB_SRC_TUI_APP_APP_PROMPT_H

#include "tui/app/app.h"

/* Asks for the name of a preset or of an export, with a sensible one typed already. */
void app_prompt_name(struct app *a, enum prompt prompt);
/* A key while something is typed. */
struct effect app_prompt_act(struct app *a, const struct snapshot *snap,
			     enum action action, int key);

#endif
