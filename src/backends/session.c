/* SPDX-License-Identifier: MIT */

/*
 * A session: one place at the bench. Here is what a person does to it: a wish (an
 * experiment) becomes what the backend must do, and every change a mark in the series.
 * What time does to it is in session_tick.c, what is seen of it in session_snapshot.c.
 *
 * Time runs on the backend's clock, from zero at session_clear.
 */
#include "backends/session_priv.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"

int session_open(struct session **out, const struct session_options *options,
		 struct error *error)
{
	struct session *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		goto no_memory;
	s->machine = options->machine;
	s->options = *options;
	backends_catalogue(s->catalogues);
	s->n_absent = workload_list_absent(s->absent);
	s->n_cpus = options->machine->topology.max_cpu_id + 1;
	s->gate_s = s->run_start_s = NAN;
	s->ceiling_before = -1;
	s->series = series_new(s->n_cpus);
	s->cpu_totals = calloc((size_t)s->n_cpus, sizeof(*s->cpu_totals));
	if (!s->series || !s->cpu_totals)
		goto no_memory;
	err = session_open_backend(s, error);
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
	return error_set(error, ERROR_MACHINE, ENOMEM, "the lab", "out of memory",
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
	double now_s = session_now_s(s);

	series_clear(s->series);
	s->zero_s += now_s;
	/* Workers that run on have what is left of their warm-up before them; then a
	 * window begins. */
	s->gate_s -= now_s;
	s->due_s -= now_s;
	s->run_start_s = NAN;
	s->window_begun = false;
	if (s->phase == SESSION_MEASURING)
		s->phase = SESSION_WARMUP;
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

bool session_running(const struct session *s)
{
	return s->phase == SESSION_STARTING || s->phase == SESSION_WARMUP ||
	       s->phase == SESSION_MEASURING;
}

/* A change only the bookkeeping needs to know, the workers can run on. */
static bool session_key_keeps_rig(const char *key, bool seeded)
{
	static const char *const keys[] = {"ceiling", "interval_ms", "duration_s",
					   "repeats", "seed",	     "warmup_s"};

	if (seeded && !strcmp(key, "seed"))
		return false;
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
		replace = replace || !session_key_keeps_rig(key, s->view.seeded);
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

/* The workers are (re)placed: the series goes on, the window starts anew. When that is
 * refused, what ran still runs. */
static int session_replace(struct session *s, const struct experiment *e,
			   struct error *error)
{
	struct error why;
	int err;

	error_clear(&why);
	err = session_start_backend(s, e, &why);
	if (error)
		*error = why;
	if (err) {
		s->ops->view(s->backend, &s->view);
		if (session_running(s) && s->view.shown.n_workers)
			return err;
		s->error = why;
		s->phase = SESSION_FAILED;
		return err;
	}
	s->experiment = *e;
	session_window_free(s);
	s->gate_s = s->run_start_s = NAN;
	s->n_checks = 0;
	s->failure[0] = '\0';
	error_clear(&s->error);
	clock_utc(s->started_utc, sizeof(s->started_utc));
	s->phase = SESSION_STARTING;
	s->paused = false;
	return 0;
}

/* Settings that leave the workers alone: what was counted under the old ones must not
 * mix with the new, so the warm-up begins again. */
static int session_adjust(struct session *s, const struct experiment *e,
			  struct error *error)
{
	if (s->experiment.ceiling_pages != e->ceiling_pages) {
		int err = s->ops->change(s->backend, BACKEND_CEILING, e->ceiling_pages,
					 error);

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

int session_configure(struct session *s, const struct experiment *e,
		      struct error *error)
{
	const struct experiment before = s->experiment;
	int err = experiment_check(e, session_catalogue(s), error);

	if (err)
		return err;
	if (!session_running(s)) {
		/* What is over leaves its points: what follows says what changed. */
		if (s->paused || series_count(s->series) > 0)
			session_changes(s, e, true);
		s->experiment = *e;
		return 0;
	}
	if (!session_changes(s, e, false))
		return session_adjust(s, e, error);
	err = session_replace(s, e, error);
	if (!err) {
		s->experiment = before;
		session_changes(s, e, true);
		s->experiment = *e;
	}
	return err;
}

int session_run(struct session *s, struct error *error)
{
	if (session_running(s))
		return 0;
	if (s->paused)
		session_mark(s, "resume", "", "");
	return session_replace(s, &s->experiment, error);
}

int session_start(struct session *s, const struct experiment *e, struct error *error)
{
	int err = session_configure(s, e, error);

	return err ? err : session_run(s, error);
}

void session_pause(struct session *s)
{
	if (s->paused)
		return;
	backend_stop(s->ops, s->backend);
	s->paused = true;
	s->phase = SESSION_IDLE;
	session_mark(s, "pause", "", "");
}

int session_trigger(struct session *s, struct error *error)
{
	if (s->phase != SESSION_WARMUP && s->phase != SESSION_MEASURING)
		return error_set(error, ERROR_INPUT, EAGAIN, "the workers",
				 "are not running", "start them first");
	return s->ops->change(s->backend, BACKEND_TRIGGER, 0, error);
}
