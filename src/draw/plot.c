/* SPDX-License-Identifier: MIT */
/*
 * A plot is drawn in one walk over the visible points, which fall in order into dot
 * columns: what shares a column becomes its mean and the band from its lowest to its
 * highest value (a thinned point brings its own), and means are joined by straight
 * lines unless time is missing between them. Order on the canvas, later above earlier:
 * baseline, marker verticals, channels behind, band, line, noise,
 * marker names. Noise may cover the line: what stands there says more about the
 * machine's other business.
 */
#include "tlblab/draw/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "draw/plot_field.h"
#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"

/* What fell into one dot column. */
struct column {
	int x, n;
	double sum, low, high;
	double end_s; /* of its last point */
};

int series_points_from(const struct series *s, double t_s)
{
	int low = 0, high = series_count(s);

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (series_at(s, middle)->sample.t_s < t_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Widens min and max, or sets them where nothing was found before. */
static bool range_widen(const struct plot *p, const struct series *s, double shift_s,
			bool any, double *min, double *max)
{
	for (int i = series_points_from(s, p->time.from_s - shift_s);
	     i < series_count(s); i++) {
		const struct series_point *pt = series_at(s, i);

		if (pt->sample.t_s + shift_s > p->time.to_s)
			break;
		double low = pt->low[p->metric], high = pt->high[p->metric];

		if (isnan(low) || isnan(high))
			continue;
		*min = any ? fmin(*min, low) : low;
		*max = any ? fmax(*max, high) : high;
		any = true;
	}
	return any;
}

bool plot_range(const struct plot *p, double *min, double *max)
{
	return range_widen(p, p->series, 0, false, min, max);
}

static void dot_put(const struct field *f, int dx, int dy_up, enum role role)
{
	const struct glyphs *g = f->canvas->glyphs;
	int dy = f->r.h * g->dots_y - 1 - dy_up;

	if (dx < 0 || dx >= f->dots_w || dy < 0 || dy_up < 0)
		return;
	canvas_dot(f->canvas, f->r.x + dx / g->dots_x, f->r.y + dy / g->dots_y, role,
		   glyphs_dot_bit(g, dx % g->dots_x, dy % g->dots_y));
}

int field_dot_column(const struct field *f, double t_s)
{
	const struct time_axis *t = &f->plot->time;

	return (int)floor((t_s - t->from_s) / (t->to_s - t->from_s) * f->dots_w);
}

static void line_draw(const struct field *f, int x0, int y0, int x1, int y1)
{
	int dx = x1 - x0, dy = abs(y1 - y0), step = y1 > y0 ? 1 : -1;
	int error = dx - dy;

	for (;;) {
		if (!f->sparse || (x0 + y0) % 2 == 0)
			dot_put(f, x0, y0, f->role);
		if (x0 == x1 && y0 == y1)
			return;
		int twice = 2 * error;

		if (twice > -dy) {
			error -= dy;
			x0++;
		}
		if (twice < dx) {
			error += dx;
			y0 += step;
		}
	}
}

static void band_draw(const struct field *f, const struct column *k)
{
	int low = scale_dot(&f->scale, k->low), high = scale_dot(&f->scale, k->high);

	if (high - low < 2)
		return;
	for (int y = low; y <= high; y++)
		if ((y + k->x) % 2 == 0 || y == high || y == low)
			dot_put(f, k->x, y, ROLE_DIM);
}

/* Joins a finished column to the one before it. */
static void column_flush(const struct field *f, const struct column *k,
			 const struct column *before, bool joined)
{
	int y = scale_dot(&f->scale, k->sum / k->n);

	if (joined)
		line_draw(f, before->x, scale_dot(&f->scale, before->sum / before->n),
			  k->x, y);
	else
		dot_put(f, k->x, y, f->role);
}

/* What is being drawn has this value there, from low to high. */
static struct reading point_value(const struct field *f, const struct series_point *p,
				  double *low, double *high)
{
	struct reading r = f->channel ? sample_get(&p->sample, *f->channel)
				      : metric_of(f->plot->metric, &p->sample);

	*low = f->channel ? r.value : p->low[f->plot->metric];
	*high = f->channel ? r.value : p->high[f->plot->metric];
	return r;
}

/* One walk over the points; bands alone first, so that lines stay above them. */
static void points_draw(const struct field *f, bool bands)
{
	const struct plot *p = f->plot;
	struct column k = {.n = 0}, before = {.n = 0};
	bool joined = false;
	int n = series_count(f->series);

	for (int i = series_points_from(f->series, p->time.from_s - f->shift_s); i <= n;
	     i++) {
		const struct series_point *pt = i < n ? series_at(f->series, i) : NULL;
		bool end = !pt || pt->sample.t_s + f->shift_s > p->time.to_s;
		double low = NAN, high = NAN;
		struct reading v =
			end ? READING_ABSENT : point_value(f, pt, &low, &high);
		int x = end ? -1 : field_dot_column(f, pt->sample.t_s + f->shift_s);
		bool gap =
			end || !reading_present(v) ||
			(k.n > 0 &&
			 pt->sample.t_s - pt->sample.elapsed_s * 1.5 - k.end_s > 0.05);

		if (k.n > 0 && (gap || x != k.x)) {
			if (bands)
				band_draw(f, &k);
			else
				column_flush(f, &k, &before, joined);
			before = k;
			joined = !gap;
			k.n = 0;
		}
		if (end)
			return;
		if (!reading_present(v)) {
			joined = false;
			continue;
		}
		if (k.n == 0)
			k = (struct column){.x = x, .low = v.value, .high = v.value};
		k.n++;
		k.sum += v.value;
		k.low = fmin(k.low, low);
		k.high = fmax(k.high, high);
		k.end_s = pt->sample.t_s;
	}
}

static void baseline_draw(const struct field *f)
{
	double v = f->plot->baseline;

	if (isnan(v) || (f->scale.log && v <= 0) || v > f->scale.high)
		return;
	int y = scale_dot(&f->scale, v);

	for (int x = 0; x < f->dots_w; x += 2 * f->canvas->glyphs->dots_x)
		dot_put(f, x, y, ROLE_BASELINE);
}

static void baseline_series_draw(const struct field *f)
{
	struct field baseline_series = *f;

	if (!f->plot->baseline_series)
		return;
	baseline_series.series = f->plot->baseline_series;
	baseline_series.shift_s = f->plot->baseline_series_shift_s;
	baseline_series.role = ROLE_BASELINE;
	baseline_series.sparse = true;
	points_draw(&baseline_series, false);
}

static void behind_draw(const struct field *f)
{
	struct field behind = *f;

	behind.role = ROLE_DIM;
	for (int i = 0; i < f->plot->n_behind; i++) {
		behind.channel = &f->plot->behind[i];
		points_draw(&behind, false);
	}
}

static void field_init(struct field *f, struct canvas *c, struct rect r,
		       const struct plot *p)
{
	*f = (struct field){.canvas = c,
			    .r = r,
			    .plot = p,
			    .dots_w = r.w * c->glyphs->dots_x,
			    .series = p->series,
			    .role = p->role};
}

static void curve_draw(const struct field *f)
{
	field_value_axis_draw(f);
	baseline_draw(f);
	baseline_series_draw(f);
	field_cursor_draw(f);
	field_markers_draw(f, false);
	behind_draw(f);
	points_draw(f, true);
	points_draw(f, false);
	field_noise_draw(f);
	if (f->plot->marker_names)
		field_markers_draw(f, true);
}

/* Widens the range to hold the channels behind. */
static void range_behind(const struct plot *p, double *min, double *max)
{
	const struct series_point *pt;

	for (int i = series_points_from(p->series, p->time.from_s);
	     (pt = plot_point_shown(p, i)); i++)
		for (int k = 0; k < p->n_behind; k++) {
			struct reading r = sample_get(&pt->sample, p->behind[k]);

			if (!reading_present(r) || (p->log && r.value <= 0))
				continue;
			*min = fmin(*min, r.value);
			*max = fmax(*max, r.value);
		}
}

bool plot_draw(struct canvas *c, struct rect r, const struct plot *p)
{
	struct rect old = canvas_clip(c, r);
	struct field f;
	double min = NAN, max = NAN;
	bool any = plot_range(p, &min, &max);

	r.x += PLOT_LABEL_COLUMNS;
	r.w -= PLOT_LABEL_COLUMNS;
	r.h -= p->time_labels;
	if (r.w >= 4 && r.h >= 1) {
		field_init(&f, c, r, p);
		if (any)
			range_behind(p, &min, &max);
		if (any && p->baseline_series)
			range_widen(p, p->baseline_series, p->baseline_series_shift_s,
				    true, &min, &max);
		if (any && !isnan(p->baseline)) {
			min = fmin(min, p->baseline);
			max = fmax(max, p->baseline);
		}
		scale_fit(&f.scale, p->log, min, max, r.h * c->glyphs->dots_y);
		if (p->time_labels)
			field_time_labels_draw(&f);
		if (any)
			curve_draw(&f);
	}
	canvas_unclip(c, old);
	return any;
}

bool plot_draw_spark(struct canvas *c, struct rect r, const struct plot *p)
{
	struct rect old = canvas_clip(c, r);
	struct scale scale;
	double min = NAN, max = NAN;
	bool any = plot_range(p, &min, &max);
	double span = p->time.to_s - p->time.from_s;
	int last_x = -1, last_level = 0;

	if (any)
		scale_fit(&scale, false, min, max, 8);
	for (int i = series_points_from(p->series, p->time.from_s);
	     any && i < series_count(p->series); i++) {
		const struct series_point *pt = series_at(p->series, i);
		struct reading v = metric_of(p->metric, &pt->sample);
		int x = (int)floor((pt->sample.t_s - p->time.from_s) / span * r.w);

		if (x >= r.w)
			break;
		if (!reading_present(v))
			continue;
		int level = 1 + scale_dot(&scale, pt->high[p->metric]);

		if (x == last_x && level < last_level) /* a spike stays visible */
			level = last_level;
		last_x = x;
		last_level = level;
		canvas_put(c, r.x + x, r.y, p->role,
			   glyphs_level_code(c->glyphs, level));
	}
	canvas_unclip(c, old);
	return any;
}
