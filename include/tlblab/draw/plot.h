/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_PLOT_H
#define TLBLAB_DRAW_PLOT_H

#include "tlblab/draw/canvas.h"
#include "tlblab/draw/scale.h"
#include "tlblab/lab/series.h"

/* One metric of a series over session time, and channels of its unit behind it. */
struct plot {
	const struct series *series;
	enum metric metric;
	const char *unit; /* of the y labels, as text_quantity takes it */
	enum role role;
	const enum channel *behind; /* n_behind of them */
	int n_behind;
	bool log;
	struct time_axis time;
	double baseline;		      /* the baseline behind; NaN: none */
	const struct series *baseline_series; /* the same as it went, or NULL */
	double baseline_series_shift_s;	      /* from its clock to the series' */
	const char *baseline_series_name;     /* under the time axis' labels, or NULL */
	double cursor_s;  /* a vertical through the interval there; NaN: none */
	bool time_labels; /* the last row carries the time axis' labels */
	bool marker_names;
};

enum { PLOT_LABEL_COLUMNS = 8 }; /* left of the plot: y labels and the axis */

/* Draws into r and nowhere else; false when no visible point has the metric, and then
 * only the labels of the time axis are drawn. */
bool plot_draw(struct canvas *c, struct rect r, const struct plot *p);
/* Lowest and highest of the visible points; false when none has the metric. */
bool plot_range(const struct plot *p, double *min, double *max);
/* The kinds of noise (noise.h, bits) of the visible intervals: each is marked by an
 * exclamation mark at the foot of the plot. */
uint8_t plot_noise(const struct plot *p);
/* One row of levels without axes, newest at the right; false as above. */
bool plot_draw_spark(struct canvas *c, struct rect r, const struct plot *p);

#endif
