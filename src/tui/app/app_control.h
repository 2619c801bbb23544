/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_CONTROL_H
#define TLBLAB_SRC_TUI_APP_APP_CONTROL_H

#include "tui/app/app.h"

/* i: over to the control of what runs, or back from it. */
struct effect app_control(struct app *a, const struct snapshot *snap);

#endif
