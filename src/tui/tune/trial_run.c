/* SPDX-License-Identifier: MIT */
#include "tui/tune/trial_run.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/workloads/workload.h"

bool trial_run_wanted(const struct app *a)
{
	return !strcmp(a->draft.backend, "live") &&
	       (!strcmp(a->draft.workload, "exec") ||
		!strcmp(a->draft.workload, "attach"));
}

const struct program_trial_view *trial_run_failed(struct tune_run *t,
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

const struct program_trial_view *trial_run_refusal(struct tune_run *t)
{
	const struct availability *knob =
		t->guardian ? guardian_ceiling_availability(t->guardian) : NULL;
	struct error error;

	if (knob && knob->available)
		return NULL;
	error_set(&error, ERROR_MACHINE, EPERM, "ceilings cannot be tried here",
		  knob ? knob->reason : "there is no guardian of the ceiling",
		  "t with another workload needs no right to set it");
	return trial_run_failed(t, &error);
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

int trial_run_begin(struct tune_run *t, const struct app *a, struct error *error)
{
	const struct param_value *command, *pid;

	t->program = a->draft;
	command = experiment_param(&t->program, workload_catalogue(), "command");
	pid = experiment_param(&t->program, workload_catalogue(), "pid");
	const struct program_trial_options options = {
		.machine = a->machine,
		.guardian = t->guardian,
		.command = command ? command->text : NULL,
		.pid = pid ? (pid_t)pid->number : 0,
		.counter = counter_of(&t->program),
		.candidates = program_trial_candidates,
		.n_candidates = PROGRAM_TRIAL_CANDIDATES,
		.budget_s = TUNE_BUDGET_S,
		.window_s = program_trial_window_s,
		.seed = 1,
	};

	return program_trial_open(&t->trial, &options, error);
}

void trial_run_result(const struct tune_run *t, struct result_trial *trial,
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
