/* SPDX-License-Identifier: MIT */
/* What stands on a plot besides its curve: axes, changes, noise, the cursor. */
#include "draw/plot_field.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"

/* More than this, nearer than that, and their verticals would hide the curve. */
enum { MANY_MARKERS = 8, MARKER_ROOM_COLUMNS = 4, MARKER_SIGN = 0x250A };

/* Cells of the curve that a name there would hide. */
static int cells_hidden(const struct field *f, int at, int columns, int row)
{
	int hidden = 0;

	for (int x = at; x < at + columns; x++) {
		const struct cell *cell =
			x < 0 || x >= f->r.w
				? NULL
				: canvas_at(f->canvas, f->r.x + x, f->r.y + row);

		hidden += cell && cell->dots;
	}
	return hidden;
}

/*
 * At the right of its vertical where the name fits, else at the left, with a piece of
 * the vertical and a blank around it whatever the curve does there. On the one of three
 * rows that has room and hides least of the curve; left out when none has room.
 */
static void name_draw(const struct field *f, int x, const char *name, int taken[3])
{
	int columns = utf8_text_columns(name), row = -1, least = INT_MAX;
	bool right = x + 1 + columns < f->r.w;
	int at = right ? x + 1 : x - columns, begin = right ? x : at - 1;

	for (int i = 0; i < 3 && i < f->r.h - 2; i++) {
		int hidden = cells_hidden(f, begin, columns + 2, i);

		if (taken[i] > at || at < 0 || hidden >= least)
			continue;
		row = i;
		least = hidden;
	}
	if (row < 0)
		return;
	taken[row] = at + columns + 1;

	struct rect old = canvas_clip(f->canvas, f->r);

	canvas_fill(f->canvas,
		    (struct rect){f->r.x + begin, f->r.y + row, columns + 2, 1},
		    ROLE_NORMAL);
	canvas_unclip(f->canvas, old);
	canvas_put(f->canvas, f->r.x + x, f->r.y + row, ROLE_MARKER, MARKER_SIGN);
	canvas_text(f->canvas, f->r.x + at, f->r.y + row, columns, ROLE_MARKER, name);
}

/* Then each is a short one at the top, without its name; a shorter time axis tells them
 * apart. */
static bool markers_are_crowded(const struct field *f)
{
	const struct plot *p = f->plot;
	int columns = 0, last = -1, first = -1;

	for (int i = 0; i < series_n_markers(p->series); i++) {
		double t_s = series_marker(p->series, i)->t_s;
		int x = field_dot_column(f, t_s) / f->canvas->glyphs->dots_x;

		if (t_s <= p->time.from_s || x >= f->r.w || x == last)
			continue;
		first = first < 0 ? x : first;
		last = x;
		columns++;
	}
	return columns >= MANY_MARKERS &&
	       (last - first) / columns < MARKER_ROOM_COLUMNS;
}

void field_markers_draw(const struct field *f, bool names)
{
	const struct plot *p = f->plot;
	int taken[3] = {0, 0, 0}; /* first free column of each row for names */
	bool crowded = markers_are_crowded(f);

	if (crowded && names)
		return;

	for (int i = 0; i < series_n_markers(p->series); i++) {
		const struct marker *m = series_marker(p->series, i);
		int dx = field_dot_column(f, m->t_s);
		int x = dx / f->canvas->glyphs->dots_x;
		char name[sizeof(*m) + 16] = "";

		if (m->t_s <= p->time.from_s || dx < 0 || dx >= f->dots_w)
			continue;
		if (!names) {
			for (int y = 0; y < (crowded ? 1 : f->r.h); y++)
				canvas_put(f->canvas, f->r.x + x, f->r.y + y,
					   ROLE_MARKER, MARKER_SIGN);
			continue;
		}
		text_copy(name, sizeof(name), m->what);
		if (*m->from || *m->to)
			text_append(name, sizeof(name), " %s▸%s", m->from, m->to);
		name_draw(f, x, name, taken);
	}
}

