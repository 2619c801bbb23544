/* SPDX-License-Identifier: MIT */
/* At a glance: what tells the CPUs, and which CPUs are told. */
#include "tui/who/who_screen.h"

#include <stdlib.h>

#include "tlblab/base/text.h"

enum { CELL = 32, NAME_W = 26, RATE_W = 9, CPU_W = 4 };

static double chosen_told(const struct who_screen *s, const struct who_tally *t)
{
	return s->choice.since_start ? t->all.told : t->last.told;
}

/* The causes by CPUs told, the most first; how many there are. */
static int causes_in_order(const struct who_screen *s, enum cause order[CAUSE_N])
{
	const struct who *w = who_watch_who(s->options->watch);
	int n = 0;

	for (int i = 0; i < CAUSE_N; i++) {
		double told = chosen_told(s, &who_cause_at(w, (enum cause)i)->tally);
		int at = n;

		if (!(told > 0))
			continue;
		for (; at > 0 &&
		       chosen_told(s, &who_cause_at(w, order[at - 1])->tally) < told;
		     at--)
			order[at] = order[at - 1];
		order[at] = (enum cause)i;
		n++;
	}
	return n;
}

static void causes(struct canvas *c, struct rect r, const struct who_screen *s)
{
	const struct who *w = who_watch_who(s->options->watch);
	double elapsed_s = who_elapsed_s(w, !s->choice.since_start), top = 0;
	double asked = s->choice.since_start ? who_total(w)->all.sent
					     : who_total(w)->last.sent;
	enum cause order[CAUSE_N];
	int n = causes_in_order(s, order);

	if (!n)
		canvas_text(
			c, r.x, r.y, r.w, ROLE_DIM,
			asked > 0 ? "flushes ask other CPUs; which is not visible here"
				  : "no CPU was told to flush");
	for (int i = 0; i < n && i < r.h; i++) {
		double told = chosen_told(s, &who_cause_at(w, order[i])->tally);
		char cell[CELL];

		top = i ? top : told;
		canvas_text(c, r.x, r.y + i, NAME_W - 1, ROLE_NORMAL,
			    cause_table[order[i]].title);
		canvas_text_right(
			c, r.x + NAME_W + RATE_W - 1, r.y + i, RATE_W, ROLE_ACCENT,
			text_quantity(cell, sizeof(cell), told / elapsed_s, ""));
		canvas_bar(c, r.x + NAME_W + RATE_W, r.y + i, r.w - NAME_W - RATE_W,
			   ROLE_INITIATOR, told / top);
	}
}

/* In columns of so many rows, as far as there is room; the rest is on the page of the
 * CPUs. */
static void cpus(struct canvas *c, struct rect r, const struct who_screen *s)
{
	const struct who *w = who_watch_who(s->options->watch);
	double elapsed_s = who_elapsed_s(w, !s->choice.since_start), top = 0;
	int n = who_n_cpus(w), rows = r.h > 0 ? r.h : 1;
	int columns = (n + rows - 1) / rows, w_each = r.w / (columns > 0 ? columns : 1);

	w_each = w_each < CPU_W + RATE_W + 4 ? CPU_W + RATE_W + 4 : w_each;
	for (int i = 0; i < n; i++) {
		const struct who_tally *t = &who_cpu_at(w, i)->tally;
		double got = s->choice.since_start ? t->all.received : t->last.received;

		top = got > top ? got : top;
	}
	for (int i = 0; i < n; i++) {
		const struct who_tally *t = &who_cpu_at(w, i)->tally;
		double got = s->choice.since_start ? t->all.received : t->last.received;
		int x = r.x + i / rows * w_each, y = r.y + i % rows;
		char cell[CELL];

		if (x + w_each > r.x + r.w)
			break;
		canvas_textf(c, x, y, CPU_W, ROLE_DIM, "%d", i);
		canvas_text_right(
			c, x + CPU_W + RATE_W - 1, y, RATE_W, ROLE_ACCENT,
			text_quantity(cell, sizeof(cell), got / elapsed_s, ""));
		canvas_bar(c, x + CPU_W + RATE_W, y, w_each - CPU_W - RATE_W - 1,
			   ROLE_VICTIM, top > 0 ? got / top : 0);
	}
}

void who_meters_draw(struct canvas *c, struct rect r, const struct who_screen *s)
{
	struct rect left = {r.x, r.y, r.w / 2, r.h};
	struct rect right = {left.w - 1, r.y, r.w - left.w + 1, r.h};

	canvas_box(c, left, ROLE_BORDER);
	canvas_box(c, right, ROLE_BORDER);
	canvas_text(c, left.x + 2, r.y, left.w - 4, ROLE_TITLE,
		    " Why: CPUs told per second, by cause ");
	canvas_text(c, right.x + 2, r.y, right.w - 4, ROLE_TITLE,
		    " Whom: flushes received per second, by CPU ");
	if (!(who_elapsed_s(who_watch_who(s->options->watch), false) > 0))
		return;
	left = rect_inner(left);
	left.x++;
	left.w -= 2;
	right = rect_inner(right);
	right.x++;
	right.w -= 2;
	causes(c, left, s);
	cpus(c, right, s);
}
