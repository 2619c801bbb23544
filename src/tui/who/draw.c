/* SPDX-License-Identifier: MIT */
/* The picture of `who`: what is watched, the pages, one of them, and the keys. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/layout.h"
#include "tlblab/draw/utf8.h"
#include "tui/keys/keymap.h"
#include "tui/panels/panels.h"
#include "tui/who/columns.h"
#include "tui/who/who_screen.h"

enum { METERS_H = 7, METERS_FROM_H = 32, CELL = 32 };

static const char *const page_names[WHO_PAGES] = {
	[WHO_INITIATORS] = "initiators", [WHO_CAUSES] = "causes",
	[WHO_VICTIMS] = "victims",	 [WHO_CPUS] = "CPUs",
	[WHO_MATRIX] = "who hits whom",	 [WHO_DURATIONS] = "how long",
};

static void header(struct canvas *c, const struct who_screen *s)
{
	const struct who *w = who_watch_who(s->options->watch);
	const struct machine *m = s->options->machine;
	char elapsed[CELL], state[64] = "";

	text_append(state, sizeof(state), "%s %s", s->frozen ? "frozen at" : "watching",
		    text_elapsed(elapsed, sizeof(elapsed), who_elapsed_s(w, false)));
	canvas_text(c, 1, 0, 12, ROLE_TITLE, "tlblab who");
	canvas_textf(c, 13, 0, c->w - 40, ROLE_DIM, "Linux %s, %d CPUs",
		     m->kernel_release, m->topology.n_online);
	canvas_text_right(c, c->w - 1, 0, 26, s->frozen ? ROLE_WARNING : ROLE_OK,
			  state);
}

static int put(struct canvas *c, int x, double value, const char *what)
{
	char cell[CELL];

	x += canvas_text(c, x, 1, CELL, ROLE_ACCENT,
			 text_quantity(cell, sizeof(cell), value, ""));
	return x + canvas_text(c, x, 1, c->w - x, ROLE_DIM, what);
}

static void totals(struct canvas *c, const struct who_screen *s)
{
	const struct who *w = who_watch_who(s->options->watch);
	const struct who_tally *t = who_total(w), *k = who_kernel_ranges(w);
	bool all = s->choice.since_start;
	double elapsed_s = who_elapsed_s(w, !all);
	struct flush_source_state state =
		flush_source_state(who_watch_source(s->options->watch));
	struct who_rates r;
	int x = 1;

	if (!(elapsed_s > 0)) {
		canvas_text(c, 1, 1, c->w - 2, ROLE_DIM,
			    "the first second is being counted");
		return;
	}
	r = who_rates(s->options->watch, all ? &t->all : &t->last, elapsed_s);
	x = put(c, x, r.flushes_per_s, " flushes/s   ");
	x = put(c, x, r.told_per_s, " CPUs told/s   ");
	if (flush_source_kernel_ranges(who_watch_source(s->options->watch))->available)
		x = put(c, x, who_flushes(all ? &k->all : &k->last) / elapsed_s,
			" of kernel ranges/s   ");
	if (state.lost)
		canvas_textf(c, x, 1, c->w - x, ROLE_WARNING, "%llu records lost",
			     (unsigned long long)state.lost);
	else if (state.recorded_share < 0.999)
		canvas_textf(c, x, 1, c->w - x, ROLE_DIM, "recorded %.0f %%",
			     state.recorded_share * 100);
}

static void tabs(struct canvas *c, int y, const struct who_screen *s)
{
	int x = 1;

	for (int i = 0; i < WHO_PAGES; i++) {
		bool here = i == (int)s->choice.page;

		x += canvas_textf(c, x, y, 3, ROLE_KEY, "%d ", i + 1);
		x += canvas_text(c, x, y, 20, here ? ROLE_SELECTED : ROLE_DIM,
				 page_names[i]) +
		     (c->w < 100 ? 1 : 2);
	}
	if (c->w - x > 24)
		canvas_text_right(c, c->w - 1, y, 23, ROLE_DIM,
				  s->choice.since_start ? "since the start (a)"
							: "of the last second (a)");
}

/* 0: there is no room for it. */
static int column_width(const struct who_column *k, struct rect r, int x)
{
	int left = r.x + r.w - x;

	if (r.w < k->from_w)
		return 0;
	return k->w && k->w < left ? k->w : left;
}

static void head(struct canvas *c, struct rect r, const struct who_screen *s)
{
	int n, x = r.x;
	const struct who_column *k = who_columns(s->choice.page, &n);

	for (int i = 0; i < n; i++) {
		int w = column_width(&k[i], r, x);
		char text[64] = "";
		enum role role = i == s->choice.sort ? ROLE_ACCENT : ROLE_TITLE;

		if (w < 2)
			continue;
		text_append(text, sizeof(text), "%s%s", k[i].head,
			    i != s->choice.sort	  ? ""
			    : s->choice.ascending ? "▴"
						  : "▾");
		if (k[i].text)
			canvas_text(c, x, r.y, w - 1, role, text);
		else
			canvas_text_right(c, x + w - 1, r.y, w - 1, role, text);
		x += w;
	}
}

