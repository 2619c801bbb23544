/* SPDX-License-Identifier: MIT */
#include "tlblab/draw/heat_map.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"

enum { LABEL_MAX_W = 30, CELL_MIN_W = 8, CELL_MAX_W = 16, LEVELS = ROLE_HEAT_N };

struct range {
	double low, high;
	bool log;
};

static struct range range_of(const struct heat_map *m)
{
	struct range g = {INFINITY, -INFINITY, m->log};

	for (int row = 0; row < m->rows; row++)
		for (int k = 0; k < m->columns; k++) {
			double v = m->value(m->self, row, k);

			if (isnan(v))
				continue;
			g.low = fmin(g.low, v);
			g.high = fmax(g.high, v);
		}
	g.log = g.log && g.low > 0;
	return g;
}

static int level_of(const struct range *g, double v)
{
	double part = 0;

	if (g->high > g->low)
		part = g->log ? log(v / g->low) / log(g->high / g->low)
			      : (v - g->low) / (g->high - g->low);
	int level = (int)(part * LEVELS);

	return level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level;
}

static int label_columns(const struct heat_map *m)
{
	int most = 0;
	char buf[160];

	for (int row = 0; row < m->rows; row++) {
		int n = utf8_text_columns(m->row_label(m->self, row, buf, sizeof(buf)));

		most = n > most ? n : most;
	}
	return most > LABEL_MAX_W ? LABEL_MAX_W : most;
}

static void cell_draw(struct canvas *c, struct rect r, const struct heat_map *m,
		      const struct range *g, int row, int column)
{
	double v = m->value(m->self, row, column);
	bool marked = row == m->mark_row && column == m->mark_column;
	char text[40], value[32];

	if (isnan(v)) {
		canvas_text(c, r.x + 1, r.y, r.w - 1, ROLE_DIM, marked ? "…" : "·");
		return;
	}
	double half = m->half_width(m->self, row, column);
	enum role role = (enum role)(ROLE_HEAT_0 + level_of(g, v));

	text_quantity(value, sizeof(value), v, m->unit);
	snprintf(text, sizeof(text), "%s%s", value, marked ? " …" : "");
	canvas_fill(c, r, role);
	canvas_text(c, r.x + 1, r.y, r.w - 1, role, text);
	if (r.h < 2 || isnan(half))
		return;
	snprintf(text, sizeof(text), "±%s",
		 text_quantity(value, sizeof(value), half, m->unit));
	canvas_text(c, r.x + 1, r.y + 1, r.w - 1, role, text);
}

int heat_map_draw(struct canvas *c, struct rect r, const struct heat_map *m, int scroll)
{
	struct rect old = canvas_clip(c, r);
	struct range g = range_of(m);
	int label_w = label_columns(m), shown;
	int cell_w = (r.w - label_w - 1) / (m->columns > 0 ? m->columns : 1);
	int cell_h = m->rows * 3 <= r.h - 1 ? 3 : m->rows * 2 <= r.h - 1 ? 2 : 1;
	char buf[160];

	cell_w = cell_w > CELL_MAX_W   ? CELL_MAX_W
		 : cell_w < CELL_MIN_W ? CELL_MIN_W
				       : cell_w;
	shown = (r.h - 1) / cell_h;
	for (int k = 0; k < m->columns; k++)
		canvas_text(c, r.x + label_w + 1 + k * cell_w + 1, r.y, cell_w - 1,
			    ROLE_NORMAL, m->column_label(m->self, k));
	for (int i = 0; i < shown && i + scroll < m->rows; i++) {
		int y = r.y + 1 + i * cell_h, row = i + scroll;

		canvas_text(c, r.x, y, label_w, ROLE_NORMAL,
			    m->row_label(m->self, row, buf, sizeof(buf)));
		for (int k = 0; k < m->columns; k++)
			cell_draw(c,
				  (struct rect){r.x + label_w + 1 + k * cell_w, y,
						cell_w - 1, cell_h},
				  m, &g, row, k);
	}
	canvas_unclip(c, old);
	return m->rows > shown ? m->rows - shown : 0;
}
