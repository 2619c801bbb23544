/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_REPORT_CHART_H
#define TLBLAB_SRC_REPORT_CHART_H

#include <stdbool.h>

#include "tlblab/io/buffer.h"

/* One SVG plot: axes with units, a legend when there is more than one line, markers. */
enum { CHART_LINES = 8, CHART_POINTS = 512, CHART_MARKERS = 32 };

struct chart_point {
	double x, y;
	double low, high; /* the band, or the interval; NaN: none */
};

struct chart_line {
	char name[128];
	struct chart_point points[CHART_POINTS]; /* ascending in x; NaN y is a gap */
	int n;
};

struct chart_marker {
	double x;
	char name[128];
};

enum chart_kind {
	CHART_LINE,  /* over time; low and high are a band */
	CHART_STEPS, /* a distribution: y holds from this x to the next */
	CHART_DOTS,  /* measured points, joined; low and high are intervals */
};

struct chart {
	char title[128];
	const char *x_title, *x_unit; /* units as text_quantity takes them */
	const char *y_title, *y_unit;
	enum chart_kind kind;
	bool log_x, log_y;
	bool few_x; /* the first line's points are the only values x has */
	struct chart_line lines[CHART_LINES];
	int n_lines;
	struct chart_marker markers[CHART_MARKERS];
	int n_markers;
	double noise[CHART_POINTS]; /* x of what was disturbed */
	int n_noise;
	char noise_words[96]; /* by what */
};

enum { CHART_W = 720, CHART_H = 250 };

/* The plot as <svg>; y is where it stands in the picture around it, 0 on its own.
 * False, and nothing is put, when no line has a point that can be shown. */
bool chart_put(struct buffer *b, const struct chart *c, int y);
/* The rules of style a chart needs, light and dark. */
extern const char chart_css[];

#endif
