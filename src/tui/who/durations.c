/* SPDX-License-Identifier: MIT */
/* How long a flush takes that asks other CPUs, from the request to the last answer. */
#include "tlblab/base/text.h"
#include "tui/who/who_screen.h"

enum { CELL = 32, COLUMN_W = 10, CLASS_W = 14, PATH_W = 24 };

static const char *class_text(char cell[CELL], int told_class)
{
	int least, most;

	who_told_range(told_class, &least, &most);
	*cell = '\0';
	text_append(cell, CELL,
		    most == least ? "%d CPU"
		    : most	  ? "%d to %d"
				  : "%d and more",
		    least, most);
	return cell;
}

static void cells(struct canvas *c, struct rect r, const char *name,
		  const struct hist_view *h, const struct who_mean *mean)
{
	const double at[] = {0.5, 0.9, 0.99};
	char cell[CELL];
	int x = r.x + CLASS_W;

	canvas_text(c, r.x, r.y, CLASS_W, ROLE_NORMAL, name);
	canvas_text_right(c, x + COLUMN_W, r.y, COLUMN_W, ROLE_NORMAL,
			  text_quantity(cell, sizeof(cell), (double)h->total, ""));
	x += COLUMN_W;
	canvas_text_right(c, x + COLUMN_W, r.y, COLUMN_W, ROLE_NORMAL,
			  text_quantity(cell, sizeof(cell), who_mean_ns(mean), "ns"));
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
	const char *const names[] = {"FLUSHES", "MEAN", "p50", "p90", "p99", "LONGEST"};
	int x = r.x + CLASS_W;

	canvas_text(c, r.x, r.y, CLASS_W, ROLE_TITLE, "CPUs TOLD");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++, x += COLUMN_W)
		canvas_text_right(c, x + COLUMN_W, r.y, COLUMN_W, ROLE_TITLE, names[i]);
}

/* One flush on average, as three parts of a bar. */
int who_path_draw(struct canvas *c, struct rect r, const struct who_path *p,
		  bool requests)
{
	const char *const names[2][3] = {
		{"send", "wait", "return"},
		{"send", "wait for the last CPU", "its flush"},
	};
	const double part[] = {p->send_ns, p->wait_ns, p->answer_ns};
	double all = p->send_ns + p->wait_ns + p->answer_ns;

	if (!(p->n > 0) || !(all > 0))
		return 0;
	for (int i = 0; i < 3; i++) {
		char cell[CELL];
		int x = r.x + PATH_W + COLUMN_W + 1;
		int room = r.x + r.w - x;
		int from = (int)(room * (i > 0 ? part[0] + (i > 1 ? part[1] : 0) : 0) /
				 all);
		int w = (int)(room * part[i] / all + 0.5);

		canvas_text(c, r.x, r.y + i, PATH_W, ROLE_NORMAL, names[requests][i]);
		canvas_text_right(
			c, r.x + PATH_W + COLUMN_W, r.y + i, COLUMN_W, ROLE_ACCENT,
			text_quantity(cell, sizeof(cell), part[i] / p->n, "ns"));
		for (int k = 0; k < (w ? w : 1) && from + k < room; k++)
			canvas_text(c, x + from + k, r.y + i, 1, ROLE_ACCENT, "█");
	}
	return 3;
}

static void published(struct canvas *c, struct rect r)
{
	canvas_text(c, r.x, r.y++, r.w, ROLE_TITLE, "Published, for comparison");
	for (int i = 0; i < WHO_PUBLISHED; i++) {
		char cell[CELL], text[64] = "";

		text_append(text, sizeof(text), "%d CPU%s", who_published[i].told,
			    who_published[i].told > 1 ? "s" : "");
		canvas_text(c, r.x, r.y, CLASS_W, ROLE_DIM, text);
		canvas_text_right(c, r.x + CLASS_W + 2 * COLUMN_W, r.y++, COLUMN_W,
				  ROLE_DIM,
				  text_quantity(cell, sizeof(cell),
						who_published[i].mean_ns, "ns"));
	}
	canvas_wrap(c, r, ROLE_DIM, who_published_source);
}

void who_durations_draw(struct canvas *c, struct rect r, const struct who_screen *s)
{
	const struct flush_source *source = who_watch_source(s->options->watch);
	const struct availability *a = flush_source_durations(source);
	const struct who_all_durations *d =
		who_durations(who_watch_who(s->options->watch));
	const struct who_mean mean = who_mean_of(&d->sum);
	char text[400] = "";

	if (!a->available || !d->sum.all.total) {
		text_append(text, sizeof(text), "%s%s",
			    a->available ? "No flush has asked another CPU yet."
					 : "How long a flush takes is not known here: ",
			    a->available ? "" : a->reason);
		canvas_wrap(c, r, ROLE_DIM, text);
		return;
	}
	head(c, r);
	r.y++;
	cells(c, r, "all", &d->sum.all, &mean);
	for (int i = 0; i < WHO_TOLD_CLASSES; i++) {
		char cell[CELL];

		if (!d->by_told[i].total)
			continue;
		r.y++;
		cells(c, r, class_text(cell, i), &d->by_told[i], &d->sum.by_told[i]);
	}
	r.y += 2;
	r.y += who_path_draw(c, r, &d->sum.path,
			     flush_source_requests(source)->available);
	r.y++;
	r.h = 6;
	published(c, r);
}
