/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TUI_APP_CHANGE_H
#define TLBLAB_TUI_APP_CHANGE_H

#include "tui/app.h"

/* b: what is measured now becomes the baseline; else says why not. */
void app_baseline_set(struct app *a, const struct snapshot *snap);

#endif
