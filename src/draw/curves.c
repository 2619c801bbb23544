/* SPDX-License-Identifier: MIT */
/*
 * Means as characters joined by dotted lines, their intervals as bars with caps. The
 * x axis holds all labelled places with half a cell to spare, whether measured or not,
 * so that the picture stands still while it fills. Order, later above earlier: band,
 * lines, bars, means, names.
 */
#include "tlblab/draw/curves.h"

#include <math.h>
#include <stdlib.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/scale.h"
#include "tlblab/draw/utf8.h"

enum { LABEL_COLUMNS = 8, MARGIN_COLUMNS = 3, NAME_COLUMNS = 24 };

struct field {
	struct canvas *canvas;
	struct rect r; /* cells of the plot itself */
	const struct curves *p;
	struct scale y;
	double x_low, x_high;
};

static double x_of(const struct field *f, double x)
{
	return f->p->log_x ? log(x) : x;
}

/* In cells from the left edge. */
static double column_of(const struct field *f, double x)
{
	double span = f->x_high - f->x_low;
	double room = f->r.w - 1 - 2 * MARGIN_COLUMNS;

	if (!(span > 0))
		return (f->r.w - 1) / 2.0;
	return MARGIN_COLUMNS + (x_of(f, x) - f->x_low) / span * room;
}

static int dot_x(const struct field *f, double x)
{
	int dots = f->canvas->glyphs->dots_x;

	return (int)lround(floor(column_of(f, x) + 0.5) * dots + (dots - 1) / 2);
}

static void dot_put(const struct field *f, int dx, int dy_up, enum role role)
{
	const struct glyphs *g = f->canvas->glyphs;
	int dy = f->r.h * g->dots_y - 1 - dy_up;

	if (dx < 0 || dx >= f->r.w * g->dots_x || dy < 0 || dy_up < 0)
		return;
	canvas_dot(f->canvas, f->r.x + dx / g->dots_x, f->r.y + dy / g->dots_y, role,
		   glyphs_dot_bit(g, dx % g->dots_x, dy % g->dots_y));
}

static bool y_range(const struct curves *p, double *min, double *max)
{
	bool any = false;

	for (int k = 0; k < p->n; k++)
		for (int i = 0; i < p->curves[k].n; i++) {
			const struct curve_point *pt = &p->curves[k].points[i];

			if (isnan(pt->y))
				continue;
			double low = isnan(pt->low) ? pt->y : fmin(pt->low, pt->y);
			double high = isnan(pt->high) ? pt->y : fmax(pt->high, pt->y);

			if (p->log_y && low <= 0) /* has no place on the axis */
				low = pt->y;
			*min = any ? fmin(*min, low) : low;
			*max = any ? fmax(*max, high) : high;
			any = true;
		}
	return any;
}

static void line_draw(const struct field *f, const struct curve_point *a,
		      const struct curve_point *b, enum role role)
{
	int x0 = dot_x(f, a->x), x1 = dot_x(f, b->x);
	int y0 = scale_dot(&f->y, a->y), y1 = scale_dot(&f->y, b->y);
	int steps = abs(x1 - x0) > abs(y1 - y0) ? abs(x1 - x0) : abs(y1 - y0);

	for (int i = 0; i <= steps; i++) {
		double part = steps ? (double)i / steps : 0;

		dot_put(f, (int)lround(x0 + part * (x1 - x0)),
			(int)lround(y0 + part * (y1 - y0)), role);
	}
}

static void bar_draw(const struct field *f, const struct curve_point *pt,
		     enum role role)
{
	int x = dot_x(f, pt->x);

	if (isnan(pt->low) || isnan(pt->high))
		return;
	int low = scale_dot(&f->y, pt->low), high = scale_dot(&f->y, pt->high);

	for (int y = low; y <= high; y++)
		dot_put(f, x, y, role);
	for (int dx = -2; dx <= 2 && high - low > 2; dx++) {
		dot_put(f, x + dx, low, role);
		dot_put(f, x + dx, high, role);
	}
}

static void mean_draw(const struct field *f, const struct curve *k,
		      const struct curve_point *pt)
{
	const struct glyphs *g = f->canvas->glyphs;

	canvas_put(f->canvas, f->r.x + dot_x(f, pt->x) / g->dots_x,
		   f->r.y + f->r.h - 1 - scale_dot(&f->y, pt->y) / g->dots_y, k->role,
		   k->mark);
}

static void curve_draw(const struct field *f, const struct curve *k)
{
	const struct curve_point *before = NULL;

	for (int i = 0; i < k->n; i++) {
		const struct curve_point *pt = &k->points[i];

		if (isnan(pt->y))
			continue;
		if (before)
			line_draw(f, before, pt, k->role);
		before = pt;
	}
	for (int i = 0; i < k->n; i++)
		if (!isnan(k->points[i].y))
			bar_draw(f, &k->points[i], k->role);
	for (int i = 0; i < k->n; i++)
		if (!isnan(k->points[i].y))
			mean_draw(f, k, &k->points[i]);
}

