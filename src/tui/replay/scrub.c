/* SPDX-License-Identifier: MIT */
/*
 * The footer of a replay: where the playhead stands on the whole recording, where
 * something changed, and the keys that move it, as far as there is room.
 */
#include "tui/replay/replay.h"

#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"
#include "tui/frame/mouse.h"
#include "tui/keys/keymap.h"

enum { BAR_MIN_W = 16, HINTS_MAX = 256 };

static int column_of(double t_s, double end_s, int w)
{
	int x = end_s > 0 ? (int)(t_s / end_s * (w - 1) + 0.5) : 0;

	return x < 0 ? 0 : x >= w ? w - 1 : x;
}

static void bar_draw(struct canvas *c, struct rect r, const struct playhead *p)
{
	bool ascii = c->glyphs->ascii;
	int at = column_of(p->at_s, p->end_s, r.w);

	canvas_spot(c, r, SPOT_SCRUB, 0);
	for (int x = 0; x < r.w; x++)
		if (x < at)
			canvas_put(c, r.x + x, r.y, ROLE_ACCENT, ascii ? '=' : 0x2501);
		else
			canvas_put(c, r.x + x, r.y, ROLE_DIM, ascii ? '-' : 0x2500);
	for (int i = 0; i < recording_n_markers(p->recording); i++)
		canvas_put(c,
			   r.x + column_of(recording_marker(p->recording, i)->t_s,
					   p->end_s, r.w),
			   r.y, ROLE_MARKER, ascii ? '|' : 0x250A);
	for (int i = 1; i < recording_n_runs(p->recording); i++)
		canvas_put(c,
			   r.x + column_of(recording_run(p->recording, i)->base_s,
					   p->end_s, r.w),
			   r.y, ROLE_MARKER, ascii ? '|' : 0x250A);
	canvas_put(c, r.x + at, r.y, ROLE_KEY, ascii ? 'O' : 0x25CF);
}

static int hint_columns(const struct binding *b)
{
	return utf8_text_columns(b->foot_keys ? b->foot_keys : b->keys_text) + 1 +
	       utf8_text_columns(b->foot) + 2;
}

static bool hint_is_ours(const struct binding *b)
{
	return (b->contexts & CONTEXT_REPLAY) && b->foot && b->action != ACTION_NOTES &&
	       b->action != ACTION_BASELINE && b->action != ACTION_PLOT_NEXT &&
	       b->action != ACTION_VIEW_NEXT;
}

static bool hint_is_first(const struct binding *b)
{
	return b->action == ACTION_RUN || b->action == ACTION_HELP ||
	       b->action == ACTION_QUIT;
}

/* Which hints leave the bar its least width: play, help and quit, then the others in
 * their order. Returns the columns they take. */
static int hints_choose(int room, bool *chosen)
{
	const struct binding *b;
	int used = 0;

	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; (b = keymap_at(i)) && i < HINTS_MAX; i++) {
			if (!hint_is_ours(b) || hint_is_first(b) != (pass == 0) ||
			    used + hint_columns(b) > room)
				continue;
			chosen[i] = true;
			used += hint_columns(b);
		}
	return used;
}

/* Right-aligned; returns where they begin. */
static int hints_draw(struct canvas *c, struct rect r, const struct view *v)
{
	bool chosen[HINTS_MAX] = {false};
	int begin = r.x + r.w - hints_choose(r.w - BAR_MIN_W, chosen), x = begin;
	const struct binding *b;

	for (int i = 0; (b = keymap_at(i)) && i < HINTS_MAX; i++) {
		bool play = b->action == ACTION_RUN && app_is_stopped(v->snap);

		if (chosen[i])
			x = key_hint_draw(c, x, r.y, b, play ? "play" : b->foot);
	}
	return begin;
}

void scrub_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct playhead *p = playhead_of(v->app);
	char at[32], end[32], text[96];
	int x = r.x + 1;

	text_elapsed(at, sizeof(at), p->at_s);
	text_elapsed(end, sizeof(end), p->end_s);
	if (p->n_runs > 1)
		snprintf(text, sizeof(text), "%s of %s  run %d/%d", at, end, p->run + 1,
			 p->n_runs);
	else
		snprintf(text, sizeof(text), "%s of %s", at, end);
	x += canvas_text(c, x, r.y, r.w, ROLE_NORMAL, text) + 1;

	struct rect rest = {x, r.y, r.x + r.w - x, 1};
	int bar_end = hints_draw(c, rest, v);

	if (bar_end - 1 - x >= 2)
		bar_draw(c, (struct rect){x, r.y, bar_end - 1 - x, 1}, p);
}
