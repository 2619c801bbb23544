/* SPDX-License-Identifier: MIT */
/* Whether what was meant is what happened. */
#include "tui/panels/panels.h"

#include <stdio.h>

static const struct {
	uint32_t code;
	enum role role;
} signs[] = {
	[CHECK_OK] = {0x2713, ROLE_OK},
	[CHECK_WARN] = {'!', ROLE_WARNING},
	[CHECK_UNKNOWN] = {'?', ROLE_DIM},
};

static int check_rows(const struct check *k, int w, int most)
{
	char line[320];

	check_line(k, line, sizeof(line));
	return canvas_wrap(NULL, (struct rect){0, 0, w, most}, ROLE_NORMAL, line);
}

/* Rows all checks take when each may take at most so many. */
static int all_rows(const struct snapshot *s, int w, int most)
{
	int rows = 0;

	for (int i = 0; i < s->n_checks; i++)
		rows += check_rows(&s->checks[i], w, most);
	return rows;
}

void panel_checks_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct snapshot *s = v->snap;
	struct rect in = rect_inner(r);
	struct rect old;
	int most = 3, y = in.y;
	char line[320];

	frame_title(c, r, "Checks", "", "");
	old = canvas_clip(c, in);
	if (s->n_checks == 0)
		canvas_wrap(c, (struct rect){in.x + 1, in.y, in.w - 2, in.h}, ROLE_DIM,
			    "nothing to check before the first interval");
	while (most > 1 && all_rows(s, in.w - 4, most) > in.h)
		most--;
	for (int i = 0; i < s->n_checks && y < in.y + in.h; i++) {
		const struct check *k = &s->checks[i];
		bool dim = k->state == CHECK_UNKNOWN;

		canvas_put(c, in.x + 1, y, signs[k->state].role, signs[k->state].code);
		check_line(k, line, sizeof(line));
		y += canvas_wrap(c, (struct rect){in.x + 3, y, in.w - 4, most},
				 k->state == CHECK_WARN ? ROLE_WARNING
				 : dim			? ROLE_DIM
							: ROLE_NORMAL,
				 line);
	}
	canvas_unclip(c, old);
}

void check_line_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct snapshot *s = v->snap;
	int counts[3] = {0, 0, 0};
	const struct check *warn = NULL;
	char line[320];
	int x = r.x + 1;

	for (int i = 0; i < s->n_checks; i++) {
		counts[s->checks[i].state]++;
		if (!warn && s->checks[i].state == CHECK_WARN)
			warn = &s->checks[i];
	}
	if (s->n_checks == 0) {
		canvas_text(c, x, r.y, r.w - 2, ROLE_DIM,
			    "checks: nothing to check before the first interval");
		return;
	}
	x += canvas_text(c, x, r.y, 8, ROLE_DIM, "checks") + 1;
	for (int i = 0; i < 3; i++) {
		if (counts[i] == 0)
			continue;
		canvas_put(c, x, r.y, signs[i].role, signs[i].code);
		x += 2 +
		     canvas_textf(c, x + 2, r.y, 4, signs[i].role, "%d", counts[i]) + 1;
	}
	if (warn) {
		canvas_textf(c, x, r.y, r.x + r.w - 1 - x, ROLE_WARNING, " %s",
			     check_line(warn, line, sizeof(line)));
		return;
	}
	/* All well: the one that says most. */
	for (int i = 0; i < s->n_checks; i++)
		if (s->checks[i].state == CHECK_OK && *s->checks[i].expected) {
			canvas_textf(c, x, r.y, r.x + r.w - 1 - x, ROLE_DIM, " %s",
				     check_line(&s->checks[i], line, sizeof(line)));
			return;
		}
}

static const char *const about_checks_checks[] = {
	"timings", "pinned", "oversubscribed",	     "shootdowns_per_op", "flushes",
	"ceiling", "steal",  "involuntary_switches", "balance",		  NULL};

const struct about about_checks = {
	.name = "Checks",
	.unit = "holds, does not hold, or cannot be known here",
	.counts = "Whether what was meant is what happened: each workload says "
		  "what it expects per operation, and the counters are held "
		  "against that.",
	.counts_not = "A check that holds proves nothing but itself; one that cannot "
		      "be made is marked with a question, never with a tick.",
	.comes_from = "Pure functions of the same counts the plots show, over "
		      "everything since the last change.",
	.misleads = "During a warm-up everything is unknown. A check may fail for "
		    "a moment when a change is so fresh that one interval "
		    "outweighs the others.",
	.checks = about_checks_checks,
};
