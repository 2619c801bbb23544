/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_DIFFERENCE_H
#define TLBLAB_SRC_TUI_APP_DIFFERENCE_H

#include "tlblab/base/compare_stats.h"
#include "tui/panels/panels.h"

/* Where the present window begins, between two points. */
double window_from_s(const struct snapshot *snap);
/* Of every metric over the points that end later than from_s; METRIC_N long. Allocates
 * nothing; medians are left NaN. */
void series_stats(const struct series *series, double from_s, struct stats *out);
/* How far the simulated lies from the measured: "simulated: error -12 % ±0.9". */
const char *twin_error_text(const struct stats_difference *d, char *buf, size_t bytes);
/* Nothing has been changed since the baseline was kept: they share intervals, and one
 * says nothing of the other. */
bool view_is_its_baseline(const struct view *v);
/* How far the window lies from the baseline, by Welch over their intervals; false when
 * either has fewer than two, or when they are the same. */
bool view_difference(const struct view *v, enum metric m, struct stats_difference *out);
/* "+252 % ±1.1 vs baseline", or "no difference proven". name: what the baseline is
 * called, "" for none. Returns buf. */
const char *difference_text(const struct stats_difference *d, const char *name,
			    char *buf, size_t bytes);
/* Where there is no room for more: "+252 %". */
const char *difference_brief(const struct stats_difference *d, char *buf, size_t bytes);

#endif
