/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TUI_DIFFERENCE_H
#define TLBLAB_TUI_DIFFERENCE_H

#include "tlblab/base/compare_stats.h"
#include "tui/panels.h"

/* Of every metric over the intervals of the present window; METRIC_N long. Allocates
 * nothing; medians are left NaN. */
void window_stats(const struct snapshot *snap, struct stats *out);
/* How far the window lies from the baseline, by Welch over their intervals; false when
 * either has fewer than two. */
bool view_difference(const struct view *v, enum metric m, struct stats_difference *out);
/* "+252 % ±1.1 vs baseline", or "no difference proven". name: what the baseline is
 * called, "" for none. Returns buf. */
const char *difference_text(const struct stats_difference *d, const char *name,
			    char *buf, size_t bytes);
/* Where there is no room for more: "+252 %". */
const char *difference_brief(const struct stats_difference *d, char *buf, size_t bytes);

#endif
