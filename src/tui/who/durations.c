/* SPDX-License-Identifier: MIT */
/* How long a flush takes that asks other CPUs, from the request to the last answer. */
#include "tlblab/base/text.h"
#include "tui/who/who_screen.h"

enum { CELL = 32, COLUMN_W = 12, CLASS_W = 14 };

static const char *const classes[WHO_TOLD_CLASSES] = {
	"1 CPU", "2 to 3", "4 to 7", "8 to 15", "16 to 31", "32 to 63", "64 and more",
};

static void cells(struct canvas *c, struct rect r, const char *name,
		  const struct hist_view *h)
{
	const double at[] = {0.5, 0.9, 0.99, 0.999};
	char cell[CELL];
	int x = r.x + CLASS_W;

	canvas_text(c, r.x, r.y, CLASS_W, ROLE_NORMAL, name);
	canvas_text_right(c, x + COLUMN_W, r.y, COLUMN_W, ROLE_NORMAL,
			  text_quantity(cell, sizeof(cell), (double)h->total, ""));
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		x += COLUMN_W;
		canvas_text_right(c, x + COLUMN_W, r.y, COLUMN_W, ROLE_NORMAL,
				  text_quantity(cell, sizeof(cell),
						hist_view_quantile(h, at[i]), "ns"));
	}
	x += COLUMN_W;
	canvas_text_right(c, x + COLUMN_W, r.y, COLUMN_W, ROLE_NORMAL,
			  text_quantity(cell, sizeof(cell), hist_view_max(h), "ns"));
}

static void head(struct canvas *c, struct rect r)
{
	const char *const names[] = {"FLUSHES", "p50",	 "p90",
				     "p99",	"p99.9", "LONGEST"};
	int x = r.x + CLASS_W;

	canvas_text(c, r.x, r.y, CLASS_W, ROLE_TITLE, "CPUs TOLD");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++, x += COLUMN_W)
		canvas_text_right(c, x + COLUMN_W, r.y, COLUMN_W, ROLE_TITLE, names[i]);
}

static void steps(struct canvas *c, struct rect r, const struct who_durations *d)
{
	char one[CELL], two[CELL], text[200] = "";

	if (!(d->n_requests > 0))
		return;
	text_append(
		text, sizeof(text),
		"On average a CPU begins %s after it was asked, and is busy with it "
		"for %s; the initiator waits until the last one has answered.",
		text_quantity(one, sizeof(one), d->deliver_ns / d->n_requests, "ns"),
		text_quantity(two, sizeof(two), d->receive_ns / d->n_requests, "ns"));
	canvas_wrap(c, r, ROLE_NORMAL, text);
}

void who_durations_draw(struct canvas *c, struct rect r, const struct who_screen *s)
{
	const struct availability *a =
		flush_source_durations(who_watch_source(s->options->watch));
	const struct who_durations *d = who_durations(who_watch_who(s->options->watch));
	char text[400] = "";

	if (!a->available || !d->all.total) {
		text_append(text, sizeof(text), "%s%s",
			    a->available ? "No flush has asked another CPU yet."
					 : "How long a flush takes is not known here: ",
			    a->available ? "" : a->reason);
		canvas_wrap(c, r, ROLE_DIM, text);
		return;
	}
	head(c, r);
	r.y++;
	cells(c, r, "all", &d->all);
	for (int i = 0; i < WHO_TOLD_CLASSES; i++) {
		if (!d->by_told[i].total)
			continue;
		r.y++;
		cells(c, r, classes[i], &d->by_told[i]);
	}
	r.y += 2;
	steps(c, (struct rect){r.x, r.y, r.w, 3}, d);
}
