/* SPDX-License-Identifier: MIT */
/* The flushes view: reasons and sizes above, below them the threads, and the plot where
 * there is room for it. */
#include "tui/pages/pages.h"

enum { PLOT_FROM_W = 110 };

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	struct rect r = l->page;
	int left_w = r.w / 2 + 1;
	struct rect left = {r.x, r.y, left_w, PANEL_FLUSHES_H};
	struct rect right = {r.x + left_w - 1, r.y, r.w - left_w + 1, PANEL_FLUSHES_H};
	struct rect below = {r.x, r.y + PANEL_FLUSHES_H - 1, r.w,
			     r.h - PANEL_FLUSHES_H + 1};
	struct rect plot = {right.x, below.y, right.w, below.h};

	if (r.w >= PLOT_FROM_W)
		below.w = left_w;

	canvas_box(c, left, ROLE_BORDER);
	canvas_box(c, right, ROLE_BORDER);
	canvas_box(c, below, ROLE_BORDER);
	panel_flush_reasons_draw(c, left, v);
	panel_flush_sizes_draw(c, right, v);
	if (r.w >= PLOT_FROM_W) {
		canvas_box(c, plot, ROLE_BORDER);
		panel_plot_draw(c, plot, v, TRACE_FLUSHES, true);
	}
	return panel_flush_slots_draw(c, below, v, v->app->scroll);
}

static const struct about *const abouts[] = {
	&about_flush_reasons,
	&about_flush_sizes,
	&about_flush_slots,
	&trace_flushes.about,
	NULL,
};

const struct page_desc page_flushes = {
	.name = "flushes",
	.context = CONTEXT_PAGE,
	.draw = page_draw,
	.abouts = abouts,
};
