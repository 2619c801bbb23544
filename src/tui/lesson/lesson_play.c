/* SPDX-License-Identifier: MIT */
#include "tui/lesson/lesson_play.h"

#include <string.h>

#include "tlblab/backends/lesson.h"
#include "tui/app/app_change.h"
#include "tui/effects.h"
#include "tui/lesson/course.h"

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

static void step_set_up(struct app *a, struct session *session)
{
	struct app_lesson *l = &a->lesson;
	const struct snapshot *snap = session_snapshot(session);
	struct error error = {.code = ERROR_NONE};
	struct experiment e;
	char why[LESSON_WHY_BYTES];
	bool clear;

	app_lesson_point(a);
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
	a->n_undo = 0;
	app_before_change(a, snap);
	a->draft_waits = false;
	if (session_start(session, &e, &error) || session_resume(session, &error)) {
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
static bool press_enter(struct lesson_play *p, struct app *a, uint64_t now_ns)
{
	struct lesson_run *l = &a->lesson.run;
	double read_s;

	if (p->phase != l->phase || p->step != l->step) {
		p->phase = l->phase;
		p->step = l->step;
		p->told_ns = now_ns;
	}
	if (l->phase == LESSON_OVER) {
		p->over = true;
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
	a->scroll = 0;
	return true;
}

bool lesson_play_tick(struct lesson_play *p, struct app *a, struct session *session,
		      uint64_t now_ns)
{
	struct app_lesson *l = &a->lesson;
	bool changed = false;

	/* A lesson that was left stands still; so does one whose bench is away. */
	if (!app_lesson_is_there(a) || !l->shown || a->mode != MODE_BENCH ||
	    a->bench_away)
		return false;
	if (p->by_itself)
		changed = press_enter(p, a, now_ns);
	if (l->run.phase == LESSON_SETUP) {
		step_set_up(a, session);
		changed = true;
	}
	if (lesson_follow(&l->run, session_snapshot(session), &l->running)) {
		int told = l->run.step;

		if (lesson_run_is_reference(&l->run, told))
			app_baseline_keep(a, session_snapshot(session));
		changed = true;
		if (a->overlay == OVERLAY_NONE)
			a->scroll = 0;
	}
	if (l->run.phase == LESSON_OVER && !l->noted && !l->index) {
		course_note_done(a->preset->name);
		l->noted = true;
	}
	return changed;
}
