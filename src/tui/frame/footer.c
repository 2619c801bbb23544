/* SPDX-License-Identifier: MIT */
/*
 * The last row: the keys that do something here, straight from the key table, or what
 * is being typed.
 */
#include "tui/pages/pages.h"

#include <ctype.h>
#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"
#include "tui/frame/mouse.h"
#include "tui/keys/keymap.h"
#include "tui/mode.h"

enum { ROOMY_W = 100 };

static const char *hint_keys(const struct binding *b)
{
	return b->foot_keys ? b->foot_keys : b->keys_text;
}

const char *page_word(const struct view *v, const struct binding *b)
{
	return b->action == ACTION_RUN && app_is_stopped(v->snap) ? "run" : b->foot;
}

/* What a key would do now; NULL: nothing. */
static const char *hint_word(const struct binding *b, const struct view *v)
{
	struct page_desc page = page_shown(v->app);

	return page.word ? page.word(v, b) : page_word(v, b);
}

static int hint_columns(const struct binding *b)
{
	return utf8_text_columns(hint_keys(b)) + 1 + utf8_text_columns(b->foot) + 2;
}

static int sign_key(uint32_t code)
{
	switch (code) {
	case 0x2190: return KEY_ARROW_LEFT;
	case 0x2191: return KEY_ARROW_UP;
	case 0x2192: return KEY_ARROW_RIGHT;
	case 0x2193: return KEY_ARROW_DOWN;
	default: return (int)code;
	}
}

/* A hint of several keys shows each as a sign, and a click must say which; else the
 * hint is that of one key and its word belongs to it. */
static void hint_spots(struct canvas *c, struct rect r, const struct binding *b)
{
	const char *signs = b->foot_keys;

	if (!signs || isalpha((unsigned char)*signs)) {
		canvas_spot(c, r, SPOT_KEY, b->keys[0]);
		return;
	}
	for (int x = r.x; *signs; x++)
		canvas_spot(c, (struct rect){x, r.y, 1, 1}, SPOT_KEY,
			    sign_key(utf8_next(&signs)));
}

int key_hint_draw(struct canvas *c, int x, int y, const struct binding *b,
		  const char *word)
{
	int begin = x;

	x += canvas_text(c, x, y, 16, ROLE_KEY, hint_keys(b)) + 1;
	x += canvas_text(c, x, y, 16, ROLE_DIM, word);
	hint_spots(c, (struct rect){begin, y, x - begin, 1}, b);
	return x + 2;
}

/* What a key may make the workload do has a hint only where the workload does it, and
 * the control where there is a victim. */
static bool hint_applies(const struct binding *b, const struct view *v, int room)
{
	const struct workload_desc *w =
		catalogue_find(v->app->catalogue, v->snap->experiment->workload);

	/* Where flushes are no interrupts, one that flushes nothing is no control. */
	if (b->action == ACTION_CONTROL &&
	    (!v->snap->mechanism.row_applies ||
	     victim_cost_kind_of(v->snap->experiment, v->app->catalogue) ==
		     VICTIM_COST_KINDS))
		return false;
	if (b->action == ACTION_RECOVER)
		return v->app->left;
	/* The arrows change it, too. */
	if (b->action == ACTION_EDIT && room < ROOMY_W)
		return false;
	if (b->action == ACTION_TRIGGER && !(w && w->trigger))
		return false;
	return hint_word(b, v);
}

/* What is always to be found; from the settings, what can be made of them too. */
static bool hint_stays(const struct binding *b, enum context context)
{
	return b->action == ACTION_HELP || b->action == ACTION_QUIT ||
	       b->action == ACTION_RECOVER ||
	       (context == CONTEXT_BENCH &&
		(b->action == ACTION_SWEEP || b->action == ACTION_TUNE));
}

/* Those have a place; the others as far as there is room. */
static void hints_draw(struct canvas *c, struct rect r, const struct view *v)
{
	enum context context = app_context(v->app);
	int x = r.x + 1, end = r.x + r.w, tail = 0;
	const struct binding *b;

	for (int i = 0; (b = keymap_at(i)); i++) {
		if ((b->contexts & context) && hint_applies(b, v, r.w) &&
		    hint_stays(b, context))
			tail += hint_columns(b);
	}
	for (int i = 0; (b = keymap_at(i)); i++) {
		int later = hint_stays(b, context) ? hint_columns(b) : 0;

		if (!(b->contexts & context) || !hint_applies(b, v, r.w))
			continue;
		tail -= later;
		if (later || x + hint_columns(b) + tail <= end + 2)
			x = key_hint_draw(c, x, r.y, b, hint_word(b, v));
	}
}

static void edit_draw(struct canvas *c, struct rect r, const char *label,
		      const struct line_edit *e, const char *hint)
{
	int x = r.x + 1 + canvas_text(c, r.x + 1, r.y, 20, ROLE_KEY, label) + 1;
	int hint_w = utf8_text_columns(hint), room = r.x + r.w - x - hint_w - 4;

	typing_draw(c, x, r.y, room, e);
	canvas_text_right(c, r.x + r.w - 1, r.y, hint_w, ROLE_DIM, hint);
}

static void field_hint_draw(struct canvas *c, struct rect r, const struct view *v)
{
	struct form_facts facts = app_form_facts(v->app, v->snap);
	struct form_field fields[FORM_MAX_FIELDS];
	char hint[256];
	int n = form_fields(&v->app->draft, &facts, fields);
	const struct form_field *f = &fields[v->app->focus < n ? v->app->focus : 0];

	snprintf(hint, sizeof(hint), "%s: Enter accepts   Esc leaves", f->label);
	canvas_text(c, r.x + 1, r.y, r.w - 2, ROLE_DIM, hint);
}

void footer_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct app *a = v->app;

	if (a->prompt == PROMPT_FIELD)
		field_hint_draw(c, r, v);
	else if (a->prompt == PROMPT_SAVE)
		edit_draw(c, r, "save preset as", &a->edit, "Enter saves   Esc leaves");
	else if (a->prompt == PROMPT_EXPORT)
		edit_draw(c, r, "export to", &a->edit, "Enter writes   Esc leaves");
	else if (a->prompt == PROMPT_SEARCH)
		edit_draw(c, r, "search", &a->edit,
			  "↑↓ choose   Enter opens   Esc shows all");
	else if (a->prompt == PROMPT_MODE)
		edit_draw(c, r, mode_table[a->asking]->prompt->label, &a->edit,
			  mode_table[a->asking]->prompt->hint);
	else if (page_shown(a).footer && !overlay_shown(a))
		page_shown(a).footer(c, r, v);
	else
		hints_draw(c, r, v);
}
