/* SPDX-License-Identifier: MIT */
/*
 * From a place on the picture to a key. Keys may have led elsewhere since the picture
 * was shown: a click counts only where its key would still mean the same.
 */
#include "tui/frame/mouse.h"

#include "tui/app/app_plots.h"
#include "tui/keys/keymap.h"
#include "tui/lesson/lesson.h"
#include "tui/replay/replay.h"

static bool key_means(const struct app *a, int key, enum action action)
{
	return keymap_action(app_context(a), key) == action;
}

static int field_click(struct app *a, int i)
{
	if (app_context(a) != CONTEXT_BENCH)
		return KEY_NOTHING;
	if (a->focus == i)
		return KEY_RETURN;
	a->focus = i;
	return KEY_NOTHING;
}

static int entry_click(struct app *a, int i)
{
	if (a->overlay != OVERLAY_PRESETS || i >= a->n_entries)
		return KEY_NOTHING;
	a->selected = i;
	return KEY_RETURN;
}

static int plot_click(struct app *a, int trace)
{
	if (a->zoomed || !key_means(a, 'z', ACTION_ZOOM))
		return KEY_NOTHING;
	a->plot = trace;
	return 'z';
}

/* The cursor goes to the interval in the middle of the column. */
static int time_click(struct app *a, const struct snapshot *snap, struct rect r, int x)
{
	struct time_axis shown = app_time_axis(a, snap);
	double share = (x - r.x + 0.5) / r.w;

	if (app_context(a) == CONTEXT_ZOOM)
		app_cursor_put(a, snap,
			       shown.from_s + share * (shown.to_s - shown.from_s));
	return KEY_NOTHING;
}

/* The middle of a cell; the ends of the bar are those of the recording. */
static int scrub_click(struct app *a, struct rect r, int x)
{
	struct playhead *p = playhead_of(a);

	if (app_context(a) != CONTEXT_REPLAY)
		return KEY_NOTHING;
	p->sought = true;
	p->sought_s = p->end_s * (x - r.x) / (r.w > 1 ? r.w - 1 : 1);
	return KEY_NOTHING;
}

/* Asks the lesson, where the settings had the keys. */
static int lesson_click(struct app *a, int key)
{
	if (lesson_is_in_sight(a) && app_context(a) == CONTEXT_BENCH)
		lesson_of(a)->on_form = false;
	return app_context(a) == CONTEXT_LESSON ? key : KEY_NOTHING;
}

static int click_key(struct app *a, const struct snapshot *snap, const struct spot *s,
		     int x)
{
	a->message[0] = '\0';
	switch ((enum spot_kind)s->what) {
	case SPOT_COVER: break;
	case SPOT_KEY: return s->which;
	case SPOT_FIELD: return field_click(a, s->which);
	case SPOT_ENTRY: return entry_click(a, s->which);
	case SPOT_PLOT: return plot_click(a, s->which);
	case SPOT_TIME: return time_click(a, snap, s->r, x);
	case SPOT_SCRUB: return scrub_click(a, s->r, x);
	case SPOT_LESSON: return lesson_click(a, s->which);
	}
	return KEY_NOTHING;
}

int mouse_key(struct app *a, const struct snapshot *snap, const struct canvas *shown,
	      struct mouse_event e)
{
	const struct spot *s = canvas_spot_at(shown, e.x, e.y);
	bool up = e.button == MOUSE_WHEEL_UP;

	if (e.button == MOUSE_CLICK)
		return s ? click_key(a, snap, s, e.x) : KEY_NOTHING;
	if (s && s->what == SPOT_FIELD && s->which == a->focus &&
	    app_context(a) == CONTEXT_BENCH)
		return up ? KEY_ARROW_RIGHT : KEY_ARROW_LEFT;
	if (s && s->what == SPOT_SCRUB)
		return up ? KEY_ARROW_RIGHT : KEY_ARROW_LEFT;
	return up ? KEY_ARROW_UP : KEY_ARROW_DOWN;
}
