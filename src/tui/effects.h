/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TUI_EFFECTS_H
#define TLBLAB_TUI_EFFECTS_H

#include <stdbool.h>

#include "tui/app.h"

/* Carries out what a key asked for, by the session and by files, and tells the model
 * what became of it. EFFECT_APPLY and EFFECT_QUIT are the loop's own business. */
void effect_run(const struct effect *effect, struct app *a, struct session *session);
/* Changes over to the draft; false when that was refused, and then it was said. */
bool effect_start_draft(struct app *a, struct session *session);

#endif
