/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "tlblab/io/result_file.h"
#include "tlblab/workloads/workload.h"
#include "tui/bench/export.h"
#include "tui/tune/tune.h"

enum { IDLE_MS = 1000 };

struct tune *tune_of(const struct app *a)
{
	return a->state[MODE_TUNE];
}

static int tuner_begin(struct tui *t, struct error *error)
{
	const struct machine *m = t->app.machine;
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
	return err ? err : tuner_open(&tune_of(&t->app)->tuner, &options, error);
}

static void forget(struct tune *t)
{
	tuner_close(t->tuner);
	t->tuner = NULL;
	t->view = NULL;
}

static void leave(struct tui *t)
{
	forget(tune_of(&t->app));
	tune_release(t);
}

static int begin(struct tui *t, const char *text, struct error *error)
{
	struct tune *tune = tune_of(&t->app);
	int err;

	(void)text;
	forget(tune);
	tune_hold(t);
	err = tuner_begin(t, error);
	if (err) {
		if (app_mode(&t->app) == MODE_TUNE)
			app_mode_leave(&t->app);
		tune_release(t);
		return err;
	}
	tune->view = tuner_view(tune->tuner);
	app_mode_enter(&t->app, MODE_TUNE);
	return 0;
}

static int tick(struct tui *t)
{
	struct tune *tune = tune_of(&t->app);
	int wait_ms = IDLE_MS;

	if (tune->tuner) {
		wait_ms = tuner_tick(tune->tuner);
		tune->view = tuner_view(tune->tuner);
	}
	return wait_ms;
}

/* What was measured, as `tlblab tune --json` writes it. */
static void tune_export(struct tui *t, const char *path)
{
	struct app *a = &t->app;
	const struct tuner_view *v = tuner_view(tune_of(a)->tuner);
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
	tune.restored = tune_ceiling_is(t, v->ceiling_now);
	if (tuner_experiment(&preset.experiment, a->machine, &error))
		app_say_error(a, &error);
	else
		export_write(a, session_snapshot(t->session), &r, path, "");
}

static bool act(struct tui *t, const struct effect *e)
{
	struct tuner *tuner = tune_of(&t->app)->tuner;

	switch (e->kind) {
	case EFFECT_STOP: tuner_stop(tuner); return true;
	case EFFECT_WAIT: tuner_wait(tuner); return true;
	case EFFECT_EXPORT: tune_export(t, e->text); return true;
	default: return false;
	}
}

static struct page_desc page(const struct app *a)
{
	(void)a;
	return tune_page;
}

static bool enter(struct app *a, const struct snapshot *snap, enum action action,
		  struct effect *effect)
{
	(void)snap;
	if (action != ACTION_TUNE || trial_wanted(a))
		return false;
	*effect = effect_begin(MODE_TUNE, "");
	return true;
}

static const struct binding_group *const keys[] = {&tune_keys, NULL};

const struct mode_ops mode_tune = {
	.export_name = "tune",
	.state_bytes = sizeof(struct tune),
	.frame_ms = TUNE_FRAME_MS,
	.keys = keys,
	.begin = begin,
	.tick = tick,
	.act = act,
	.leave = leave,
	.page = page,
	.enter = enter,
};
