/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_FIELDS_H
#define TLBLAB_SRC_TUI_APP_APP_FIELDS_H

#include "tui/app/app.h"

/* The model's part that changes settings: a refused change says why and leaves the
 * draft as it was. */
void app_focus_move(struct app *a, const struct snapshot *snap, int by);
struct effect app_field_step(struct app *a, const struct snapshot *snap, int direction);
/* Starts typing the value in focus; accept takes what was typed. */
void app_field_edit(struct app *a, const struct snapshot *snap);
struct effect app_field_accept(struct app *a, const struct snapshot *snap);

#endif