/* The first visible point and those behind it; NULL at the end. */
const struct series_point *plot_point_shown(const struct plot *p, int i)
{
	const struct series_point *pt =
		i < series_count(p->series) ? series_at(p->series, i) : NULL;

	return pt && pt->sample.t_s <= p->time.to_s ? pt : NULL;
}

uint8_t plot_noise(const struct plot *p)
{
	const struct series_point *pt;
	unsigned int bits = 0;

	for (int i = series_points_from(p->series, p->time.from_s);
	     (pt = plot_point_shown(p, i)); i++)
		bits |= pt->sample.noise;
	return (uint8_t)bits;
}

void field_noise_draw(const struct field *f)
{
	const struct plot *p = f->plot;
	const struct series_point *pt;

	for (int i = series_points_from(p->series, p->time.from_s);
	     (pt = plot_point_shown(p, i)); i++) {
		int x = field_dot_column(f, pt->sample.t_s - pt->sample.elapsed_s / 2);

		if (pt->sample.noise && x >= 0 && x < f->dots_w)
			canvas_put(f->canvas, f->r.x + x / f->canvas->glyphs->dots_x,
				   f->r.y + f->r.h - 1, ROLE_WARNING, '!');
	}
}

/* In the place of the last labels of the time axis, which nothing measured uses. */
void field_baseline_series_name_draw(const struct field *f, int y)
{
	bool ascii = f->canvas->glyphs->ascii;
	char text[64];

	snprintf(text, sizeof(text), " %s %s ", ascii ? ":" : "⠕",
		 f->plot->baseline_series_name);
	canvas_text_right(f->canvas, f->r.x + f->r.w, y, f->r.w, ROLE_BASELINE, text);
}

void field_time_labels_draw(const struct field *f)
{
	const struct time_axis *t = &f->plot->time;
	double step = time_axis_step(t, f->r.w, 12);
	int y = f->r.y + f->r.h;
	char buf[32];

	canvas_hline(f->canvas, f->r.x - 1, y, f->r.w + 1, ROLE_BORDER);
	canvas_put(f->canvas, f->r.x - 1, y, ROLE_BORDER,
		   f->canvas->glyphs->ascii ? '+' : 0x2514);
	for (double s = ceil(t->from_s / step) * step; s < t->to_s; s += step) {
		int x = field_dot_column(f, s) / f->canvas->glyphs->dots_x;

		time_axis_text(buf, sizeof(buf), s);
		if (x + 8 < f->r.w)
			canvas_text(f->canvas, f->r.x + x, y, 8, ROLE_DIM, buf);
	}
	if (f->plot->baseline_series_name)
		field_baseline_series_name_draw(f, y);
}

void field_value_axis_draw(const struct field *f)
{
	const struct glyphs *g = f->canvas->glyphs;
	double ticks[24];
	char buf[32];

	canvas_vline(f->canvas, f->r.x - 1, f->r.y, f->r.h, ROLE_BORDER);
	int n = scale_ticks(&f->scale, 2 * g->dots_y, ticks, 24);

	for (int i = 0; i < n; i++) {
		int y = f->r.y + f->r.h - 1 -
			scale_dot(&f->scale, ticks[i]) / g->dots_y;

		scale_label(buf, sizeof(buf), ticks[i], f->plot->unit);
		canvas_text_right(f->canvas, f->r.x - 1, y, PLOT_LABEL_COLUMNS - 1,
				  ROLE_DIM, buf);
		canvas_put(f->canvas, f->r.x - 1, y, ROLE_BORDER,
			   g->ascii ? '+' : 0x2524);
	}
}

void field_cursor_draw(const struct field *f)
{
	int dx = isnan(f->plot->cursor_s) ? -1 : field_dot_column(f, f->plot->cursor_s);

	if (dx < 0 || dx > f->dots_w)
		return;
	/* What ends with the axis lies in its last column. */
	dx -= dx == f->dots_w;
	for (int y = 0; y < f->r.h; y++)
		canvas_put(f->canvas, f->r.x + dx / f->canvas->glyphs->dots_x,
			   f->r.y + y, ROLE_KEY, 0x2502);
}
