/* SPDX-License-Identifier: MIT */
#include "report/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/markup.h"
#include "tlblab/base/text.h"

enum { LEFT = 76, RIGHT = 14, TOP = 30, BOTTOM = 40, LEGEND_H = 16, MAX_TICKS = 12 };

struct axis {
	bool log;
	double low, high; /* values */
	double from, to;  /* pixels */
};

/* Colours that are told apart by the colour-blind as well (Okabe and Ito). */
const char chart_css[] =
	":root{--bg:#fff;--fg:#1b1e23;--dim:#5c6470;--rule:#d9dde3;--ok:#00694c;"
	"--warn:#b34700;--l0:#0072b2;--l1:#d55e00;--l2:#009e73;--l3:#aa4f8b;"
	"--l4:#8a6d00;--l5:#3a87b7;--l6:#555;--l7:#8c3b00}"
	"@media(prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e6e8eb;"
	"--dim:#9aa3ae;--rule:#333a43;--ok:#4cc79f;--warn:#ff9a56;--l0:#56b4e9;"
	"--l1:#ff8c42;--l2:#2fc79a;--l3:#e08bc0;--l4:#f0e442;--l5:#8fc7ec;--l6:#bbb;"
	"--l7:#ffb488}}"
	"@media print{:root{--bg:#fff;--fg:#000;--dim:#444;--rule:#bbb;--ok:#00694c;"
	"--warn:#b34700;--l0:#0072b2;--l1:#d55e00;--l2:#009e73;--l3:#aa4f8b;"
	"--l4:#8a6d00;--l5:#3a87b7;--l6:#555;--l7:#8c3b00}}"
	"svg text{font:11px system-ui,sans-serif;fill:var(--dim)}"
	"svg .t{font-weight:600;font-size:13px;fill:var(--fg)}"
	"svg .a{stroke:var(--dim);fill:none}svg .g{stroke:var(--rule);fill:none}"
	"svg .m{stroke:var(--dim);stroke-dasharray:3 3}"
	"svg .c{fill:none;stroke-width:1.6;stroke-linejoin:round}"
	"svg .w{stroke:var(--warn);stroke-width:2}"
	"svg .b{opacity:.18;stroke:none}svg .i{stroke-width:1.2}";

static double axis_at(const struct axis *a, double value)
{
	double share;

	if (a->log)
		share = log(value / a->low) / log(a->high / a->low);
	else
		share = (value - a->low) / (a->high - a->low);
	share = share < 0 ? 0 : share > 1 ? 1 : share;
	return a->from + share * (a->to - a->from);
}

static double round_step(double x)
{
	double ten = pow(10, floor(log10(x)));

	return x <= ten	      ? ten
	       : x <= 2 * ten ? 2 * ten
	       : x <= 5 * ten ? 5 * ten
			      : 10 * ten;
}

static int axis_ticks(const struct axis *a, double *ticks)
{
	static const double steps[] = {1, 2, 5};
	int n = 0;

	if (!a->log) {
		double step = round_step((a->high - a->low) / 5);

		for (double v = ceil(a->low / step) * step;
		     v <= a->high + step * 1e-6 && n < MAX_TICKS; v += step)
			ticks[n++] = fabs(v) < step * 1e-6 ? 0 : v;
		return n;
	}
	bool whole = a->high / a->low > 300;
	double skip = ceil(log10(a->high / a->low) / 8);

	for (double e = floor(log10(a->low)); e <= log10(a->high);
	     e += whole ? skip : 1)
		for (int s = 0; s < (whole ? 1 : 3) && n < MAX_TICKS; s++) {
			double v = pow(10, e) * steps[s];

			if (v >= a->low * 0.999 && v <= a->high * 1.001)
				ticks[n++] = v;
		}
	return n;
}

static void range_take(double v, bool log, double *low, double *high)
{
	if (!isfinite(v) || (log && v <= 0))
		return;
	*low = isnan(*low) ? v : fmin(*low, v);
	*high = isnan(*high) ? v : fmax(*high, v);
}

static bool axes_fit(const struct chart *c, struct axis *x, struct axis *y)
{
	x->low = x->high = y->low = y->high = NAN;
	for (int l = 0; l < c->n_lines; l++)
		for (int i = 0; i < c->lines[l].n; i++) {
			const struct chart_point *p = &c->lines[l].points[i];

			range_take(p->x, c->log_x, &x->low, &x->high);
			range_take(p->y, c->log_y, &y->low, &y->high);
			range_take(p->low, c->log_y, &y->low, &y->high);
			range_take(p->high, c->log_y, &y->low, &y->high);
		}
	if (isnan(x->low) || isnan(y->low))
		return false;
	if (c->log_x && x->low == x->high)
		x->high = x->low * 2;
	else if (x->low == x->high)
		x->high = x->low + 1;
	if (c->log_y) {
		y->low /= 1.15;
		y->high *= 1.15;
		if (y->high / y->low < 4) {
			double middle = sqrt(y->low * y->high);

			y->low = middle / 2;
			y->high = middle * 2;
		}
	} else {
		y->low = fmin(0, y->low);
		y->high = y->high > y->low ? y->high + (y->high - y->low) * 0.06
					   : y->low + 1;
	}
	return true;
}

