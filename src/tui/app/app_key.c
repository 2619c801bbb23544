/* SPDX-License-Identifier: MIT */
/*
 * What a key does: first to what lies over the view, then to the view, then to the
 * modes that it may lead to, and else what it does everywhere.
 */
#include <stdio.h>

#include "tlblab/draw/utf8.h"
#include "tui/app/app_change.h"
#include "tui/app/app_control.h"
#include "tui/app/app_fields.h"
#include "tui/app/app_modes.h"
#include "tui/app/app_plots.h"
#include "tui/app/app_prompt.h"
#include "tui/app/app_undo.h"
#include "tui/keys/keymap.h"
#include "tui/pages/pages.h"

enum { PAGE_ROWS = 10 };

enum context app_context(const struct app *a)
{
	if (a->prompt != PROMPT_NONE)
		return CONTEXT_TEXT;
	if (a->layout == LAYOUT_TOO_SMALL)
		return CONTEXT_SMALL;
	if (overlay_shown(a))
		return overlay_shown(a)->context;
	return page_shown(a).context;
}

static struct effect run_toggle(struct app *a, const struct snapshot *snap)
{
	bool waits = a->draft_waits;

	if (!app_is_stopped(snap))
		return effect_of(EFFECT_PAUSE, "");
	a->draft_waits = false;
	return effect_of(snap->paused && !waits ? EFFECT_RESUME : EFFECT_START, "");
}

static void scroll_move(struct app *a, int by)
{
	a->scroll += by;
	if (a->scroll > a->scroll_max)
		a->scroll = a->scroll_max;
	if (a->scroll < 0)
		a->scroll = 0;
}

static void view_move(struct app *a, int by)
{
	a->page = (enum page)((a->page + by + PAGE_N) % PAGE_N);
	a->scroll = 0;
}

static void scheme_next(struct app *a)
{
	char text[96];

	if (a->no_colours) {
		app_say(a,
			"no colours here: NO_COLOR is set, or the terminal has none");
		return;
	}
	a->scheme = (enum scheme)((a->scheme + 1) % SCHEME_N);
	snprintf(text, sizeof(text), "colours: %s (--scheme %s)",
		 scheme_table[a->scheme].words, scheme_table[a->scheme].name);
	app_say(a, text);
}

static struct effect main_act(struct app *a, const struct snapshot *snap,
			      enum action action)
{
	switch (action) {
	case ACTION_LESS: return app_field_step(a, snap, -1);
	case ACTION_MORE: return app_field_step(a, snap, 1);
	case ACTION_RUN: return run_toggle(a, snap);
	case ACTION_OPEN: return effect_of(EFFECT_LIST_PRESETS, "");
	case ACTION_CLEAR: app_plots_follow(a); return effect_of(EFFECT_CLEAR, "");
	case ACTION_TWIN: return effect_of(EFFECT_TWIN, "");
	case ACTION_UNDO: return app_undo(a, snap);
	case ACTION_TRIGGER: return effect_of(EFFECT_TRIGGER, "");
	case ACTION_RECOVER:
		return effect_of(a->left ? EFFECT_RECOVER : EFFECT_NONE, "");
	case ACTION_CONTROL: return app_control(a, snap);
	case ACTION_QUIT: return effect_of(EFFECT_QUIT, "");
	case ACTION_UP: scroll_move(a, -1); break;
	case ACTION_DOWN: scroll_move(a, 1); break;
	case ACTION_PAGE_UP: scroll_move(a, -PAGE_ROWS); break;
	case ACTION_PAGE_DOWN: scroll_move(a, PAGE_ROWS); break;
	case ACTION_FIRST: scroll_move(a, -a->scroll); break;
	case ACTION_LAST: scroll_move(a, a->scroll_max); break;
	case ACTION_CANCEL: overlay_close(a); break;
	case ACTION_EDIT: app_field_edit(a, snap); break;
	case ACTION_SAVE: app_prompt_name(a, PROMPT_SAVE); break;
	case ACTION_EXPORT: app_prompt_name(a, PROMPT_EXPORT); break;
	case ACTION_BASELINE: app_baseline_set(a, snap); break;
	case ACTION_BASELINE_CLEAR: a->baseline.set = false; break;
	case ACTION_SCHEME: scheme_next(a); break;
	case ACTION_ABOUT: about_open(a); break;
	case ACTION_MESSAGES: overlay_open(a, OVERLAY_MESSAGES); break;
	case ACTION_NOTES: overlay_open(a, OVERLAY_NOTES); break;
	case ACTION_DOCTOR:
		overlay_open(a, OVERLAY_DOCTOR);
		return effect_of(EFFECT_DIAGNOSE, "");
	case ACTION_HELP: overlay_open(a, OVERLAY_HELP); break;
	case ACTION_VIEW_NEXT: view_move(a, 1); break;
	case ACTION_VIEW_BEFORE: view_move(a, -1); break;
	default: break;
	}
	return effect_of(EFFECT_NONE, "");
}

/* What lies over the view, or else the view, is asked first. */
static bool shown_act(struct app *a, const struct snapshot *snap, enum action action,
		      struct effect *effect)
{
	page_act *act = NULL;

	if (a->layout == LAYOUT_TOO_SMALL)
		return false;
	if (overlay_shown(a))
		act = overlay_shown(a)->act;
	else
		act = page_shown(a).act;
	return (act && act(a, snap, action, effect)) ||
	       (!overlay_shown(a) && (app_plots_act(a, snap, action) ||
				      app_modes_enter(a, snap, action, effect)));
}

/* Not kept among the messages: it tells of the finger, not of the bench. */
static void say_no_meaning(struct app *a, int key)
{
	char name[UTF8_BYTES + 1] = "";

	if (key > ' ' && key < KEY_ERASE)
		snprintf(name, sizeof(name), "%c", key);
	else if (key > 0xA0 && key < KEY_ARROW_UP)
		name[utf8_put(name, (uint32_t)key)] = '\0';
	snprintf(a->message, sizeof(a->message),
		 "%s%s does nothing here; ? lists the keys", *name ? "" : "this key",
		 name);
	a->message_is_error = false;
}

struct effect app_key(struct app *a, const struct snapshot *snap, int key)
{
	enum context context = app_context(a);
	enum action action = keymap_action(context, key);
	struct effect effect = {.kind = EFFECT_NONE};

	if (key == KEY_NOTHING || key == KEY_SIZE_CHANGED || key == KEY_POINTED)
		return effect;
	a->message[0] = '\0';
	if (context == CONTEXT_TEXT)
		return app_prompt_act(a, snap, action, key);
	if (action == ACTION_NONE) {
		say_no_meaning(a, key);
		return effect;
	}
	if (shown_act(a, snap, action, &effect))
		return effect;
	return main_act(a, snap, action);
}
