/* SPDX-License-Identifier: MIT */
/* The latency view: both distributions large, their figures in a table, what a
 * victim loses taken apart, and what the workload alone can tell. */
#include "tui/pages.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"

enum { TABLE_H = 7, NAME_W = 22, COLUMN_W = 11, COLUMNS = 6, HISTOGRAM_MIN_H = 5 };

/* Narrower where the screen is: the largest comes last, and must not be cut off. */
static int column_w(const struct rect *r)
{
	int w = (r->w - NAME_W + 2) / COLUMNS;

	return w < COLUMN_W ? w : COLUMN_W;
}

static void row_draw(struct canvas *c, struct rect r, const char *name, enum role role,
		     const struct latency_summary *l)
{
	const double ns[] = {l->p50_ns, l->p90_ns, l->p99_ns, l->p999_ns, l->max_ns};
	int w = column_w(&r);
	char buf[32];

	canvas_text(c, r.x, r.y, NAME_W, role, name);
	text_quantity(buf, sizeof(buf), (double)l->count, "");
	canvas_text_right(c, r.x + NAME_W + w - 2, r.y, w - 2, ROLE_NORMAL, buf);
	for (int i = 0; i < 5; i++) {
		text_quantity(buf, sizeof(buf), l->count ? ns[i] : NAN, "ns");
		canvas_text_right(c, r.x + NAME_W + w * (i + 2) - 2, r.y, w - 2,
				  ROLE_NORMAL, buf);
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
	int w = column_w(&in);

	for (int i = 0; i < COLUMNS; i++)
		canvas_text_right(c, in.x + NAME_W + w * (i + 1) - 2, y, w, ROLE_DIM,
				  heads[i]);
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
	struct rect loss = take_bottom(&r, panel_loss_rows(v), TABLE_H);
	struct rect table = {r.x, r.y + r.h - TABLE_H, r.w, TABLE_H};
	struct rect left = {r.x, r.y, left_w, r.h - TABLE_H + 1};
	struct rect right = {r.x + left_w - 1, r.y, r.w - left_w + 1, left.h};

	canvas_box(c, left, ROLE_BORDER);
	canvas_box(c, right, ROLE_BORDER);
	canvas_box(c, table, ROLE_BORDER);
	canvas_box(c, loss, ROLE_BORDER);
	canvas_box(c, extras, ROLE_BORDER);
	panel_latency_draw(c, left, v, false);
	panel_victim_latency_draw(c, right, v);
	table_draw(c, table, v);
	if (!rect_is_empty(loss))
		panel_loss_draw(c, loss, v);
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
