/* SPDX-License-Identifier: MIT */
/* The latency view: both distributions large, and their figures in a table. */
#include "tui/pages.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"

enum { TABLE_H = 7, NAME_W = 22, COLUMN_W = 11 };

static void row_draw(struct canvas *c, struct rect r, const char *name, enum role role,
		     const struct latency_summary *l)
{
	const double ns[] = {l->p50_ns, l->p90_ns, l->p99_ns, l->p999_ns, l->max_ns};
	char buf[32];

	canvas_text(c, r.x, r.y, NAME_W, role, name);
	text_quantity(buf, sizeof(buf), (double)l->count, "");
	canvas_text_right(c, r.x + NAME_W + COLUMN_W - 2, r.y, COLUMN_W - 2,
			  ROLE_NORMAL, buf);
	for (int i = 0; i < 5; i++) {
		text_quantity(buf, sizeof(buf), l->count ? ns[i] : NAN, "ns");
		canvas_text_right(c, r.x + NAME_W + COLUMN_W * (i + 2) - 2, r.y,
				  COLUMN_W - 2, ROLE_NORMAL, buf);
	}
}

static void table_draw(struct canvas *c, struct rect r, const struct view *v)
{
	static const char *const heads[] = {"count", "p50",   "p90",
					    "p99",   "p99.9", "max"};
	struct rect in = rect_inner(r);
	char title[64];
	int y = in.y;

	snprintf(title, sizeof(title), "Since the last change, %.1f s",
		 v->snap->window.elapsed_s);
	frame_title(c, r, title, "", "");
	in.x += 2;
	in.w -= 4;
	struct rect old = canvas_clip(c, in);

	for (int i = 0; i < 6; i++)
		canvas_text_right(c, in.x + NAME_W + COLUMN_W * (i + 1) - 2, y,
				  COLUMN_W, ROLE_DIM, heads[i]);
	in.y = ++y;
	row_draw(c, in, "operations", ROLE_INITIATOR, &v->snap->worker_latency);
	in.y++;
	row_draw(c, in, "stalls of victims", ROLE_VICTIM, &v->snap->victim_latency);
	in.y++;
	if (view_baseline(v))
		row_draw(c, in, "operations, baseline", ROLE_BASELINE,
			 &view_baseline(v)->worker_latency);
	else
		canvas_text(c, in.x, in.y, in.w, ROLE_DIM,
			    "b keeps these figures as a baseline");
	in.y++;
	canvas_text(
		c, in.x, in.y, in.w, ROLE_DIM,
		"Quantiles are within 3.2 %; the largest is exact. Means hide what the "
		"maximum shows.");
	canvas_unclip(c, old);
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	const struct rect r = l->page;
	int left_w = r.w / 2 + 1;
	struct rect table = {r.x, r.y + r.h - TABLE_H, r.w, TABLE_H};
	struct rect left = {r.x, r.y, left_w, r.h - TABLE_H + 1};
	struct rect right = {r.x + left_w - 1, r.y, r.w - left_w + 1, left.h};

	canvas_box(c, left, ROLE_BORDER);
	canvas_box(c, right, ROLE_BORDER);
	canvas_box(c, table, ROLE_BORDER);
	panel_latency_draw(c, left, v, false);
	panel_victim_latency_draw(c, right, v);
	table_draw(c, table, v);
	return 0;
}

const struct page_desc page_latency = {
	.name = "latency",
	.context = CONTEXT_PAGE,
	.draw = page_draw,
};
