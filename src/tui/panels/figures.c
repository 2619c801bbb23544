/* SPDX-License-Identifier: MIT */
/* The figures of both distributions, and those of the baseline, in a table. */
#include "tui/panels/panels.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"

enum { NAME_W = 22, COLUMN_W = 11, COLUMNS = 6 };

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

void panel_figures_draw(struct canvas *c, struct rect r, const struct view *v)
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
		"Quantiles are within 3.2 %, the largest is exact; means hide both.");
	canvas_unclip(c, old);
}
