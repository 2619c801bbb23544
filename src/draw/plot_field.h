/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_DRAW_PLOT_FIELD_H
#define TLBLAB_SRC_DRAW_PLOT_FIELD_H

#include "tlblab/draw/plot.h"

/* Between plot.c, which draws curves, and plot_marks.c, which draws the rest. */

/* Where dots may go, and how values become dots. */
struct field {
	struct canvas *canvas;
	struct rect r; /* cells */
	const struct plot *plot;
	struct scale scale;
	int dots_w;
	/* What is being drawn. */
	const struct series *series;
	double shift_s; /* from its clock to the plot's */
	enum role role;
	bool sparse;		     /* every other dot */
	const enum channel *channel; /* instead of the metric; NULL: the metric */
};

/* The dot column of a moment; outside 0 to dots_w when it is not shown. */
int field_dot_column(const struct field *f, double t_s);
/* The first point that ends at t_s or later. */
int series_points_from(const struct series *s, double t_s);
/* Point i of the plot's series; NULL past the end of what is shown. */
const struct series_point *plot_point_shown(const struct plot *p, int i);

void field_markers_draw(const struct field *f, bool names);
void field_noise_draw(const struct field *f);
void field_baseline_series_name_draw(const struct field *f, int y);
void field_time_labels_draw(const struct field *f);
void field_value_axis_draw(const struct field *f);
void field_cursor_draw(const struct field *f);

#endif
