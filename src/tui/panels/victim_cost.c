/* SPDX-License-Identifier: MIT */
/*
 * What a victim loses, taken apart: a row for each of the runs that tell, and the
 * difference between the first two.
 */
#include "tui/panels/panels.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"

enum { NAME_W = 29, COLUMN_W = 13, ROWS = 5, FRAME_H = 2 };

static const char *const names[VICTIM_COST_KINDS] = {
	[VICTIM_COST_FLUSH] = "flushed, as threads",
	[VICTIM_COST_INTERRUPT] = "interrupted for nothing (i)",
	[VICTIM_COST_APART] = "as processes (mode)",
};

int panel_victim_cost_rows(const struct view *v)
{
	const struct victim_costs *l = &v->app->victim_costs;

	for (int k = 0; k < VICTIM_COST_KINDS; k++)
		if (l->kind[k].set)
			return ROWS + FRAME_H;
	return 0;
}

static void cell_draw(struct canvas *c, const struct rect *r, int column,
		      enum role role, const char *text)
{
	canvas_text_right(c, r->x + NAME_W + COLUMN_W * (column + 1), r->y, COLUMN_W,
			  role, text);
}

struct figures {
	double share, events_per_s, ns;
};

static void figures_draw(struct canvas *c, const struct rect *r, enum role role,
			 const struct figures *f)
{
	char text[32];

	snprintf(text, sizeof(text), "%.1f %%", 100 * f->share);
	cell_draw(c, r, 0, role, isnan(f->share) ? "" : text);
	if (f->events_per_s > 0)
		cell_draw(c, r, 1, role,
			  text_quantity(text, sizeof(text), f->events_per_s, "/s"));
	if (!isnan(f->ns))
		cell_draw(c, r, 2, ROLE_ACCENT,
			  text_quantity(text, sizeof(text), f->ns, "ns"));
}

static void kind_draw(struct canvas *c, struct rect *r, const struct victim_costs *l,
		      enum victim_cost_kind kind)
{
	const struct victim_cost *victim_cost = &l->kind[kind];

	canvas_text(c, r->x, r->y, NAME_W, victim_cost->set ? ROLE_VICTIM : ROLE_DIM,
		    names[kind]);
	if (victim_cost->set)
		figures_draw(c, r, ROLE_NORMAL,
			     &(struct figures){victim_cost->share,
					       victim_cost->events_per_s,
					       victim_cost->ns_per_event});
	else
		cell_draw(c, r, 0, ROLE_DIM, "not run yet");
	r->y++;
}

void panel_victim_cost_draw(struct canvas *c, struct rect r, const struct view *v)
{
	static const char *const heads[] = {"of its time", "events", "each"};
	const struct victim_costs *l = &v->app->victim_costs;
	struct rect in = rect_inner(r);

	bool holds = l->kind[VICTIM_COST_FLUSH].set
			     ? l->kind[VICTIM_COST_FLUSH].by_interrupts
			     : victim_cost_control_holds(&v->snap->mechanism);

	frame_title(c, r, "What a victim loses",
		    holds ? "i runs the control" : "i interrupts it: no control here",
		    "");
	in.x += 2;
	in.w -= 4;
	struct rect old = canvas_clip(c, in);

	for (int i = 0; i < 3; i++)
		cell_draw(c, &in, i, ROLE_DIM, heads[i]);
	in.y++;
	kind_draw(c, &in, l, VICTIM_COST_FLUSH);
	kind_draw(c, &in, l, VICTIM_COST_INTERRUPT);
	canvas_text(c, in.x, in.y, NAME_W, ROLE_DIM, "so flush with refill");
	if (!holds)
		cell_draw(c, &in, 0, ROLE_DIM, "unknown");
	else if (l->kind[VICTIM_COST_FLUSH].set && l->kind[VICTIM_COST_INTERRUPT].set)
		figures_draw(
			c, &in, ROLE_NORMAL,
			&(struct figures){
				NAN, 0,
				l->kind[VICTIM_COST_FLUSH].ns_per_event -
					l->kind[VICTIM_COST_INTERRUPT].ns_per_event});
	in.y++;
	kind_draw(c, &in, l, VICTIM_COST_APART);
	canvas_unclip(c, old);
}
