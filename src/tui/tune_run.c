/* SPDX-License-Identifier: MIT */
#include "tui/tune_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/io/result_file.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/workloads/workload.h"
#include "tui/effects.h"

enum { IDLE_MS = 1000 };

static int tuner_begin(struct tune_run *t, const struct machine *m, struct fault *fault)
{
	struct experiment e;
	struct tuner_options options = {
		.machine = m,
		.guardian = t->guardian,
		.experiment = &e,
		.budget_s = TUNE_BUDGET_S,
	};

	if (!t->guardian)
		return fault_set(fault, FAULT_MACHINE, ENOTSUP, "tune",
				 "there is no guardian of the ceiling here", "");
	if (m->topology.n_allowed < 2)
		return fault_set(
			fault, FAULT_MACHINE, ENOTSUP, "tune",
			"a flush is weighed by what it costs other CPUs, and this "
			"process may use one CPU only",
			"start it where two CPUs are allowed, e.g. with taskset");
	int err = tuner_experiment(&e, m, fault);

	tune_mix_default(&options.mix);
	return err ? err : tuner_open(&t->tuner, &options, fault);
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

static void bench_go_on(struct tune_run *t, struct app *a, struct session *session)
{
	struct fault fault = {.code = FAULT_NONE};

	ceiling_give_back(t);
	a->mode = MODE_BENCH;
	if (t->bench_ran && session_resume(session, &fault))
		app_say_fault(a, &fault);
}

static void tune_begin(struct tune_run *t, struct app *a, struct session *session)
{
	const struct snapshot *snap = session_snapshot(session);
	struct fault fault = {.code = FAULT_NONE};

	if (a->mode != MODE_TUNE) {
		t->bench_ran = !app_is_stopped(snap);
		session_pause(session);
		if (t->guardian)
			ceiling_take(t);
	}
	a->tune = NULL;
	tuner_close(t->tuner);
	t->tuner = NULL;
	if (tuner_begin(t, a->machine, &fault)) {
		bench_go_on(t, a, session);
		app_say_fault(a, &fault);
		return;
	}
	a->tune = tuner_view(t->tuner);
	a->mode = MODE_TUNE;
	a->scroll = 0;
}

static void tune_leave(struct tune_run *t, struct app *a, struct session *session)
{
	a->tune = NULL;
	tuner_close(t->tuner);
	t->tuner = NULL;
	bench_go_on(t, a, session);
}

/* What was measured, as `tlblab tune --json` writes it. */
static void tune_export(struct tune_run *t, struct app *a, struct session *session,
			const char *path)
{
	const struct tuner_view *v = tuner_view(t->tuner);
	struct result_sensor sensors[EXPORT_MAX_SENSORS];
	struct fault fault = {.code = FAULT_NONE};
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
	char text[600];
	int64_t now = -1;

	if (v->phase != TUNER_DONE) {
		app_say(a, "nothing to export yet: space stops the tuning");
		return;
	}
	tune_mix_default(&mix);
	effect_result_fill(&r, session_snapshot(session), sensors);
	guardian_ceiling_get(t->guardian, &now);
	tune.restored = now == v->ceiling_now;
	if (tuner_experiment(&preset.experiment, a->machine, &fault) ||
	    result_write(&r, path, &fault)) {
		app_say_fault(a, &fault);
		return;
	}
	snprintf(text, sizeof(text), "written: %s", path);
	app_say(a, text);
}

bool tune_run_effect(struct tune_run *t, const struct effect *e, struct app *a,
		     struct session *session)
{
	switch (e->kind) {
	case EFFECT_TUNE_BEGIN: tune_begin(t, a, session); return true;
	case EFFECT_TUNE_STOP:
		tuner_stop(t->tuner);
		a->tune = tuner_view(t->tuner);
		return true;
	case EFFECT_TUNE_LEAVE: tune_leave(t, a, session); return true;
	case EFFECT_EXPORT:
		if (a->mode != MODE_TUNE)
			return false;
		tune_export(t, a, session, e->text);
		return true;
	default: return false;
	}
}

int tune_run_tick(struct tune_run *t, struct app *a)
{
	if (!t->tuner)
		return IDLE_MS;
	int wait_ms = tuner_tick(t->tuner);

	a->tune = tuner_view(t->tuner);
	return wait_ms;
}

void tune_run_fini(struct tune_run *t, struct app *a)
{
	a->tune = NULL;
	tuner_close(t->tuner);
	t->tuner = NULL;
	if (t->guardian)
		ceiling_give_back(t);
}