/* "5.00 µs" of a tick says no more than "5 µs". */
static const char *tick_text(char *buf, size_t bytes, double v, const char *unit)
{
	char text[32];
	size_t digits;

	text_quantity(text, sizeof(text), v, unit);
	digits = strspn(text, "0123456789.-");
	size_t kept = digits;

	if (memchr(text, '.', digits)) {
		while (kept && text[kept - 1] == '0')
			kept--;
		if (kept && text[kept - 1] == '.')
			kept--;
	}
	snprintf(buf, bytes, "%.*s%s", (int)kept, text, text + digits);
	return buf;
}

static int x_ticks(const struct chart *c, const struct axis *x, double *ticks)
{
	const struct chart_line *line = &c->lines[0];

	if (!c->few_x || line->n > MAX_TICKS)
		return axis_ticks(x, ticks);
	for (int i = 0; i < line->n; i++)
		ticks[i] = line->points[i].x;
	return line->n;
}

static void axes_put(struct buffer *b, const struct chart *c, const struct axis *x,
		     const struct axis *y)
{
	double ticks[MAX_TICKS];
	char text[48];

	for (int i = 0, n = axis_ticks(y, ticks); i < n; i++) {
		double at = axis_at(y, ticks[i]);

		markup(b, "<path class=\"g\" d=\"M%g %.1fH%g\"/>", x->from, at, x->to);
		markup(b, "<text x=\"%g\" y=\"%.1f\" text-anchor=\"end\">", x->from - 6,
		       at + 4);
		markup_text(b, tick_text(text, sizeof(text), ticks[i], c->y_unit));
		markup(b, "</text>");
	}
	for (int i = 0, n = x_ticks(c, x, ticks); i < n; i++) {
		double at = axis_at(x, ticks[i]);

		markup(b, "<path class=\"a\" d=\"M%.1f %gv4\"/>", at, y->from);
		markup(b, "<text x=\"%.1f\" y=\"%g\" text-anchor=\"middle\">", at,
		       y->from + 16);
		markup_text(b, tick_text(text, sizeof(text), ticks[i], c->x_unit));
		markup(b, "</text>");
	}
	markup(b, "<path class=\"a\" d=\"M%g %gV%gH%g\"/>", x->from, y->to, y->from,
	       x->to);
	markup(b, "<text x=\"%g\" y=\"%g\" text-anchor=\"end\">", x->to, y->from + 31);
	markup_text(b, c->x_title);
	markup(b, "%s</text>", c->log_x ? ", log" : "");
	markup(b, "<text x=\"%g\" y=\"%g\" text-anchor=\"end\">", x->to, 16.0);
	markup_text(b, c->y_title);
	markup(b, "%s</text>", c->log_y ? ", log" : "");
}

static bool shown(const struct chart *c, double y)
{
	return isfinite(y) && (!c->log_y || y > 0);
}

static void band_put(struct buffer *b, const struct chart *c, int l,
		     const struct axis *x, const struct axis *y)
{
	const struct chart_line *line = &c->lines[l];

	for (int from = 0, to; from < line->n; from = to + 1) {
		for (to = from; to < line->n && shown(c, line->points[to].low) &&
				shown(c, line->points[to].high);)
			to++;
		if (to - from < 2)
			continue;
		markup(b, "<path class=\"b\" style=\"fill:var(--l%d)\" d=\"", l);
		for (int i = from; i < to; i++)
			markup(b, "%c%.1f %.1f", i == from ? 'M' : 'L',
			       axis_at(x, line->points[i].x),
			       axis_at(y, line->points[i].high));
		for (int i = to - 1; i >= from; i--)
			markup(b, "L%.1f %.1f", axis_at(x, line->points[i].x),
			       axis_at(y, line->points[i].low));
		markup(b, "Z\"/>");
	}
}

static void curve_put(struct buffer *b, const struct chart *c, int l,
		      const struct axis *x, const struct axis *y)
{
	const struct chart_line *line = &c->lines[l];
	bool joined = false;
	double before = 0;

	markup(b, "<path class=\"c\" style=\"stroke:var(--l%d)%s\" d=\"", l,
	       l % 2 ? ";stroke-dasharray:7 3" : "");
	for (int i = 0; i < line->n; i++) {
		const struct chart_point *p = &line->points[i];
		double at = axis_at(x, p->x);

		if (!shown(c, p->y)) {
			joined = false;
			continue;
		}
		if (joined && c->kind == CHART_STEPS)
			markup(b, "L%.1f %.1f", at, before);
		before = axis_at(y, p->y);
		markup(b, "%c%.1f %.1f", joined ? 'L' : 'M', at, before);
		joined = true;
	}
	markup(b, "\"/>");
}

