/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_UNDO_H
#define TLBLAB_SRC_TUI_APP_APP_UNDO_H

#include "tui/app/app.h"

/* The draft was changed; this is what it was. The oldest makes room. */
void app_undo_keep(struct app *a, const struct experiment *before);
/* What it was is another preset's, or another step's. */
void app_undo_forget(struct app *a);
struct effect app_undo(struct app *a, const struct snapshot *snap);

#endif
