/* SPDX-License-Identifier: MIT */
#include "commands/lesson/auto.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "commands/signals.h"
#include "tlblab/backends/lesson.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"

/* A step of which nothing was heard for so long will never end. */
#define PATIENCE_NS 120000000000ull

int lesson_check(const struct preset *preset, struct error *error)
{
	if (preset->n_lesson > 0)
		return 0;
	return error_set(error, ERROR_INPUT, EINVAL, preset->name,
			 "it has no lesson to play",
			 "tlblab list presets names the lessons first");
}

int lesson_step_seconds(const char *value, double *out, struct error *error)
{
	if (!text_to_double(value, out) && *out > 0 && *out <= 3600)
		return 0;
	return error_setf(error, ERROR_INPUT, EINVAL, "--step-seconds",
			  "give a number above 0, up to 3600", "%s is none", value);
}

static void put(const char *label, const char *text)
{
	if (text && *text)
		printf("  %-9s %s\n", label, text);
}

static void put_answers(const struct lesson_step *s)
{
	for (int i = 0; i < s->n_answers; i++)
		printf("  %-9s %d %s\n", i ? "" : "answers", i + 1, s->answers[i].text);
}

static void put_found(const struct lesson_step *s, const struct lesson_result *r)
{
	char text[1024];

	put("measured", lesson_measured_text(s, r, text, sizeof(text)));
	put("", lesson_noise_text(r, text, sizeof(text)));
	put("verdict", lesson_verdict_text(s, r, text, sizeof(text)));
	put("", lesson_cause(s, r));
	put("", s->then);
}

static void put_result(const struct lesson_run *l, const struct experiment *e)
{
	const struct lesson_result *r = &l->result[l->step];

	put_found(lesson_run_step(l), r);
	printf("  %-9s %d intervals, %.3g s, %s\n\n", "from", r->intervals, r->seconds,
	       lesson_source_text(e));
	fflush(stdout);
}

/* Until the step is told; true when a signal came. */
static bool step_wait(struct lesson_run *l, struct session *session,
		      const struct experiment *e, int signal_fd)
{
	uint64_t begin_ns = clock_now_ns();

	for (;;) {
		int wait_ms = session_tick(session);
		struct pollfd fds[2] = {
			{.fd = signal_fd, .events = POLLIN},
			{.fd = session_event_fd(session), .events = POLLIN},
		};

		if (lesson_follow(l, session_snapshot(session), e))
			return false;
		if (clock_now_ns() - begin_ns > PATIENCE_NS) {
			lesson_run_fail(l, false,
					"it had not measured enough after two minutes");
			return false;
		}
		poll(fds, 2, wait_ms);
		if (fds[0].revents & POLLIN)
			return true;
	}
}

/* One step from its question to its verdict; true when a signal came. */
static bool step_play(struct lesson_run *l, struct session *session, int signal_fd)
{
	const struct lesson_step *s = lesson_run_step(l);
	const struct catalogue *c = session_catalogue(session);
	struct experiment e = l->preset->experiment;
	struct error error = {.code = ERROR_NONE};
	char why[LESSON_WHY_BYTES];
	bool stopped = false;

	printf("step %d of %d: %s\n", l->step + 1, l->preset->n_lesson, s->title);
	put("look", s->say);
	put("question", s->ask);
	put_answers(s);
	fflush(stdout);
	if (l->phase == LESSON_READY)
		lesson_run_next(l);
	/* Twice where the measure cannot be had and a simulation takes its place. */
	while (!stopped && l->phase == LESSON_SETUP) {
		session_clear(session);
		if (lesson_run_experiment(l, c, &e, &error) ||
		    session_start(session, &e, &error)) {
			lesson_run_fail(l, error.code == ERROR_MACHINE,
					error_text(&error, why, sizeof(why)));
		} else {
			lesson_run_started(l);
			stopped = step_wait(l, session, &e, signal_fd);
		}
	}
	if (!stopped)
		put_result(l, &e);
	return stopped;
}

/* 0, or 1 with an error for the first step that failed or was not played. */
static int played_status(const struct preset *preset,
			 const struct lesson_result *results, struct error *error)
{
	for (int i = 0; i < preset->n_lesson; i++) {
		char what[128];

		if (results[i].outcome != LESSON_FAILED &&
		    results[i].outcome != LESSON_NOT_MADE)
			continue;
		snprintf(what, sizeof(what), "%s, step %d", preset->name, i + 1);
		error_set(error, ERROR_CHECK, EIO, what,
			  results[i].outcome == LESSON_FAILED
				  ? results[i].why
				  : "the lesson was left before it",
			  "play the lesson again to its end");
		return 1;
	}
	return 0;
}

static void put_end(const struct preset *preset, const struct lesson_result *results)
{
	int counts[LESSON_FAILED + 1] = {0};

	for (int i = 0; i < preset->n_lesson; i++)
		counts[results[i].outcome]++;
	printf("%s: %d of %d steps completed", preset->name,
	       counts[LESSON_SHOWN] + counts[LESSON_SIMULATED], preset->n_lesson);
	if (counts[LESSON_ABSENT])
		printf(", %d not measurable on this machine", counts[LESSON_ABSENT]);
	printf("\n");
	fflush(stdout);
}

int lesson_report(const struct preset *preset, const struct lesson_result *results,
		  struct error *error)
{
	for (int i = 0; i < preset->n_lesson; i++) {
		printf("step %d of %d: %s\n", i + 1, preset->n_lesson,
		       preset->lesson[i].title);
		put("question", preset->lesson[i].ask);
		put_found(&preset->lesson[i], &results[i]);
		printf("\n");
	}
	put_end(preset, results);
	return played_status(preset, results, error);
}

int lesson_auto(struct lab *lab, const struct preset *preset, double step_s,
		struct error *error)
{
	struct lesson_run l = {.step = 0};
	struct stop_signals signals;
	bool stopped = false;
	int status;

	if (lesson_run_begin(&l, preset)) {
		error_set(error, ERROR_MACHINE, ENOMEM, preset->name, "out of memory",
			  "close other programs");
		return error_exit_status(error);
	}
	l.cap_s = step_s;
	if (stop_signals_take(&signals, error)) {
		lesson_run_fini(&l);
		return error_exit_status(error);
	}
	printf("%s: %s\n\n", preset->name, preset->title);
	while (!stopped && l.phase != LESSON_OVER) {
		stopped = step_play(&l, lab->session, signals.fd);
		lesson_run_next(&l);
	}
	session_pause(lab->session);
	stop_signals_give_back(&signals);
	if (!stopped)
		put_end(preset, l.result);
	status = stopped ? 130 : played_status(preset, l.result, error);
	lesson_run_fini(&l);
	return status;
}
