/* SPDX-License-Identifier: MIT */
#include "tui/lesson/app_lesson.h"

#include <stdio.h>

#include "tui/app/app_fields.h"
#include "tui/pages/pages.h"
#include "tui/traces/traces.h"

void app_lesson_fini(struct app *a)
{
	lesson_run_fini(&a->lesson.run);
}

bool app_lesson_is_there(const struct app *a)
{
	return a->lesson.run.values;
}

bool app_lesson_is_on(const struct app *a)
{
	return a->lesson.shown && !a->replay.on;
}

bool app_lesson_is_in_sight(const struct app *a)
{
	return app_lesson_is_on(a) &&
	       !(a->lesson.on_form && a->layout == LAYOUT_FOLDED);
}

void app_lesson_opened(struct app *a)
{
	struct app_lesson *l = &a->lesson;

	lesson_run_fini(&l->run);
	l->shown = l->index = l->on_form = l->noted = false;
	if (a->preset->n_lesson == 0 || lesson_run_begin(&l->run, a->preset))
		return;
	l->shown = true;
	/* A first step that asks nothing is what the bench begins with. */
	if (l->run.phase == LESSON_SETUP)
		preset_step_experiment(a->preset, a->catalogue, 0, &a->draft, NULL);
}

bool app_lesson_show(struct app *a)
{
	struct app_lesson *l = &a->lesson;

	if (!app_lesson_is_there(a) || a->replay.on ||
	    (l->shown && !l->on_form && !l->index))
		return false;
	l->shown = true;
	l->index = l->on_form = false;
	a->page = PAGE_OVERVIEW;
	a->scroll = 0;
	return true;
}

static struct effect lesson_open(int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	return effect_of(EFFECT_OPEN_LESSON, text);
}

/* From the index: the first that was not played to its end. */
static struct effect index_next(const struct app_lesson *l)
{
	for (int i = 0; i < l->n_course; i++)
		if (!l->course[i].done)
			return lesson_open(l->course[i].number);
	return l->n_course ? lesson_open(l->course[0].number)
			   : effect_of(EFFECT_NONE, "");
}

static struct effect lesson_next(struct app *a)
{
	struct app_lesson *l = &a->lesson;

	a->scroll = 0;
	if (l->shown && l->index && !app_lesson_is_there(a))
		return index_next(l);
	if (l->shown && l->index && !l->on_form) {
		/* The lesson that is open, when it is the one to begin with. */
		if (a->preset->course > 1 || l->run.phase == LESSON_OVER)
			return index_next(l);
		l->index = false;
		return effect_of(EFFECT_NONE, "");
	}
	if (app_lesson_show(a) || !app_lesson_is_there(a))
		return effect_of(EFFECT_NONE, "");
	if (l->run.phase == LESSON_OVER)
		return a->preset->course ? lesson_open(a->preset->course + 1)
					 : effect_of(EFFECT_NONE, "");
	lesson_run_next(&l->run);
	return effect_of(EFFECT_NONE, "");
}

static struct effect lesson_digit(struct app *a, int digit)
{
	struct app_lesson *l = &a->lesson;

	if (l->index)
		return lesson_open(digit);
	if (lesson_run_answer(&l->run, digit - 1))
		a->scroll = 0;
	return effect_of(EFFECT_NONE, "");
}

bool app_lesson_act(struct app *a, enum action action, struct effect *effect)
{
	if (a->replay.on)
		return false;
	if (action == ACTION_COURSE) {
		a->page = PAGE_OVERVIEW;
		a->scroll = 0;
		*effect = effect_of(EFFECT_SHOW_COURSE, "");
		return true;
	}
	if (action == ACTION_LESSON_NEXT)
		*effect = lesson_next(a);
	return action == ACTION_LESSON_NEXT;
}

int app_lesson_trace(const struct app *a)
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

	return traces[lesson_run_step(&a->lesson.run)->watch];
}

void app_lesson_point(struct app *a)
{
	int trace = app_lesson_trace(a);

	if (trace >= 0)
		a->plot = trace;
}

static bool lesson_keys(struct app *a, const struct snapshot *snap, enum action action,
			struct effect *effect)
{
	struct app_lesson *l = &a->lesson;
	bool asked = !l->index && l->run.phase == LESSON_READY &&
		     app_lesson_is_there(a) && lesson_run_step(&l->run)->n_answers > 0;

	switch (action) {
	case ACTION_LESSON_BACK:
		a->scroll = 0;
		if (!l->index && app_lesson_is_there(a))
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
		if (l->index && app_lesson_is_there(a))
			l->index = false;
		else
			l->shown = l->index = false;
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

	if (!app_lesson_is_in_sight(v->app))
		return page_overview.draw(c, l, v);
	layout_lesson(&beside);
	page_overview.draw(c, &beside, v);
	return panel_lesson_draw(c, beside.panel[PANEL_SUMMARY], v);
}

static bool form_keys(struct app *a, const struct snapshot *snap, enum action action,
		      struct effect *effect)
{
	return page_overview.act(a, snap, action, effect);
}

const struct page_desc page_lesson = {
	.name = "lesson",
	.context = CONTEXT_LESSON,
	.draw = lesson_draw,
	.abouts = about_overview,
	.act = lesson_keys,
};

/* The same picture, the keys those of the form. */
const struct page_desc page_lesson_form = {
	.name = "lesson",
	.context = CONTEXT_BENCH,
	.draw = lesson_draw,
	.abouts = about_overview,
	.act = form_keys,
};
