/* SPDX-License-Identifier: MIT */

/*
 * What becomes due in a session: samples at the asked-for rate, the end of the warm-up
 * and of the run. A run's window opens at the first sample after its warm-up; samples
 * before that are kept in the series (a person wants to see the warm-up) but count for
 * nothing.
 */
#include "backends/session_priv.h"

#include <errno.h>
#include <math.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/noise.h"

enum { STEP_MS = 5 }; /* how often a starting or ending run is looked at */

/* Of one moment on a clock told as a sum of intervals. */
static const double moment_s = 1e-9;

/* A mark just before and one just after, so that a series shows both sides. */
static void session_mark_moments(struct session *s)
{
	for (int i = 0; i < s->view.n_moments; i++) {
		const struct backend_moment *moment = &s->view.moments[i];
		struct marker m = {.t_s = moment->begin_s - s->zero_s};
		char took[24];

		text_copy(m.what, sizeof(m.what), moment->what);
		series_mark(s->series, &m);
		m.t_s = moment->end_s - s->zero_s;
		text_copy(m.from, sizeof(m.from), "done in");
		text_copy(m.to, sizeof(m.to),
			  text_quantity(took, sizeof(took),
					(moment->end_s - moment->begin_s) * 1e9, "ns"));
		series_mark(s->series, &m);
	}
}

/* Is a run of a given length over at this moment? */
static bool session_is_over(const struct session *s, double t_s)
{
	return s->experiment.duration_s > 0 && !s->experiment.ops && s->window_begun &&
	       t_s + 1e-4 >= s->run_start_s + s->experiment.duration_s;
}

static void session_take_sample(struct session *s, enum backend_phase backend_phase)
{
	bool done = backend_phase == BACKEND_DONE;
	struct sample sample;

	if (done || session_is_over(s, session_now_s(s)))
		s->ops->change(s->backend, BACKEND_WINDOW, 0, NULL);
	s->ops->sample(s->backend, &sample);
	s->ops->view(s->backend, &s->view);
	sample.t_s -= s->zero_s;
	sample.noise = noise_judge(&sample);
	if (s->view.program)
		sample.noise &= (uint8_t)~NOISE_OF_THREADS;
	session_mechanism_add(s, &sample);
	session_told_add(s, &sample);
	if (s->window_begun) {
		session_window_add(s, &sample);
		session_mechanism_settle(s);
	}
	series_add(s->series, &sample);
	session_mark_moments(s);
	if (!s->window_begun &&
	    sample.t_s + moment_s >= s->gate_s + s->experiment.warmup_s &&
	    s->ops->change(s->backend, BACKEND_SETTLE, 0, NULL) <= 0) {
		s->run_start_s = sample.t_s;
		s->ceiling_before = s->view.shown.ceiling_pages;
		session_window_begin(s, false);
		s->phase = SESSION_MEASURING;
	}
	session_check(s);
	s->due_s += s->experiment.interval_ms * 1e-3;
	if (s->due_s + moment_s <
	    sample.t_s) /* late: do not hurry after what was missed */
		s->due_s = sample.t_s + s->experiment.interval_ms * 1e-3;
	if (done || session_is_over(s, sample.t_s)) {
		backend_stop(s->ops, s->backend);
		s->phase = SESSION_DONE;
	}
}

/* The gate has just opened: the run's clock starts. */
static void session_begin(struct session *s)
{
	if (session_window_open(s)) {
		backend_stop(s->ops, s->backend);
		error_set(&s->error, ERROR_MACHINE, ENOMEM, "the run", "out of memory",
			  "ask for fewer threads");
		s->phase = SESSION_FAILED;
		return;
	}
	s->gate_s = session_now_s(s);
	s->due_s = s->gate_s + s->experiment.interval_ms * 1e-3;
	s->phase = SESSION_WARMUP;
	session_check(s);
	session_mechanism_begin(s);
	session_told_begin(s);
	s->ceiling_before = s->view.shown.ceiling_pages;
	/* Counted operations have no warm-up: every one of them is the result. */
	if (s->experiment.ops || s->experiment.warmup_s <= 0) {
		s->run_start_s = s->gate_s;
		session_window_begin(s, true);
		s->phase = SESSION_MEASURING;
	}
}

/* Milliseconds on the wall until the next sample is due. */
static int session_wait_ms(struct session *s)
{
	double wait_s = s->due_s - session_now_s(s);

	wait_s = s->view.speed > 0 ? wait_s / s->view.speed : 0;
	return wait_s > 0 ? (int)ceil(wait_s * 1e3) : 0;
}

int session_tick(struct session *s)
{
	bool counts = s->phase == SESSION_WARMUP || s->phase == SESSION_MEASURING;
	enum backend_phase phase = s->ops->step(
		s->backend, counts ? s->zero_s + s->due_s : NAN, &s->error);

	if (!session_running(s))
		return 1000;
	if (phase == BACKEND_FAILED) {
		char why[200];

		error_text(&s->error, why, sizeof(why));
		text_copy(s->failure, sizeof(s->failure), why);
		session_mark(s, "rig failed", "", "");
		backend_stop(s->ops, s->backend);
		s->phase = SESSION_FAILED;
		return 1000;
	}
	if (s->phase == SESSION_STARTING && phase >= BACKEND_RUNNING)
		session_begin(s);
	if (s->phase == SESSION_STARTING)
		return STEP_MS;
	if (session_running(s) &&
	    (phase == BACKEND_DONE || session_now_s(s) + moment_s >= s->due_s))
		session_take_sample(s, phase);
	return session_running(s) ? session_wait_ms(s) : 0;
}

int session_event_fd(struct session *s)
{
	if (!session_running(s))
		return -1;
	s->ops->view(s->backend, &s->view);
	return s->view.event_fd;
}