static void line(struct canvas *c, struct rect r, const struct who_screen *s,
		 const struct who_row *row)
{
	int n, x = r.x;
	const struct who_column *k = who_columns(s->choice.page, &n);

	for (int i = 0; i < n; i++) {
		int w = column_width(&k[i], r, x);
		char buf[WHO_CELL];
		const char *text = who_column_cell(&k[i], row, buf);
		enum role role = row->depth ? ROLE_DIM : ROLE_NORMAL;

		if (w < 2)
			continue;
		if (k[i].text)
			canvas_text(c, x + 2 * row->depth * (i == 0), r.y,
				    w - 1 - 2 * row->depth * (i == 0), role, text);
		else
			canvas_text_right(c, x + w - 1, r.y, w - 1, role, text);
		x += w;
	}
}

static const char *why_empty(const struct who_screen *s)
{
	if (!(who_elapsed_s(who_watch_who(s->options->watch), false) > 0))
		return "";
	if (s->rows.n_hidden)
		return "the filter hides every row; Esc shows them again";
	return s->choice.since_start
		       ? "no flush was seen since the start"
		       : "no flush was seen in the last second; a shows all since the "
			 "start";
}

void who_table_draw(struct canvas *c, struct rect r, struct who_screen *s)
{
	head(c, r, s);
	s->shown = r.h - 1;
	if (!s->rows.n)
		canvas_text(c, r.x, r.y + 1, r.w, ROLE_DIM, why_empty(s));
	for (int i = 0; i < s->shown && s->top + i < s->rows.n; i++) {
		struct rect at = {r.x, r.y + 1 + i, r.w, 1};

		line(c, at, s, &s->rows.row[s->top + i]);
		if (s->top + i == s->at)
			canvas_paint(c, at, ROLE_SELECTED);
	}
}

/* The words of the row above the keys. */
static void note(struct canvas *c, int y, const struct who_screen *s)
{
	int n;
	const struct who_column *k = who_columns(s->choice.page, &n);
	char text[200] = "";

	if (*s->message)
		text_append(text, sizeof(text), "%s", s->message);
	else if (*s->filter)
		text_append(text, sizeof(text),
			    "only rows with \"%s\": %d shown, %ld hidden", s->filter,
			    s->rows.n, s->rows.n_hidden);
	else if (s->choice.sort < n)
		text_append(text, sizeof(text), "sorted by %s: %s",
			    k[s->choice.sort].head, k[s->choice.sort].help);
	canvas_text(c, 1, y, c->w - 2, *s->message ? ROLE_WARNING : ROLE_DIM, text);
}

static int hint_columns(const struct binding *b)
{
	return utf8_text_columns(b->foot_keys ? b->foot_keys : b->keys_text) + 1 +
	       utf8_text_columns(b->foot) + 2;
}

static bool hint_stays(const struct binding *b)
{
	return b->action == ACTION_HELP || b->action == ACTION_QUIT;
}

/* Help and the way out are always there, the others as far as there is room. */
static void footer(struct canvas *c, int y, const struct who_screen *s)
{
	const struct binding *b;
	int x = 1, end = c->w + 1;

	if (s->over == WHO_FILTER) {
		x += canvas_text(c, x, y, 12, ROLE_KEY, "filter") + 1;
		typing_draw(c, x, y, c->w / 2, &s->edit);
		canvas_text_right(c, c->w - 1, y, 32, ROLE_DIM,
				  "Enter keeps it   Esc leaves");
		return;
	}
	for (int i = 0; (b = keymap_at(i)); i++)
		if ((b->contexts & CONTEXT_WHO) && b->foot && hint_stays(b))
			end -= hint_columns(b);
	for (int i = 0; (b = keymap_at(i)); i++) {
		bool stays = b->foot && hint_stays(b);

		if (!(b->contexts & CONTEXT_WHO) || !b->foot ||
		    (!stays && x + hint_columns(b) > end))
			continue;
		end += stays ? hint_columns(b) : 0;
		x = key_hint_draw(c, x, y, b,
				  b->action == ACTION_RUN && s->frozen ? "go on"
								       : b->foot);
	}
}

static void page(struct canvas *c, struct rect r, struct who_screen *s)
{
	if (s->over == WHO_DETAIL || s->over == WHO_HELP) {
		s->scroll_max = s->over == WHO_DETAIL ? who_detail_draw(c, r, s)
						      : who_help_draw(c, r, s);
		s->shown = r.h;
	} else if (s->choice.page == WHO_MATRIX) {
		who_matrix_draw(c, r, s);
	} else if (s->choice.page == WHO_DURATIONS) {
		s->scroll_max = 0;
		who_durations_draw(c, r, s);
	} else {
		who_table_draw(c, r, s);
	}
}

void who_screen_draw(struct canvas *c, struct who_screen *s)
{
	struct rect r = {1, 4, c->w - 2, c->h - 6};

	canvas_clear(c);
	if (c->w < LAYOUT_MIN_W || c->h < LAYOUT_MIN_H) {
		canvas_textf(c, 0, 0, c->w, ROLE_WARNING, "at least %d x %d, please",
			     LAYOUT_MIN_W, LAYOUT_MIN_H);
		return;
	}
	header(c, s);
	totals(c, s);
	if (c->h >= METERS_FROM_H && s->over != WHO_HELP) {
		who_meters_draw(c, (struct rect){0, 2, c->w, METERS_H}, s);
		r.y += METERS_H;
		r.h -= METERS_H;
	}
	tabs(c, r.y - 1, s);
	page(c, r, s);
	note(c, c->h - 2, s);
	footer(c, c->h - 1, s);
}
