/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/io/result_file.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/workloads/workload.h"
#include "tui/bench/export.h"
#include "tui/tune/tune.h"

enum { IDLE_MS = 1000 };

struct trial *trial_of(const struct app *a)
{
	return a->state[MODE_TRIAL];
}

bool trial_wanted(const struct app *a)
{
	return !strcmp(a->draft.backend, "live") &&
	       (!strcmp(a->draft.workload, "exec") ||
		!strcmp(a->draft.workload, "attach"));
}

/* The view of a trial that did not begin. */
static const struct program_trial_view *failed(struct trial *t,
					       const struct error *error)
{
	t->error = *error;
	t->no_answer = (struct trial_answer){.aa_noise_pct = NAN, .best = -1};
	t->no_data = (struct trial_data){.n = 0};
	t->refusal = (struct program_trial_view){
		.phase = TUNER_FAILED,
		.program = "",
		.unit = "",
		.doing = "",
		.answer = &t->no_answer,
		.data = &t->no_data,
		.error = &t->error,
	};
	return &t->refusal;
}

/* A machine that cannot try ceilings says so on the same page, and the program in the
 * bench is left alone. NULL: it can. */
static const struct program_trial_view *refusal(struct tui *t)
{
	const struct availability *knob =
		t->guardian ? guardian_ceiling_availability(t->guardian) : NULL;
	struct error error;

	if (knob && knob->available)
		return NULL;
	error_set(&error, ERROR_MACHINE, EPERM, "ceilings cannot be tried here",
		  knob ? knob->reason : "there is no guardian of the ceiling",
		  "t with another workload needs no right to set it");
	return failed(trial_of(&t->app), &error);
}

/* What stands for progress: the counter the bench makes its operations of; of CPU time
 * there is as much under any ceiling, so what is done in it is counted instead. */
static enum program_counter_kind counter_of(const struct experiment *e)
{
	const struct param_desc *desc;
	struct param_value v;
	char name[32];

	if (experiment_get(e, workload_catalogue(), "params.counter", &desc, &v))
		return PROGRAM_INSTRUCTIONS;
	param_text(desc, &v, name, sizeof(name));
	for (int k = 0; k < PROGRAM_FILE; k++)
		if (!strcmp(name, program_counter_name((enum program_counter_kind)k)))
			return (enum program_counter_kind)k;
	return PROGRAM_INSTRUCTIONS;
}

static int trial_open(struct tui *t, struct error *error)
{
	struct trial *trial = trial_of(&t->app);
	const struct param_value *command, *pid;

	trial->program = t->app.draft;
	command = experiment_param(&trial->program, workload_catalogue(), "command");
	pid = experiment_param(&trial->program, workload_catalogue(), "pid");
	const struct program_trial_options options = {
		.machine = t->app.machine,
		.guardian = t->guardian,
		.command = command ? command->text : NULL,
		.pid = pid ? (pid_t)pid->number : 0,
		.counter = counter_of(&trial->program),
		.candidates = program_trial_candidates,
		.n_candidates = PROGRAM_TRIAL_CANDIDATES,
		.budget_s = TUNE_BUDGET_S,
		.window_s = program_trial_window_s,
		.seed = 1,
	};

	return program_trial_open(&trial->trial, &options, error);
}

static void forget(struct trial *t)
{
	program_trial_close(t->trial);
	memset(t, 0, sizeof(*t));
}

static void leave(struct tui *t)
{
	forget(trial_of(&t->app));
	tune_release(t);
}

static int begin(struct tui *t, const char *text, struct error *error)
{
	struct trial *trial = trial_of(&t->app);

	(void)text;
	forget(trial);
	app_mode_enter(&t->app, MODE_TRIAL);
	trial->view = refusal(t);
	if (trial->view)
		return 0;
	tune_hold(t);
	trial->view = trial_open(t, error) ? failed(trial, error)
					   : program_trial_view(trial->trial);
	return 0;
}

static int tick(struct tui *t)
{
	struct trial *trial = trial_of(&t->app);
	int wait_ms = IDLE_MS;

	if (trial->trial) {
		wait_ms = program_trial_tick(trial->trial);
		trial->view = program_trial_view(trial->trial);
	}
	return wait_ms;
}

static void result_of(const struct trial *t, struct result_trial *trial,
		      struct result_tune *tune)
{
	const struct program_trial_view *v = program_trial_view(t->trial);
	const struct param_value *command =
		experiment_param(&t->program, workload_catalogue(), "command");
	const struct param_value *pid =
		experiment_param(&t->program, workload_catalogue(), "pid");

	*trial = (struct result_trial){
		.answer = v->answer,
		.data = v->data,
		.unit = v->unit,
		.command = command ? command->text : NULL,
		.pid = pid ? (pid_t)pid->number : 0,
		.window_s = program_trial_window_s,
		.runs_a_window = v->runs_a_window,
	};
	*tune = (struct result_tune){
		.method = command ? "exec" : "attach",
		.windows = v->windows,
		.rounds_lost = v->rounds_lost,
		.elapsed_s = v->elapsed_s,
		.trial = trial,
	};
}

static void trial_export(struct tui *t, const char *path)
{
	struct app *a = &t->app;
	const struct trial *own = trial_of(a);
	struct preset preset = {.name = "tune",
				.title = "The right ceiling for this program"};
	struct result_trial trial;
	struct result_tune tune;
	struct result r = {
		.preset = &preset, .catalogue = workload_catalogue(), .tune = &tune};

	if (!own->trial || program_trial_view(own->trial)->phase != TUNER_DONE) {
		app_say(a, own->trial ? "nothing to export yet: space stops the tuning"
				      : "nothing to export: nothing was tried");
		return;
	}
	preset.experiment = own->program;
	result_of(own, &trial, &tune);
	tune.restored = tune_ceiling_is(t, trial.answer->ceiling_now);
	export_write(a, session_snapshot(t->session), &r, path, "");
}

static bool act(struct tui *t, const struct effect *e)
{
	struct program_trial *trial = trial_of(&t->app)->trial;

	switch (e->kind) {
	case EFFECT_STOP:
		if (trial)
			program_trial_stop(trial);
		return true;
	case EFFECT_EXPORT: trial_export(t, e->text); return true;
	default: return false;
	}
}

static struct page_desc page(const struct app *a)
{
	(void)a;
	return trial_page;
}

static bool enter(struct app *a, const struct snapshot *snap, enum action action,
		  struct effect *effect)
{
	(void)snap;
	if (action != ACTION_TUNE || !trial_wanted(a))
		return false;
	*effect = effect_begin(MODE_TRIAL, "");
	return true;
}

/* Its keys are the tuner's. */
const struct mode_ops mode_trial = {
	.export_name = "tune",
	.state_bytes = sizeof(struct trial),
	.frame_ms = TUNE_FRAME_MS,
	.begin = begin,
	.tick = tick,
	.act = act,
	.leave = leave,
	.page = page,
	.enter = enter,
};
