/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_PLOTS_H
#define TLBLAB_SRC_TUI_APP_APP_PLOTS_H

#include "tui/app/app.h"

/*
 * What part of the session the plots show, on which scale, and the cursor of the one
 * that fills the screen. All plots share one time axis: it follows the newest interval
 * until it is moved back, and then stands still until it is moved to the end again.
 */
enum { APP_SPAN_DEFAULT = 4 };

/* Keys of the plots; false: none of theirs. */
bool app_plots_act(struct app *a, const struct snapshot *snap, enum action action);
/* Back to the newest interval, without a cursor. */
void app_plots_follow(struct app *a);
/* The cursor to the interval that holds that moment, or the nearest. */
void app_cursor_put(struct app *a, const struct snapshot *snap, double t_s);
/* The point under the cursor; NULL when there is no cursor or no point. */
const struct series_point *app_cursor_point(const struct app *a,
					    const struct snapshot *snap);

#endif
