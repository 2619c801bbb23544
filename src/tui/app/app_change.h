/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_CHANGE_H
#define TLBLAB_SRC_TUI_APP_APP_CHANGE_H

#include "tui/app/app.h"

/* "threads 1 ▸ 2": the first setting that differs; "" when none does. */
void app_change_text(const struct app *a, const struct snapshot *snap,
		     const struct experiment *before, const struct experiment *after,
		     char buf[APP_CHANGE_BYTES]);
/* Keeps the figures of the present window, under no name and without a series. */
void measured_keep(struct measured *m, const struct snapshot *snap);
/* What is measured now becomes the baseline, where there is enough of it. */
void app_baseline_keep(struct app *a, const struct snapshot *snap);
/* b: what is measured now becomes the baseline; else says why not. */
void app_baseline_set(struct app *a, const struct snapshot *snap);
/* What compare would refuse is no baseline here: drops it, and says why, when backend,
 * workload or machine are others by now. */
void app_baseline_guard(struct app *a, const struct snapshot *snap);

#endif
