/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_HISTOGRAM_H
#define TLBLAB_DRAW_HISTOGRAM_H

#include "tlblab/base/hist.h"
#include "tlblab/draw/canvas.h"
#include "tlblab/lab/latency.h"

/* A latency distribution as horizontal bars over round classes of nanoseconds. */
struct histogram {
	const struct hist_view *ticks;
	double ns_per_tick;
	const struct latency_summary *summary;
	enum role role;
	/* Drawn as a thin mark on each bar's row; NULL: none. */
	const struct hist_view *baseline_ticks;
};

/* False when there is nothing to draw: an empty distribution or no room. */
bool histogram_draw(struct canvas *c, struct rect r, const struct histogram *h);

#endif
