/* SPDX-License-Identifier: MIT */

/*
 * A session: one seat at the bench. It turns a wish (an experiment) into what the
 * backend must do, samples at the asked-for rate, and keeps series, window and checks
 * so that a snapshot is only pointers.
 *
 * Time runs on the backend's clock, from zero at session_clear. A run's window opens
 * at the first sample after its warm-up; samples before that are kept in the series
 * (a person wants to see the warm-up) but count for nothing.
 */
#include "backends/session_priv.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/lab/noise.h"

enum { STEP_MS = 5 }; /* how often a starting or ending run is looked at */

/* Of one moment on a clock told as a sum of intervals. */
static const double moment_s = 1e-9;

int session_open(struct session **out, const struct session_options *options,
		 struct fault *fault)
{
	struct session *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		goto no_memory;
	s->machine = options->machine;
	s->options = *options;
	backends_catalogue(s->catalogues);
	s->n_cpus = options->machine->topology.max_cpu_id + 1;
	s->gate_s = s->run_start_s = NAN;
	s->ceiling_before = -1;
	s->series = series_new(s->n_cpus);
	s->cpu_totals = calloc((size_t)s->n_cpus, sizeof(*s->cpu_totals));
	if (!s->series || !s->cpu_totals)
		goto no_memory;
	err = session_open_backend(s, fault);
	if (err) {
		session_close(s);
		return err;
	}
	session_clear(s);
	s->ops->view(s->backend, &s->view);
	session_mechanism_begin(s);
	*out = s;
	return 0;
no_memory:
	session_close(s);
	return fault_set(fault, FAULT_MACHINE, ENOMEM, "the lab", "out of memory",
			 "close other programs");
}

void session_close(struct session *s)
{
	if (!s)
		return;
	session_close_backends(s);
	session_window_free(s);
	series_free(s->series);
	free(s->cpu_totals);
	free(s);
}

const struct catalogue *session_catalogue(const struct session *s)
{
	return s->catalogues;
}

double session_now_s(struct session *s)
{
	return s->ops->now_s(s->backend) - s->zero_s;
}

void session_clear(struct session *s)
{
	series_clear(s->series);
	s->zero_s = s->ops->now_s(s->backend);
	s->gate_s = s->run_start_s = NAN;
	s->due_s = 0;
	s->window_begun = false;
	s->n_checks = 0;
}

void session_mark(struct session *s, const char *what, const char *from, const char *to)
{
	struct marker m = {.t_s = session_now_s(s)};

	text_copy(m.what, sizeof(m.what), what);
	text_copy(m.from, sizeof(m.from), from);
	text_copy(m.to, sizeof(m.to), to);
	series_mark(s->series, &m);
}

