/* SPDX-License-Identifier: MIT */
/*
 * A lesson, or the course, next to the plots: sets steps up, hands them what was
 * measured and, where it plays by itself, goes on.
 */
#include "tui/lesson/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "tlblab/base/clock.h"

#include "tlblab/backends/lesson.h"
#include "tui/app/app_change.h"
#include "tui/app/app_undo.h"
#include "tui/bench/bench.h"
#include "tui/lesson/course.h"

enum { FRAME_MS = 100, IDLE_MS = 1000 };

/* Reading aloud takes about this long a character. */
#define READ_S_PER_CHAR 0.05
#define READ_MIN_S	1.5

static bool same_experiment(const struct app *a, const struct experiment *x,
			    const struct experiment *y)
{
	char key[64];

	experiment_diff(x, y, a->catalogue, key, sizeof(key));
	return !*key;
}

/* Of another machine or another work, the series says nothing about this. */
static bool another_bench(const struct experiment *a, const struct experiment *b)
{
	return strcmp(a->backend, b->backend) != 0 ||
	       strcmp(a->workload, b->workload) != 0;
}

static void step_set_up(struct tui *t)
{
	struct app *a = &t->app;
	struct lesson *l = lesson_of(a);
	struct session *session = t->session;
	const struct snapshot *snap = session_snapshot(session);
	struct error error = {.code = ERROR_NONE};
	struct experiment e;
	char why[LESSON_WHY_BYTES];
	bool clear;

	lesson_point(a);
	if (lesson_run_experiment(&l->run, a->catalogue, &e, &error)) {
		lesson_run_fail(&l->run, false, error_text(&error, why, sizeof(why)));
		return;
	}
	/* What a preset begins with is on its way already. */
	if (snap->phase == SESSION_STARTING &&
	    same_experiment(a, snap->experiment, &e)) {
		l->running = e;
		lesson_run_started(&l->run);
		return;
	}
	clear = another_bench(snap->experiment, &e);
	a->draft = e;
	app_undo_forget(a);
	app_before_change(a, snap);
	a->draft_waits = false;
	if (session_start(session, &e, &error)) {
		lesson_run_fail(&l->run, error.code == ERROR_MACHINE,
				error_text(&error, why, sizeof(why)));
		return;
	}
	if (clear)
		session_clear(session);
	l->running = e;
	lesson_run_started(&l->run);
}

static size_t words_length(const struct lesson_run *l)
{
	const struct lesson_step *s = lesson_run_step(l);
	const struct lesson_result *r = &l->result[l->step];
	size_t n = strlen(s->title);

	if (l->phase == LESSON_READY) {
		n += s->say ? strlen(s->say) : 0;
		n += strlen(s->ask ? s->ask : "");
		for (int i = 0; i < s->n_answers; i++)
			n += strlen(s->answers[i].text);
		return n;
	}
	if (lesson_cause(s, r))
		n += strlen(lesson_cause(s, r));
	return n + 80 + (s->then ? strlen(s->then) : 0);
}

/* Goes on when a reader has had the time. */
static bool press_enter(struct tui *t)
{
	struct lesson_play *p = &lesson_of(&t->app)->play;
	struct lesson_run *l = &lesson_of(&t->app)->run;
	uint64_t now_ns = clock_now_ns();
	double read_s;

	if (p->phase != l->phase || p->step != l->step) {
		p->phase = l->phase;
		p->step = l->step;
		p->told_ns = now_ns;
	}
	if (l->phase == LESSON_OVER) {
		t->quit = true;
		return true;
	}
	if (l->phase != LESSON_READY && l->phase != LESSON_TOLD)
		return false;
	read_s = READ_MIN_S + READ_S_PER_CHAR * (double)words_length(l);
	if (p->read_s > 0 && read_s > p->read_s)
		read_s = p->read_s;
	if ((double)(now_ns - p->told_ns) * 1e-9 < read_s)
		return false;
	lesson_run_next(l);
	t->app.scroll = 0;
	return true;
}

/* Hands over what was measured; true when the step is told now. */
static bool follow(struct tui *t)
{
	struct app *a = &t->app;
	struct lesson *l = lesson_of(a);

	if (!lesson_follow(&l->run, session_snapshot(t->session), &l->running))
		return false;
	if (lesson_run_is_reference(&l->run, l->run.step))
		app_baseline_keep(a, session_snapshot(t->session));
	if (a->overlay == OVERLAY_NONE)
		a->scroll = 0;
	return true;
}

static int tick(struct tui *t)
{
	struct lesson *l = lesson_of(&t->app);

	if (!lesson_is_there(&t->app))
		return IDLE_MS;
	if (l->play.by_itself)
		t->draw_now |= press_enter(t);
	if (l->run.phase == LESSON_SETUP) {
		step_set_up(t);
		t->draw_now = true;
	}
	t->draw_now |= follow(t);
	if (l->run.phase == LESSON_OVER && !l->noted && !l->index) {
		course_note_done(t->app.preset->name);
		l->noted = true;
	}
	return IDLE_MS;
}

/* The index of the course, next to the plots. */
static void lesson_show_course(struct app *a)
{
	struct lesson *l = lesson_of(a);

	l->n_course = course_list(a->catalogue, l->course);
	app_mode_enter(a, MODE_LESSON);
	a->page = PAGE_OVERVIEW;
	l->index = true;
	l->on_form = false;
}

/* The course, or the lesson of that number. */
static int begin(struct tui *t, const char *number, struct error *error)
{
	struct course_entry course[COURSE_MAX];
	int n;

	(void)error;
	if (!*number) {
		lesson_show_course(&t->app);
		return 0;
	}
	n = course_list(t->app.catalogue, course);
	for (int i = 0; i < n; i++)
		if (course[i].number == atoi(number)) {
			bench_open_preset(t, course[i].path);
			return 0;
		}
	app_say(&t->app, "no lesson of that number; 0 shows the course");
	return 0;
}

static struct page_desc page(const struct app *a)
{
	if (a->zoomed || a->page != PAGE_OVERVIEW)
		return *page_of_bench(a);
	return lesson_of(a)->on_form ? lesson_form_page : lesson_page;
}

static const struct binding_group *const keys[] = {&lesson_keys, NULL};

const struct mode_ops mode_lesson = {
	.state_bytes = sizeof(struct lesson),
	.frame_ms = FRAME_MS,
	.keys = keys,
	.begin = begin,
	.tick = tick,
	.page = page,
	.enter = lesson_enter,
	.renew = lesson_renew,
};

/* A first start without a preset shows the course next to the first lesson. */
void lesson_options_take(struct app *a, const struct tui_options *options)
{
	struct lesson *l = lesson_of(a);

	l->run.cap_s = options->step_s;
	l->play.by_itself = options->play;
	l->play.read_s = options->step_s;
	if (options->first_lesson && !options->play && course_is_new())
		lesson_show_course(a);
}

void lesson_results_give(const struct app *a, struct lesson_result *results)
{
	const struct lesson *l = lesson_of(a);

	if (results && lesson_is_there(a))
		memcpy(results, l->run.result, sizeof(l->run.result));
}
