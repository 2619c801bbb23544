/* SPDX-License-Identifier: MIT */
/* The lesson in the model: what its keys do, and where it is drawn. */
#include "tui/lesson/lesson.h"

#include <stdio.h>

#include "tui/app/app_fields.h"
#include "tui/traces/traces.h"

struct lesson *lesson_of(const struct app *a)
{
	return a->state[MODE_LESSON];
}

bool lesson_is_there(const struct app *a)
{
	return lesson_of(a)->run.values;
}

static bool lesson_is_on(const struct app *a)
{
	return app_mode(a) == MODE_LESSON;
}

bool lesson_is_in_sight(const struct app *a)
{
	return lesson_is_on(a) &&
	       !(lesson_of(a)->on_form && a->layout == LAYOUT_FOLDED);
}

/* It leaves the screen; the lesson itself stays, to be gone on with. */
static void lesson_hide(struct app *a)
{
	lesson_of(a)->index = false;
	if (lesson_is_on(a))
		app_mode_leave(a);
}

void lesson_renew(struct app *a, const struct preset *p)
{
	struct lesson *l = lesson_of(a);

	lesson_run_fini(&l->run);
	lesson_hide(a);
	l->on_form = l->noted = false;
	if (!p || p->n_lesson == 0 || lesson_run_begin(&l->run, p))
		return;
	app_mode_enter(a, MODE_LESSON);
	/* A first step that asks nothing is what the bench begins with. */
	if (l->run.phase == LESSON_SETUP)
		preset_step_experiment(p, a->catalogue, 0, &a->draft, NULL);
}

/* l: to the lesson; false when there is none, or it has the keys already. */
static bool lesson_show(struct app *a)
{
	struct lesson *l = lesson_of(a);

	if (!lesson_is_there(a) || (lesson_is_on(a) && !l->on_form && !l->index))
		return false;
	app_mode_enter(a, MODE_LESSON);
	l->index = l->on_form = false;
	a->page = PAGE_OVERVIEW;
	return true;
}

static struct effect lesson_open(int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	return effect_begin(MODE_LESSON, text);
}

/* From the index: the first that was not played to its end. */
static struct effect index_next(const struct lesson *l)
{
	for (int i = 0; i < l->n_course; i++)
		if (!l->course[i].done)
			return lesson_open(l->course[i].number);
	return l->n_course ? lesson_open(l->course[0].number)
			   : effect_of(EFFECT_NONE, "");
}

static struct effect lesson_next(struct app *a)
{
	struct lesson *l = lesson_of(a);

	a->scroll = 0;
	if (lesson_is_on(a) && l->index && !lesson_is_there(a))
		return index_next(l);
	if (lesson_is_on(a) && l->index && !l->on_form) {
		/* The lesson that is open, when it is the one to begin with. */
		if (a->preset->course > 1 || l->run.phase == LESSON_OVER)
			return index_next(l);
		l->index = false;
		return effect_of(EFFECT_NONE, "");
	}
	if (lesson_show(a) || !lesson_is_there(a))
		return effect_of(EFFECT_NONE, "");
	if (l->run.phase == LESSON_OVER)
		return a->preset->course ? lesson_open(a->preset->course + 1)
					 : effect_of(EFFECT_NONE, "");
	lesson_run_next(&l->run);
	return effect_of(EFFECT_NONE, "");
}

static struct effect lesson_digit(struct app *a, int digit)
{
	struct lesson *l = lesson_of(a);

	if (l->index)
		return lesson_open(digit);
	if (lesson_run_answer(&l->run, digit - 1))
		a->scroll = 0;
	return effect_of(EFFECT_NONE, "");
}

bool lesson_enter(struct app *a, const struct snapshot *snap, enum action action,
		  struct effect *effect)
{
	(void)snap;
	switch (action) {
	case ACTION_LESSON_NEXT: *effect = lesson_next(a); return true;
	case ACTION_NOTES: return lesson_show(a);
	default: return false;
	}
}

int lesson_trace(const struct app *a)
{
	static const int traces[LESSON_WATCH_N] = {
		[LESSON_WATCH_NONE] = -1,
		[LESSON_WATCH_RUNTIME] = TRACE_RUNTIME,
		[LESSON_WATCH_SHOOTDOWNS] = TRACE_SHOOTDOWNS,
		[LESSON_WATCH_WALKS] = TRACE_WALKS,
		[LESSON_WATCH_FULL_FLUSHES] = TRACE_FLUSHES,
		[LESSON_WATCH_VICTIM_SLOWDOWN] = TRACE_SLOWDOWN,
		[LESSON_WATCH_VICTIM_STALLS] = TRACE_STALLS,
		[LESSON_WATCH_CHECKS] = -1,
	};

	return traces[lesson_run_step(&lesson_of(a)->run)->watch];
}

void lesson_point(struct app *a)
{
	int trace = lesson_trace(a);

	if (trace >= 0)
		a->plot = trace;
}

static bool keys_act(struct app *a, const struct snapshot *snap, enum action action,
		     struct effect *effect)
{
	struct lesson *l = lesson_of(a);
	bool asked = !l->index && l->run.phase == LESSON_READY && lesson_is_there(a) &&
		     lesson_run_step(&l->run)->n_answers > 0;

	switch (action) {
	case ACTION_LESSON_BACK:
		a->scroll = 0;
		if (!l->index && lesson_is_there(a))
			lesson_run_back(&l->run);
		return true;
	case ACTION_UP:
	case ACTION_DOWN:
		if (asked) {
			lesson_run_choose(&l->run, action == ACTION_UP ? -1 : 1);
			return true;
		}
		l->on_form = true;
		app_focus_move(a, snap, action == ACTION_UP ? -1 : 1);
		return true;
	case ACTION_LESS:
	case ACTION_MORE:
		l->on_form = true;
		*effect = app_field_step(a, snap, action == ACTION_LESS ? -1 : 1);
		return true;
	case ACTION_CANCEL:
		if (l->index && lesson_is_there(a))
			l->index = false;
		else
			lesson_hide(a);
		a->scroll = 0;
		return true;
	default: break;
	}
	if (action < ACTION_DIGIT_1 || action > ACTION_DIGIT_9)
		return false;
	*effect = lesson_digit(a, (int)(action - ACTION_DIGIT_1) + 1);
	return true;
}

static int lesson_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	struct layout beside = *l;

	if (!lesson_is_in_sight(v->app))
		return page_overview.draw(c, l, v);
	layout_lesson(&beside);
	page_overview.draw(c, &beside, v);
	return lesson_panel_draw(c, beside.panel[PANEL_SUMMARY], v);
}

static const char *word(const struct view *v, const struct binding *b)
{
	return b->action == ACTION_DIGIT_1 && lesson_of(v->app)->index
		       ? "open"
		       : page_word(v, b);
}

static bool form_keys(struct app *a, const struct snapshot *snap, enum action action,
		      struct effect *effect)
{
	return page_overview.act(a, snap, action, effect);
}

const struct page_desc lesson_page = {
	.name = "lesson",
	.context = CONTEXT_LESSON,
	.draw = lesson_draw,
	.abouts = about_overview,
	.act = keys_act,
	.word = word,
};

/* The same picture, the keys those of the form. */
const struct page_desc lesson_form_page = {
	.name = "lesson",
	.context = CONTEXT_BENCH,
	.draw = lesson_draw,
	.abouts = about_overview,
	.act = form_keys,
	.word = word,
};
