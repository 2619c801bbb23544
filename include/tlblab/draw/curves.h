/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_CURVES_H
#define TLBLAB_DRAW_CURVES_H

#include "tlblab/draw/canvas.h"

/* A value measured at some x, with its 95 % interval where there is one. */
struct curve_point {
	double x, y;	  /* y NaN: not measured yet */
	double low, high; /* NaN: no interval */
};

struct curve {
	const char *name;
	const struct curve_point *points; /* ascending in x */
	int n;
	enum role role;
	uint32_t mark; /* of a mean: curves differ without colour, too */
};

/* Curves of measured values over a swept quantity. */
struct curves {
	const struct curve *curves;
	int n;
	const char *unit; /* of y, as text_quantity takes it */
	bool log_y, log_x;
	/* What stands under the axis at each x: labels[i] at xs[i], ascending. */
	const double *xs;
	const char *const *labels;
	int n_labels;
	/* An interval on the x axis, and its middle; NaN: none. */
	double band_low, band, band_high;
	const char *band_name;
};

/* false when no point has a value; then only the x axis is drawn. */
bool curves_draw(struct canvas *c, struct rect r, const struct curves *p);

#endif