/* A change only the bookkeeping needs to know, the workers can run on. */
static bool session_key_keeps_rig(const char *key)
{
	static const char *const keys[] = {"ceiling", "interval_ms", "duration_s",
					   "repeats", "seed",	     "warmup_s"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (!strcmp(key, keys[i]))
			return true;
	return false;
}

/* Visits every key in which `to` differs from what runs, marking each in the series
 * when asked; true when the workers must be replaced. */
static bool session_changes(struct session *s, const struct experiment *to, bool mark)
{
	const struct catalogue *c = session_catalogue(s);
	struct experiment step = s->experiment;
	bool replace = false;
	char key[48], from_text[40], to_text[40];
	const struct param_desc *desc;
	struct param_value from_value, to_value;

	for (;;) {
		experiment_diff(&step, to, c, key, sizeof(key));
		if (!*key || experiment_get(to, c, key, &desc, &to_value))
			return replace;
		replace = replace || !session_key_keeps_rig(key);
		*from_text = '\0';
		if (!experiment_get(&step, c, key, &desc, &from_value))
			param_text(desc, &from_value, from_text, sizeof(from_text));
		if (mark)
			session_mark(
				s, strncmp(key, "params.", 7) ? key : key + 7,
				from_text,
				param_text(desc, &to_value, to_text, sizeof(to_text)));
		if (experiment_put(&step, c, key, &to_value, NULL))
			return true;
	}
}

static bool session_running(const struct session *s)
{
	return s->phase == SESSION_STARTING || s->phase == SESSION_WARMUP ||
	       s->phase == SESSION_MEASURING;
}

/* The workers are (re)placed: the series goes on, the window starts anew. When that is
 * refused, what ran still runs. */
static int session_replace(struct session *s, const struct experiment *e,
			   struct fault *fault)
{
	struct fault why;
	int err;

	fault_clear(&why);
	err = session_start_backend(s, e, &why);
	if (fault)
		*fault = why;
	if (err) {
		s->ops->view(s->backend, &s->view);
		if (session_running(s) && s->view.n_workers)
			return err;
		s->fault = why;
		s->phase = SESSION_FAILED;
		return err;
	}
	s->experiment = *e;
	session_window_free(s);
	s->gate_s = s->run_start_s = NAN;
	s->n_checks = 0;
	s->failure[0] = '\0';
	fault_clear(&s->fault);
	clock_utc(s->started_utc, sizeof(s->started_utc));
	s->phase = SESSION_STARTING;
	s->paused = false;
	return 0;
}

/* Settings that leave the workers alone: what was counted under the old ones must not
 * mix with the new, so the warm-up begins again. */
static int session_adjust(struct session *s, const struct experiment *e,
			  struct fault *fault)
{
	if (s->experiment.ceiling_pages != e->ceiling_pages) {
		int err = s->ops->set_ceiling(s->backend, e->ceiling_pages, fault);

		if (err)
			return err;
	}
	session_changes(s, e, true);
	s->experiment = *e;
	if (s->phase != SESSION_STARTING) {
		s->gate_s = session_now_s(s);
		s->run_start_s = NAN;
		s->window_begun = false;
		s->phase = SESSION_WARMUP;
	}
	return 0;
}

int session_start(struct session *s, const struct experiment *e, struct fault *fault)
{
	const struct experiment before = s->experiment;
	bool running = session_running(s);
	int err = experiment_check(e, session_catalogue(s), fault);

	if (err)
		return err;
	if (s->paused) {
		session_changes(s, e, true);
		s->experiment = *e;
		return 0;
	}
	if (running && !session_changes(s, e, false))
		return session_adjust(s, e, fault);
	err = session_replace(s, e, fault);
	/* A run that is over leaves its points: what follows must say what changed. */
	if (!err && (running || series_count(s->series) > 0)) {
		s->experiment = before;
		session_changes(s, e, true);
		s->experiment = *e;
	}
	return err;
}

void session_pause(struct session *s)
{
	if (s->paused)
		return;
	s->ops->stop(s->backend);
	s->paused = true;
	s->phase = SESSION_IDLE;
	session_mark(s, "pause", "", "");
}

int session_resume(struct session *s, struct fault *fault)
{
	if (!s->paused)
		return 0;
	session_mark(s, "resume", "", "");
	return session_replace(s, &s->experiment, fault);
}

static void session_check(struct session *s)
{
	struct check_facts facts = {
		.experiment = &s->experiment,
		.total = s->window,
		.measuring = s->window_begun && s->window.elapsed_s > 0,
		.ceiling_before = s->ceiling_before,
		.mechanism_ipi = true,
	};

	s->ops->view(s->backend, &s->view);
	s->ops->expect(s->backend, &s->experiment, &s->expectation);
	facts.expectation = s->expectation;
	facts.pinned = s->view.pinned;
	facts.workers_and_victims = s->view.n_workers + s->view.n_victims;
	facts.oversubscribed_cpus = s->view.oversubscribed_cpus;
	facts.ceiling_now = s->view.ceiling_pages;
	facts.ceiling_known = s->view.ceiling_pages >= 0;
	facts.ceiling_reason = s->view.ceiling ? s->view.ceiling->reason : "";
	facts.mechanism_ipi = s->view.mechanism_ipi;
	facts.mechanism_note = s->view.mechanism_note;
	if (s->view.mechanism && !s->mechanism.row_applies) {
		facts.mechanism_ipi = false;
		facts.mechanism_note = s->mechanism.evidence;
	}
	if (s->window_begun && s->n_workers)
		facts.time_one_in = s->workers[0].now.time_one_in;
	s->n_checks = checks_make(&facts, s->checks);
}

/* A mark just before and one just after, so that a series shows both sides. */
static void session_mark_moments(struct session *s)
{
	struct backend_moment moment;

	while (s->ops->moment && s->ops->moment(s->backend, &moment)) {
		struct marker m = {.t_s = moment.begin_s - s->zero_s};
		char took[24];

		text_copy(m.what, sizeof(m.what), moment.what);
		series_mark(s->series, &m);
		m.t_s = moment.end_s - s->zero_s;
		text_copy(m.from, sizeof(m.from), "done in");
		text_copy(m.to, sizeof(m.to),
			  text_quantity(took, sizeof(took),
					(moment.end_s - moment.begin_s) * 1e9, "ns"));
		series_mark(s->series, &m);
	}
}

static void session_take_sample(struct session *s, enum backend_phase backend_phase)
{
	struct sample sample;

	s->ops->sample(s->backend, &sample);
	sample.t_s -= s->zero_s;
	sample.noise = noise_judge(&sample);
	session_mechanism_add(s, &sample);
	if (s->window_begun)
		session_window_add(s, &sample);
	series_add(s->series, &sample);
	session_mark_moments(s);
	if (!s->window_begun &&
	    sample.t_s + moment_s >= s->gate_s + s->experiment.warmup_s) {
		s->run_start_s = sample.t_s;
		s->ceiling_before = s->view.ceiling_pages;
		session_window_begin(s, false);
		s->phase = SESSION_MEASURING;
	}
	session_check(s);
	s->due_s += s->experiment.interval_ms * 1e-3;
	if (s->due_s + moment_s <
	    sample.t_s) /* late: do not hurry after what was missed */
		s->due_s = sample.t_s + s->experiment.interval_ms * 1e-3;
	bool over = s->experiment.duration_s > 0 && !s->experiment.ops &&
		    s->window_begun &&
		    sample.t_s + 1e-4 >= s->run_start_s + s->experiment.duration_s;

	if (over || backend_phase == BACKEND_DONE) {
		s->ops->stop(s->backend);
		s->phase = SESSION_DONE;
	}
}

/* The gate has just opened: the run's clock starts. */
static void session_begin(struct session *s)
{
	if (session_window_open(s)) {
		s->ops->stop(s->backend);
		fault_set(&s->fault, FAULT_MACHINE, ENOMEM, "the run", "out of memory",
			  "ask for fewer threads");
		s->phase = SESSION_FAILED;
		return;
	}
	s->gate_s = session_now_s(s);
	s->due_s = s->gate_s + s->experiment.interval_ms * 1e-3;
	s->phase = SESSION_WARMUP;
	session_check(s);
	session_mechanism_begin(s);
	s->ceiling_before = s->view.ceiling_pages;
	/* Counted operations have no warm-up: every one of them is the result. */
	if (s->experiment.ops || s->experiment.warmup_s <= 0) {
		s->run_start_s = s->gate_s;
		session_window_begin(s, true);
		s->phase = SESSION_MEASURING;
	}
}

int session_tick(struct session *s)
{
	if (!session_running(s))
		return 1000;
	if (s->ops->until && s->phase != SESSION_STARTING)
		s->ops->until(s->backend, s->zero_s + s->due_s);
	enum backend_phase phase = s->ops->step(s->backend, &s->fault);

	if (phase == BACKEND_FAILED) {
		char why[200];

		fault_text(&s->fault, why, sizeof(why));
		text_copy(s->failure, sizeof(s->failure), why);
		session_mark(s, "rig failed", "", "");
		s->ops->stop(s->backend);
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
	if (!session_running(s))
		return 0;
	double wait_ms = (s->due_s - session_now_s(s)) * 1e3;

	if (s->ops->wall_s)
		wait_ms = s->ops->wall_s(s->backend, wait_ms);

	return wait_ms > 0 ? (int)ceil(wait_ms) : 0;
}

int session_event_fd(const struct session *s)
{
	return session_running(s) ? s->ops->event_fd(s->backend) : -1;
}

int session_poke(struct session *s, struct fault *fault)
{
	if (s->phase != SESSION_WARMUP && s->phase != SESSION_MEASURING)
		return fault_set(fault, FAULT_INPUT, EAGAIN, "the workers",
				 "are not running", "start them first");
	if (!s->ops->poke)
		return fault_set(fault, FAULT_INPUT, ENOTSUP, s->experiment.workload,
				 "it has nothing to do at the press of a key",
				 "use the live backend");
	return s->ops->poke(s->backend, fault);
}

const struct snapshot *session_snapshot(struct session *s)
{
	struct snapshot *o = &s->snapshot;
	const struct backend_view *v = &s->view;
	int n = series_count(s->series);
	double tick = v->ns_per_tick;

	s->ops->view(s->backend, &s->view);
	*o = (struct snapshot){
		.phase = s->phase,
		.paused = s->paused,
		.now_s = session_now_s(s),
		.run_start_s = s->run_start_s,
		.machine = s->machine,
		.catalogue = session_catalogue(s),
		.experiment = &s->experiment,
		.series = s->series,
		.latest = n ? series_at(s->series, n - 1) : NULL,
		.cpu_shootdowns = s->window_begun ? s->cpu_totals : NULL,
		.n_cpus = s->n_cpus,
		.worker_hist = &s->worker_hist,
		.victim_hist = &s->victim_hist,
		.ns_per_tick = tick,
		.n_workers = v->n_workers,
		.n_victims = v->n_victims,
		.cpus = v->cpus,
		.checks = s->checks,
		.n_checks = s->n_checks,
		.expectation = &s->expectation,
		.mechanism = s->mechanism,
		.ceiling_pages = v->ceiling_pages,
		.ceiling_original = v->ceiling_original,
		.ceiling = v->ceiling,
		.sensors = v->sensors,
		.n_sensors = v->n_sensors,
		.fault = &s->fault,
	};
	if (s->window_begun)
		o->window = s->window;
	if (s->window_begun && s->n_workers)
		o->time_one_in = s->workers[0].now.time_one_in;
	latency_summarise(&s->worker_hist, tick,
			  s->worker_max_ticks ? (double)s->worker_max_ticks * tick
					      : NAN,
			  &o->worker_latency);
	latency_summarise(&s->victim_hist, tick,
			  s->victim_max_ticks ? (double)s->victim_max_ticks * tick
					      : NAN,
			  &o->victim_latency);
	return o;
}
