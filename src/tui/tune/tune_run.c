/* SPDX-License-Identifier: MIT */
#include "tui/tune/tune_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/io/result_file.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/workloads/workload.h"
#include "tui/effects.h"
#include "tui/tune/trial_run.h"

enum { IDLE_MS = 1000 };

static int tuner_begin(struct tune_run *t, const struct machine *m, struct error *error)
{
	struct experiment e;
	struct tuner_options options = {
		.machine = m,
		.guardian = t->guardian,
		.experiment = &e,
		.budget_s = TUNE_BUDGET_S,
	};

	if (!t->guardian)
		return error_set(error, ERROR_MACHINE, ENOTSUP, "tune",
				 "there is no guardian of the ceiling here",
				 "see tlblab doctor");
	if (m->topology.n_allowed < 2)
		return error_set(
			error, ERROR_MACHINE, ENOTSUP, "tune",
			"a flush is weighed by what it costs other CPUs, and this "
			"process may use one CPU only",
			"start it where two CPUs are allowed, e.g. with taskset");
	int err = tuner_experiment(&e, m, error);

	tune_mix_default(&options.mix);
	return err ? err : tuner_open(&t->tuner, &options, error);
}

/* The ceiling that the kernel was found with is the one to be judged, not the one that
 * the bench's experiment may have set. */
static void ceiling_take(struct tune_run *t)
{
	int64_t original = guardian_ceiling_original(t->guardian);

	t->bench_ceiling = -1;
	if (original < 0 || guardian_ceiling_get(t->guardian, &t->bench_ceiling) ||
	    t->bench_ceiling == original)
		t->bench_ceiling = -1;
	else
		guardian_ceiling_set(t->guardian, original, NULL);
}

static void ceiling_give_back(struct tune_run *t)
{
	if (t->bench_ceiling >= 0)
		guardian_ceiling_set(t->guardian, t->bench_ceiling, NULL);
	t->bench_ceiling = -1;
}

/* Once; a tuning that begins anew finds it away already. */
static void bench_leave(struct tune_run *t, struct session *session)
{
	if (t->bench_away)
		return;
	t->bench_ran = !app_is_stopped(session_snapshot(session));
	session_pause(session);
	if (t->guardian)
		ceiling_take(t);
	t->bench_away = true;
}

static void bench_go_on(struct tune_run *t, struct app *a, struct session *session)
{
	struct error error = {.code = ERROR_NONE};

	a->mode = MODE_BENCH;
	if (!t->bench_away)
		return;
	t->bench_away = false;
	ceiling_give_back(t);
	if (t->bench_ran && session_resume(session, &error))
		app_say_error(a, &error);
}

static void tuners_close(struct tune_run *t, struct app *a)
{
	a->tune = NULL;
	a->trial = NULL;
	tuner_close(t->tuner);
	t->tuner = NULL;
	program_trial_close(t->trial);
	t->trial = NULL;
}

/* A machine that cannot try ceilings says so on the same page, and the program in the
 * bench is left alone. */
static void trial_begin(struct tune_run *t, struct app *a, struct session *session)
{
	struct error error = {.code = ERROR_NONE};

	a->mode = MODE_TUNE;
	a->scroll = 0;
	a->trial = trial_run_refusal(t);
	if (a->trial)
		return;
	bench_leave(t, session);
	a->trial = trial_run_begin(t, a, &error) ? trial_run_failed(t, &error)
						 : program_trial_view(t->trial);
}

static void tune_begin(struct tune_run *t, struct app *a, struct session *session)
{
	struct error error = {.code = ERROR_NONE};

	tuners_close(t, a);
	if (trial_run_wanted(a)) {
		trial_begin(t, a, session);
		return;
	}
	bench_leave(t, session);
	if (tuner_begin(t, a->machine, &error)) {
		bench_go_on(t, a, session);
		app_say_error(a, &error);
		return;
	}
	a->tune = tuner_view(t->tuner);
	a->mode = MODE_TUNE;
	a->scroll = 0;
}

static void tune_leave(struct tune_run *t, struct app *a, struct session *session)
{
	tuners_close(t, a);
	bench_go_on(t, a, session);
}

