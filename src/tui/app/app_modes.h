/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_MODES_H
#define TLBLAB_SRC_TUI_APP_APP_MODES_H

#include "tui/pages/pages.h"

/* w and t: the bench gives way to a sweep, or to the tuner, until it is left. */

/* w: shows the sweep there is, else begins the preset's, else asks what to sweep. */
struct effect app_sweep_open(struct app *a, const struct snapshot *snap);
struct effect app_sweep_accept(struct app *a, const struct snapshot *snap);
/* Keys while either has the screen. */
page_act app_sweep_act;
page_act app_tune_act;
/* Of whatever is tuned; TUNER_DONE when nothing is. */
enum tuner_phase app_tune_phase(const struct app *a);
/* The preset as it would be swept now: with the form's settings. dst must be zeroed. */
int app_sweep_preset(const struct app *a, struct preset *dst);

#endif
