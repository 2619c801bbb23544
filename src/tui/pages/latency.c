/* SPDX-License-Identifier: MIT */
/* The latency view: both distributions large, their figures in a table, what a
 * victim loses taken apart, and what the workload alone can tell. */
#include "tui/pages/pages.h"

enum { TABLE_H = 7, HISTOGRAM_MIN_H = 5 };

/* A panel of h rows off the lower end, where above it there is room for a table and
 * distributions; else none. */
static struct rect take_bottom(struct rect *r, int h, int table_h)
{
	struct rect taken = {r->x, r->y + r->h - h, r->w, h};

	if (h == 0 || r->h - h < table_h + HISTOGRAM_MIN_H)
		return (struct rect){0};
	r->h -= h - 1;
	return taken;
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	struct rect r = l->page;
	int left_w = r.w / 2 + 1;
	struct rect extras = take_bottom(&r, panel_extras_rows(v), TABLE_H);
	struct rect victim_cost = take_bottom(&r, panel_victim_cost_rows(v), TABLE_H);
	struct rect table = {r.x, r.y + r.h - TABLE_H, r.w, TABLE_H};
	struct rect left = {r.x, r.y, left_w, r.h - TABLE_H + 1};
	struct rect right = {r.x + left_w - 1, r.y, r.w - left_w + 1, left.h};

	canvas_box(c, left, ROLE_BORDER);
	canvas_box(c, right, ROLE_BORDER);
	canvas_box(c, table, ROLE_BORDER);
	canvas_box(c, victim_cost, ROLE_BORDER);
	canvas_box(c, extras, ROLE_BORDER);
	panel_latency_draw(c, left, v, false);
	panel_victim_latency_draw(c, right, v);
	panel_figures_draw(c, table, v);
	if (!rect_is_empty(victim_cost))
		panel_victim_cost_draw(c, victim_cost, v);
	if (!rect_is_empty(extras))
		panel_extras_draw(c, extras, v);
	return 0;
}

static const struct about *const abouts[] = {&about_latency, &about_stalls,
					     &about_extras, NULL};

const struct page_desc page_latency = {
	.name = "latency",
	.context = CONTEXT_PAGE,
	.draw = page_draw,
	.abouts = abouts,
};
