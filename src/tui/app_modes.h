/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TUI_APP_MODES_H
#define TLBLAB_TUI_APP_MODES_H

#include "tui/app.h"

/* w and t: the bench gives way to a sweep, or to the tuner, until it is left. */

/* w: shows the sweep there is, else begins the preset's, else asks what to sweep. */
struct effect app_sweep_open(struct app *a, const struct snapshot *snap);
struct effect app_sweep_accept(struct app *a, const struct snapshot *snap);
/* A key while either has the screen; false: it means there what it means elsewhere. */
bool app_mode_act(struct app *a, const struct snapshot *snap, enum context context,
		  enum action action, struct effect *effect);
/* The preset as it would be swept now: with the form's settings. dst must be zeroed. */
int app_sweep_preset(const struct app *a, struct preset *dst);

#endif
