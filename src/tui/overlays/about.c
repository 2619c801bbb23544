/* SPDX-License-Identifier: MIT */
/*
 * x: one screen on one number. The words stand beside what draws the number; added
 * here is what holds at this moment: the value, the sensor's source or why it is
 * absent, and which of the checks that bear on it do not hold.
 */
#include "tui/pages/pages.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tui/traces/traces.h"

enum {
	LIST_W = 25,
	LABEL_W = 13,
	PAIR_MIN_W = 60,
	NARROW_W = 100,
	MAX_W = 116,
	MAX_H = 34
};

static int about_count(const struct app *a)
{
	const struct about *const *list = page_shown(a).abouts;
	int n = 0;

	while (list[n])
		n++;
	return n;
}

void about_open(struct app *a)
{
	a->about = page_shown(a).abouts == about_overview ? a->plot : 0;
	overlay_open(a, OVERLAY_ABOUT);
}

/* The view below may give way to another one, with fewer to explain. */
static int about_at(const struct app *a)
{
	return a->about < about_count(a) ? a->about : 0;
}

static bool about_keys(struct app *a, const struct snapshot *snap, enum action action,
		       struct effect *effect)
{
	int n = about_count(a);

	(void)snap;
	(void)effect;
	if (action != ACTION_UP && action != ACTION_DOWN)
		return false;
	a->about = (about_at(a) + (action == ACTION_UP ? n - 1 : 1)) % n;
	a->scroll = 0;
	return true;
}

/* The words that hold where the number comes from here. */
static const struct about *about_here(const struct view *v, const struct about *about)
{
	const struct about *instead = about->instead ? about->instead(v) : NULL;

	return instead ? instead : about;
}

/* Beside its label, or below it where that would be too narrow a column. */
static void pair_write(struct scroller *s, const char *label, enum role role,
		       const char *text)
{
	if (s->r.w >= PAIR_MIN_W) {
		scroller_pair(s, ROLE_DIM, label, LABEL_W, role, text);
		return;
	}
	if (*label)
		scroller_text(s, ROLE_DIM, 0, label);
	scroller_text(s, role, 0, text);
}

/* What a trace shows at this moment. */
static void value_write(struct scroller *s, const struct view *v,
			const struct about *about)
{
	char value[32], text[128] = "";

	for (int i = 0; i < TRACE_N; i++) {
		const struct trace *t = trace_table[i];

		for (int k = 0; &t->about == about && k < t->n_choices && !*text; k++) {
			struct reading now = view_metric(v, t->choice[k].metric);

			if (reading_present(now))
				snprintf(text, sizeof(text), "%s",
					 text_quantity(value, sizeof(value), now.value,
						       t->choice[k].unit));
		}
	}
	if (*text)
		pair_write(s, "now", ROLE_ACCENT, text);
}

static void source_write(struct scroller *s, const struct view *v,
			 const struct about *about)
{
	const struct availability *a =
		about->sensor ? view_sensor(v, about->sensor) : NULL;

	pair_write(s, "comes from", ROLE_NORMAL, about->comes_from);
	if (a && a->available && *a->source)
		pair_write(s, "here from", ROLE_NORMAL, a->source);
	if (a && !a->available)
		pair_write(s, "absent here", ROLE_WARNING, a->reason);
	scroller_gap(s);
}

static bool check_bears_on(const struct check *k, const struct about *about)
{
	for (int i = 0; about->checks[i]; i++)
		if (strcmp(about->checks[i], k->name) == 0)
			return true;
	return false;
}

/* The checks that do not hold; a sentence when all do. */
static void checks_write(struct scroller *s, const struct view *v,
			 const struct about *about)
{
	const char *label = "here, now";
	char line[512], more[512] = "";
	int asked = 0;

	if (about->now)
		about->now(v, more, sizeof(more));
	if (*more) {
		pair_write(s, label, ROLE_NORMAL, more);
		label = "";
	}
	for (int i = 0; i < v->snap->n_checks; i++) {
		const struct check *k = &v->snap->checks[i];

		if (!check_bears_on(k, about))
			continue;
		asked++;
		if (k->state == CHECK_OK)
			continue;
		check_line(k, line, sizeof(line));
		if (*k->note && !strstr(line, k->note))
			text_append(line, sizeof(line), ": %s", k->note);
		pair_write(s, label, k->state == CHECK_WARN ? ROLE_WARNING : ROLE_DIM,
			   line);
		label = "";
	}
	if (!*label)
		return;
	snprintf(line, sizeof(line), "%d %s on it, and %s", asked,
		 asked == 1 ? "check bears" : "checks bear",
		 asked == 1 ? "it holds" : "all hold");
	pair_write(s, label, asked ? ROLE_OK : ROLE_DIM,
		   asked ? line : "nothing checked yet");
}

static void about_write(struct scroller *s, const struct view *v,
			const struct about *of)
{
	const struct about *about = about_here(v, of);

	scroller_text(s, ROLE_TITLE, 0, about->name);
	scroller_gap(s);
	value_write(s, v, of);
	pair_write(s, "unit", ROLE_NORMAL, about->unit);
	scroller_gap(s);
	pair_write(s, "counts", ROLE_NORMAL, about->counts);
	scroller_gap(s);
	pair_write(s, "leaves out", ROLE_NORMAL, about->counts_not);
	scroller_gap(s);
	source_write(s, v, about);
	pair_write(s, "may mislead", ROLE_NORMAL, about->misleads);
	scroller_gap(s);
	checks_write(s, v, about);
}

static void list_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct app *a = v->app;
	const struct about *const *list = page_shown(a).abouts;

	for (int i = 0; i < r.h && list[i]; i++) {
		canvas_text(c, r.x + 2, r.y + i, r.w - 2, ROLE_NORMAL,
			    about_here(v, list[i])->name);
		if (i != about_at(a))
			continue;
		canvas_put(c, r.x, r.y + i, ROLE_NORMAL, 0x25B8);
		canvas_paint(c, (struct rect){r.x, r.y + i, r.w, 1}, ROLE_SELECTED);
	}
}

static int about_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct about *about = page_shown(v->app).abouts[about_at(v->app)];
	int w = r.w < NARROW_W ? r.w : MAX_W;
	struct rect in = overlay_open_at(c, r, w, MAX_H, "Explained");
	struct rect text = {in.x + LIST_W + 2, in.y, in.w - LIST_W - 2, in.h};
	struct scroller s;

	canvas_vline(c, in.x + LIST_W, in.y - 1, in.h + 2, ROLE_BORDER);
	list_draw(c, (struct rect){in.x, in.y, LIST_W - 1, in.h}, v);
	scroller_begin(&s, c, text, v->app->scroll);
	about_write(&s, v, about);
	return scroller_end(&s);
}

const struct overlay_desc overlay_about = {
	.context = CONTEXT_ABOUT,
	.draw = about_draw,
	.act = about_keys,
};