static void export_write(struct app *a, struct session *session, struct result *r,
			 const char *path)
{
	struct result_sensor sensors[EXPORT_MAX_SENSORS];
	struct error error = {.code = ERROR_NONE};
	char text[600];

	effect_result_fill(r, session_snapshot(session), sensors);
	if (result_write(r, path, &error)) {
		app_say_error(a, &error);
		return;
	}
	snprintf(text, sizeof(text), "written: %s", path);
	app_say(a, text);
}

static bool ceiling_is(const struct tune_run *t, int64_t pages)
{
	int64_t now = -1;

	guardian_ceiling_get(t->guardian, &now);
	return now == pages;
}

static void trial_export(struct tune_run *t, struct app *a, struct session *session,
			 const char *path)
{
	struct preset preset = {.name = "tune",
				.title = "The right ceiling for this program"};
	struct result_trial trial;
	struct result_tune tune;
	struct result r = {
		.preset = &preset, .catalogue = workload_catalogue(), .tune = &tune};

	if (!t->trial || program_trial_view(t->trial)->phase != TUNER_DONE) {
		app_say(a, t->trial ? "nothing to export yet: space stops the tuning"
				    : "nothing to export: nothing was tried");
		return;
	}
	preset.experiment = t->program;
	trial_run_result(t, &trial, &tune);
	tune.restored = ceiling_is(t, trial.answer->ceiling_now);
	export_write(a, session, &r, path);
}

/* What was measured, as `tlblab tune --json` writes it. */
static void tune_export(struct tune_run *t, struct app *a, struct session *session,
			const char *path)
{
	const struct tuner_view *v = tuner_view(t->tuner);
	struct error error = {.code = ERROR_NONE};
	struct preset preset = {.name = "tune",
				.title = "The right ceiling for this CPU"};
	struct tune_mix mix;
	struct result_tune tune = {
		.answers = v->answers,
		.data = v->data,
		.n_answers = v->n_answers,
		.method = tuner_method_name(v->method),
		.victims = v->victims,
		.windows = v->windows,
		.disturbed = v->disturbed,
		.rounds_lost = v->rounds_lost,
		.elapsed_s = v->elapsed_s,
		.mix = &mix,
		.mix_source = TUNE_MIX_DEFAULT_SOURCE,
	};
	struct result r = {
		.preset = &preset, .catalogue = workload_catalogue(), .tune = &tune};

	if (v->phase != TUNER_DONE) {
		app_say(a, "nothing to export yet: space stops the tuning");
		return;
	}
	tune_mix_default(&mix);
	tune.restored = ceiling_is(t, v->ceiling_now);
	if (tuner_experiment(&preset.experiment, a->machine, &error))
		app_say_error(a, &error);
	else
		export_write(a, session, &r, path);
}

bool tune_run_effect(struct tune_run *t, const struct effect *e, struct app *a,
		     struct session *session)
{
	switch (e->kind) {
	case EFFECT_TUNE_BEGIN: tune_begin(t, a, session); return true;
	case EFFECT_TUNE_STOP:
		if (t->trial)
			program_trial_stop(t->trial);
		else
			tuner_stop(t->tuner);
		return true;
	case EFFECT_TUNE_WAIT:
		if (t->tuner)
			tuner_wait(t->tuner);
		return true;
	case EFFECT_TUNE_LEAVE: tune_leave(t, a, session); return true;
	case EFFECT_EXPORT:
		if (a->mode != MODE_TUNE)
			return false;
		if (a->trial)
			trial_export(t, a, session, e->text);
		else
			tune_export(t, a, session, e->text);
		return true;
	default: return false;
	}
}

int tune_run_tick(struct tune_run *t, struct app *a)
{
	int wait_ms = IDLE_MS;

	if (t->trial) {
		wait_ms = program_trial_tick(t->trial);
		a->trial = program_trial_view(t->trial);
	} else if (t->tuner) {
		wait_ms = tuner_tick(t->tuner);
		a->tune = tuner_view(t->tuner);
	}
	return wait_ms;
}

void tune_run_fini(struct tune_run *t, struct app *a)
{
	tuners_close(t, a);
	if (t->guardian)
		ceiling_give_back(t);
}
