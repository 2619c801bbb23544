/* SPDX-License-Identifier: MIT */
/*
 * Where no counter tells of page walks: what a translation costs to bring back, timed.
 * It stands in the walks' place under its own name, by working set and page size where
 * there is room, and is never called walk cycles.
 */
#include "tui/panels/panels.h"

#include <stdio.h>

#include "tlblab/base/text.h"

enum { PAGES_W = 24, VALUE_W = 10 };

static int headline_draw(struct canvas *c, struct rect r, double ns_per_page)
{
	char value[32];
	int x = r.x +
		canvas_text(c, r.x, r.y, r.w, ROLE_NORMAL, "estimate (timed): refill ");

	text_quantity(value, sizeof(value), ns_per_page, "ns");
	x += canvas_text(c, x, r.y, r.x + r.w - x, ROLE_ACCENT, value);
	canvas_text(c, x, r.y, r.x + r.w - x, ROLE_NORMAL, " a page");
	return 1;
}

static void point_draw(struct canvas *c, struct rect r, const struct refill_point *p)
{
	char text[80];

	snprintf(text, sizeof(text), "  %d pages of %s", p->pages,
		 p->page_bytes > 4096 ? "2 MiB" : "4 KiB");
	canvas_text(c, r.x, r.y, PAGES_W, ROLE_NORMAL, text);
	text_quantity(text, sizeof(text), p->ns_per_page, "ns");
	canvas_text_right(c, r.x + PAGES_W + VALUE_W, r.y, VALUE_W, ROLE_NORMAL, text);
	snprintf(text, sizeof(text), "  (half lie in %.1f to %.1f), %.0f TSC cycles",
		 p->low_ns_per_page, p->high_ns_per_page, p->tsc_cycles_per_page);
	canvas_text(c, r.x + PAGES_W + VALUE_W, r.y, r.w - PAGES_W - VALUE_W, ROLE_DIM,
		    text);
}

void panel_refill_draw(struct canvas *c, struct rect r, const struct view *v)
{
	struct reading headline = view_metric(v, METRIC_REFILL_NS_PER_PAGE);
	const struct refill_estimate *e = v->snap->view.refill;
	int row = 0;

	if (!reading_present(headline) || r.h < 1)
		return;
	row += headline_draw(c, r, headline.value);
	for (int i = 0; e && i < e->n && row < r.h; i++, row++)
		point_draw(c, (struct rect){r.x, r.y + row, r.w, 1}, &e->point[i]);
}