/* A column of the plot, held at its edges. */
static int band_column(const struct field *f, double x)
{
	double at = isnan(x) || (f->p->log_x && !(x > 0)) ? 0 : column_of(f, x);

	return at < 0 ? 0 : at > f->r.w - 1 ? f->r.w - 1 : (int)lround(at);
}

static void band_draw(const struct field *f)
{
	const struct curves *p = f->p;

	if (isnan(p->band) || (p->log_x && !(p->band > 0)))
		return;
	int from = band_column(f, p->band_low), to = band_column(f, p->band_high);
	int at = band_column(f, p->band);
	double true_column = column_of(f, p->band);

	for (int y = 0; y < f->r.h; y++) {
		for (int x = from; x <= to; x++)
			if ((x + y) % 2 == 0)
				canvas_put(f->canvas, f->r.x + x, f->r.y + y,
					   ROLE_MARKER, 0xB7);
		if (true_column >= 0 && true_column <= f->r.w - 1)
			canvas_put(f->canvas, f->r.x + at, f->r.y + y, ROLE_MARKER,
				   0x250A);
	}
}

static void band_name_draw(const struct field *f)
{
	const struct curves *p = f->p;
	int columns = p->band_name ? utf8_text_columns(p->band_name) : 0;

	if (isnan(p->band) || !columns || columns + 2 > f->r.w)
		return;
	int x = band_column(f, p->band) + 1;

	if (x + columns > f->r.w)
		x = f->r.w - columns;
	canvas_text(f->canvas, f->r.x + x, f->r.y + f->r.h - 1, columns, ROLE_MARKER,
		    p->band_name);
}

/* Which mark is which curve, on the first row. */
static void names_draw(const struct field *f)
{
	int x = f->r.x + 1;

	for (int i = 0; i < f->p->n; i++) {
		const struct curve *k = &f->p->curves[i];

		if (!k->name || !*k->name)
			continue;
		canvas_put(f->canvas, x, f->r.y, k->role, k->mark);
		x += 3 + canvas_text(f->canvas, x + 2, f->r.y, NAME_COLUMNS, k->role,
				     k->name);
	}
}

static void y_axis_draw(const struct field *f)
{
	const struct glyphs *g = f->canvas->glyphs;
	double ticks[24];
	char buf[32];

	canvas_vline(f->canvas, f->r.x - 1, f->r.y, f->r.h, ROLE_BORDER);
	int n = scale_ticks(&f->y, 2 * g->dots_y, ticks, 24);

	for (int i = 0; i < n; i++) {
		int y = f->r.y + f->r.h - 1 - scale_dot(&f->y, ticks[i]) / g->dots_y;

		scale_label(buf, sizeof(buf), ticks[i], f->p->unit);
		canvas_text_right(f->canvas, f->r.x - 1, y, LABEL_COLUMNS - 1, ROLE_DIM,
				  buf);
		canvas_put(f->canvas, f->r.x - 1, y, ROLE_BORDER,
			   g->ascii ? '+' : 0x2524);
	}
}

/* Labels centred under their places; those that would touch are left out. */
static void x_axis_draw(const struct field *f)
{
	int y = f->r.y + f->r.h, free_from = f->r.x;

	canvas_hline(f->canvas, f->r.x - 1, y, f->r.w + 1, ROLE_BORDER);
	canvas_put(f->canvas, f->r.x - 1, y, ROLE_BORDER,
		   f->canvas->glyphs->ascii ? '+' : 0x2514);
	for (int i = 0; i < f->p->n_labels; i++) {
		int columns = utf8_text_columns(f->p->labels[i]);
		int at = f->r.x + (int)lround(column_of(f, f->p->xs[i])) - columns / 2;

		if (at + columns > f->r.x + f->r.w)
			at = f->r.x + f->r.w - columns;
		if (at < free_from)
			continue;
		canvas_text(f->canvas, at, y, columns, ROLE_NORMAL, f->p->labels[i]);
		free_from = at + columns + 1;
	}
}

bool curves_draw(struct canvas *c, struct rect r, const struct curves *p)
{
	struct rect old = canvas_clip(c, r);
	struct field f = {c, r, p, {0}, 0, 0};
	double min = NAN, max = NAN;
	bool any = y_range(p, &min, &max);

	f.r.x += LABEL_COLUMNS;
	f.r.w -= LABEL_COLUMNS;
	f.r.h--;
	if (f.r.w >= 4 * MARGIN_COLUMNS && f.r.h >= 2 && p->n_labels > 0) {
		f.x_low = x_of(&f, p->xs[0]);
		f.x_high = x_of(&f, p->xs[p->n_labels - 1]);
		scale_fit(&f.y, p->log_y && any && min > 0, min, max,
			  f.r.h * c->glyphs->dots_y);
		x_axis_draw(&f);
		if (any) {
			y_axis_draw(&f);
			band_draw(&f);
			for (int i = 0; i < p->n; i++)
				curve_draw(&f, &p->curves[i]);
			band_name_draw(&f);
			names_draw(&f);
		}
	}
	canvas_unclip(c, old);
	return any;
}