/* A point without neighbours would leave no trace on a curve. */
static bool alone(const struct chart *c, const struct chart_line *line, int i)
{
	return c->kind == CHART_LINE && !(i > 0 && shown(c, line->points[i - 1].y)) &&
	       !(i + 1 < line->n && shown(c, line->points[i + 1].y));
}

static void dots_put(struct buffer *b, const struct chart *c, int l,
		     const struct axis *x, const struct axis *y)
{
	for (int i = 0; i < c->lines[l].n; i++) {
		const struct chart_point *p = &c->lines[l].points[i];
		double at = axis_at(x, p->x);

		if (!shown(c, p->y) ||
		    (c->kind != CHART_DOTS && !alone(c, &c->lines[l], i)))
			continue;
		markup(b,
		       "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" "
		       "style=\"fill:var(--l%d)\"/>",
		       at, axis_at(y, p->y), l);
		if (c->kind == CHART_DOTS && shown(c, p->low) && shown(c, p->high))
			markup(b,
			       "<path class=\"i\" style=\"stroke:var(--l%d)\" "
			       "d=\"M%.1f %.1fV%.1f\"/>",
			       l, at, axis_at(y, p->low), axis_at(y, p->high));
	}
}

static void markers_put(struct buffer *b, const struct chart *c, const struct axis *x,
			const struct axis *y)
{
	double free_from = x->from;

	for (int i = 0; i < c->n_markers; i++) {
		double at = axis_at(x, c->markers[i].x);

		markup(b, "<path class=\"m\" d=\"M%.1f %gV%g\"/>", at, y->from, y->to);
		if (at < free_from)
			continue;
		markup(b, "<text x=\"%.1f\" y=\"%g\">", at + 3, y->to + 10);
		markup_text(b, c->markers[i].name);
		markup(b, "</text>");
		free_from = at + 7.0 * (double)strlen(c->markers[i].name) + 6;
	}
}

/* Strokes at the foot, where no curve is read, and what they stand for below. */
static void noise_put(struct buffer *b, const struct chart *c, const struct axis *x,
		      const struct axis *y)
{
	if (!c->n_noise)
		return;
	markup(b, "<path class=\"w\" d=\"");
	for (int i = 0; i < c->n_noise; i++)
		markup(b, "M%.1f %gv-7", axis_at(x, c->noise[i]), y->from - 1);
	markup(b, "M%d %gv-9\"/><text x=\"%d\" y=\"%g\">disturbed: ", LEFT + 2,
	       y->from + 31, LEFT + 9, y->from + 31);
	markup_text(b, c->noise_words);
	markup(b, "</text>");
}

static void legend_put(struct buffer *b, const struct chart *c, double y)
{
	for (int l = 0; l < c->n_lines && c->n_lines > 1; l++) {
		double x = LEFT + (l % 2) * (CHART_W - LEFT) / 2.0;
		double at = y + l / 2 * LEGEND_H;

		markup(b,
		       "<path class=\"c\" style=\"stroke:var(--l%d)%s\" d=\"M%g "
		       "%gh20\"/>",
		       l, l % 2 ? ";stroke-dasharray:7 3" : "", x, at - 4);
		markup(b, "<text x=\"%g\" y=\"%g\">", x + 26, at);
		markup_text(b, c->lines[l].name);
		markup(b, "</text>");
	}
}

bool chart_put(struct buffer *b, const struct chart *c, int y_at)
{
	struct axis x = {.log = c->log_x, .from = LEFT, .to = CHART_W - RIGHT};
	int legend_h = c->n_lines > 1 ? (c->n_lines + 1) / 2 * LEGEND_H : 0;
	struct axis y = {
		.log = c->log_y, .from = CHART_H - BOTTOM - legend_h, .to = TOP};

	if (!axes_fit(c, &x, &y))
		return false;
	markup(b,
	       "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" y=\"%d\" "
	       "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\"><title>",
	       y_at, CHART_W, CHART_H, CHART_W, CHART_H);
	markup_text(b, c->title);
	markup(b, "</title><text class=\"t\" x=\"0\" y=\"16\">");
	markup_text(b, c->title);
	markup(b, "</text>");
	axes_put(b, c, &x, &y);
	markers_put(b, c, &x, &y);
	noise_put(b, c, &x, &y);
	for (int l = 0; l < c->n_lines && c->kind == CHART_LINE; l++)
		band_put(b, c, l, &x, &y);
	for (int l = 0; l < c->n_lines; l++)
		curve_put(b, c, l, &x, &y);
	for (int l = 0; l < c->n_lines; l++)
		dots_put(b, c, l, &x, &y);
	legend_put(b, c, y.from + BOTTOM + LEGEND_H - 6);
	markup(b, "</svg>\n");
	return true;
}
