/* SPDX-License-Identifier: MIT */
/*
 * Driving the windows of a trial.
 *
 *   start ─▶ warm up ─▶ (ceiling set ─▶ window) … ─▶ answer ─▶ next round
 *
 * A command is run by the workload "exec", whose trigger says how many runs may begin:
 * a window is some whole runs, all under one ceiling, timed from fork to exit by the
 * worker that waits for them. A running process is only watched: a window begins a
 * moment after the ceiling was set, and its rate is what the counter rose by.
 */
#include "tlblab/backends/program_trial.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/program_counter.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/rig/rig.h"
#include "tlblab/workloads/workload.h"

enum {
	NS_PER_MS = 1000000,
	SETTLE_NS = 30 * NS_PER_MS,
	LOOK_NS = 2 * NS_PER_MS, /* at the rig: a window's length is not read from it */
	RUNS_MAX = 1000,
};

enum stage {
	STAGE_STARTING,
	STAGE_WARM_UP,
	STAGE_STEP,
	STAGE_SETTLE,
	STAGE_WINDOW,
	STAGE_END
};

struct program_trial {
	struct guardian *guardian;
	int64_t original, set;
	struct trial_data data;
	struct trial_answer answer;
	struct rng rng;
	double window_s;

	enum stage stage;
	uint64_t open_ns, due_ns;
	struct rig *rig; /* of a command */
	bool counting;	 /* of a process */
	struct program_counter counter;
	uint32_t runs_begun;

	/* Of the round: visits of ceilings, by index; data.n is the present one again.
	 */
	int order[TRIAL_MAX_CEILINGS + 1], step;
	struct trial_round round;
	/* At the start of the window. */
	uint64_t begin_ns, begin_us;
	double begin_count;

	struct program_trial_view view;
	struct error error;
	char doing[48], unit[32], program[160];
};

const int64_t program_trial_candidates[PROGRAM_TRIAL_CANDIDATES] = {1, 8, 33, 128};
const double program_trial_window_s = 0.3;

static double trial_elapsed_s(const struct program_trial *t)
{
	return (double)(clock_now_ns() - t->open_ns) * 1e-9;
}

static int trial_end(struct program_trial *t, enum tuner_phase phase)
{
	rig_stop(t->rig);
	t->rig = NULL;
	if (t->counting)
		program_counter_close(&t->counter);
	t->counting = false;
	if (t->stage != STAGE_END) {
		t->view.phase = phase;
		t->view.elapsed_s = trial_elapsed_s(t);
	}
	t->stage = STAGE_END;
	if (t->set != t->original &&
	    !guardian_ceiling_set(t->guardian, t->original, NULL))
		t->set = t->original;
	return 0;
}

static int trial_fail(struct program_trial *t)
{
	return trial_end(t, TUNER_FAILED);
}

static void round_begin(struct program_trial *t)
{
	trial_order(&t->data, &t->rng, t->order);
	t->step = 0;
}

static void command_look(const struct program_trial *t, uint64_t *ops,
			 uint64_t *runs_us)
{
	struct rig_reading w;

	rig_read_worker(t->rig, 0, &w);
	*ops = w.ops;
	*runs_us = w.extra[EXEC_RUNS_US];
}

static int command_start(struct program_trial *t, const char *command,
			 const struct machine *m, struct error *error)
{
	static const int anywhere[] = {-1};
	struct experiment e;
	int err = experiment_init(&e, workload_catalogue(), "exec", error);

	e.threads = 1;
	e.victims = 0;
	e.ops = 0;
	if (!err)
		err = experiment_set(&e, workload_catalogue(), "command", command,
				     error);
	if (!err)
		err = experiment_check(&e, workload_catalogue(), error);
	if (err)
		return err;
	const struct rig_config config = {
		.experiment = &e,
		.cpus = anywhere,
		.tsc_ns_per_tick = m->tsc_ns_per_tick,
		.time_one_in = 1,
	};
	t->stage = STAGE_STARTING;
	return rig_start(&t->rig, &config, error);
}

/* The first run warms up, and tells how many make a window. */
static int command_begin(struct program_trial *t)
{
	if (rig_poll(t->rig, &t->error) != RIG_READY)
		return 1;
	t->runs_begun = 1;
	rig_set_trigger(t->rig, t->runs_begun);
	rig_open_gate(t->rig);
	t->stage = STAGE_WARM_UP;
	t->view.phase = TUNER_MEASURING;
	return 1;
}

static int command_warmed_up(struct program_trial *t)
{
	uint64_t ops, runs_us;

	command_look(t, &ops, &runs_us);
	if (ops < t->runs_begun)
		return 1;
	double runs = ceil(t->window_s * 1e6 / ((double)runs_us + 1));

	t->view.runs_a_window = runs < 1 ? 1 : runs > RUNS_MAX ? RUNS_MAX : (int)runs;
	round_begin(t);
	t->stage = STAGE_STEP;
	return 1;
}

static int step_begin(struct program_trial *t)
{
	int i = t->order[t->step] == t->data.n ? 0 : t->order[t->step];
	int64_t wanted = t->data.ceiling[i];

	snprintf(t->doing, sizeof(t->doing), "ceiling %lld", (long long)wanted);
	if (t->set != wanted) {
		t->set = wanted;
		if (guardian_ceiling_set(t->guardian, wanted, &t->error))
			return trial_fail(t);
	}
	if (t->rig) {
		uint64_t ops;

		command_look(t, &ops, &t->begin_us);
		t->runs_begun += (uint32_t)t->view.runs_a_window;
		rig_set_trigger(t->rig, t->runs_begun);
		t->stage = STAGE_WINDOW;
		return 1;
	}
	t->due_ns = clock_now_ns() + SETTLE_NS;
	t->stage = STAGE_SETTLE;
	return 1;
}

static int count_fail(struct program_trial *t, int err)
{
	error_set(&t->error, ERROR_MACHINE, -err, "--attach",
		  err == -ESRCH ? "the process that was watched has ended"
				: "its counter cannot be read any more",
		  "keep it running until the tuning is over");
	return trial_fail(t);
}

static int settle_end(struct program_trial *t)
{
	int err = program_counter_read(&t->counter, &t->begin_count);

	t->begin_ns = clock_now_ns();
	if (err)
		return count_fail(t, err);
	t->due_ns = t->begin_ns + (uint64_t)(t->window_s * 1e9);
	t->stage = STAGE_WINDOW;
	return 1;
}

static int round_end(struct program_trial *t)
{
	bool whole = t->round.again > 0;
	int err = 0;

	for (int i = 0; i < t->data.n; i++)
		whole = whole && t->round.rate[i] > 0;
	if (whole)
		err = trial_data_add(&t->data, &t->round);
	else
		t->view.rounds_lost++;
	if (!err)
		err = trial_answer_make(&t->data, &t->answer);
	if (err) {
		error_set(&t->error, ERROR_MACHINE, -err, "tune", strerror(-err),
			  "start the program again and try again");
		return trial_fail(t);
	}
	if (trial_answer_settled(&t->answer) || t->data.n_rounds == TRIAL_MAX_ROUNDS)
		return trial_end(t, TUNER_DONE);
	round_begin(t);
	t->stage = STAGE_STEP;
	return 1;
}

static int window_end(struct program_trial *t)
{
	int i = t->order[t->step];
	double rate, count;

	if (t->rig) {
		uint64_t ops, runs_us;

		command_look(t, &ops, &runs_us);
		if (ops < t->runs_begun)
			return 1;
		rate = t->view.runs_a_window * 1e6 / (double)(runs_us - t->begin_us);
	} else {
		int err = program_counter_read(&t->counter, &count);

		if (err)
			return count_fail(t, err);
		rate = (count - t->begin_count) /
		       ((double)(clock_now_ns() - t->begin_ns) * 1e-9);
	}
	t->view.windows++;
	*(i == t->data.n ? &t->round.again : &t->round.rate[i]) = rate;
	if (++t->step <= t->data.n) {
		t->stage = STAGE_STEP;
		return 1;
	}
	return round_end(t);
}

/* One stage on; 0 when all is over. */
static int trial_step(struct program_trial *t)
{
	if (t->stage != STAGE_END && trial_elapsed_s(t) >= t->view.budget_s)
		return trial_end(t, TUNER_DONE);
	if (t->rig && rig_poll(t->rig, &t->error) == RIG_DEAD)
		return trial_fail(t);
	switch (t->stage) {
	case STAGE_STARTING: return command_begin(t);
	case STAGE_WARM_UP: return command_warmed_up(t);
	case STAGE_STEP: return step_begin(t);
	case STAGE_SETTLE: return settle_end(t);
	case STAGE_WINDOW: return window_end(t);
	case STAGE_END: break;
	}
	return 0;
}

int program_trial_tick(struct program_trial *t)
{
	uint64_t now_ns;

	while ((now_ns = clock_now_ns()) >= t->due_ns) {
		enum stage before = t->stage;

		if (!trial_step(t))
			return 1000;
		/* Nothing came of it: the rig is asked again a little later. */
		if (t->stage == before && t->due_ns <= now_ns)
			t->due_ns = now_ns + LOOK_NS;
	}
	return (int)((t->due_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS);
}

const struct program_trial_view *program_trial_view(struct program_trial *t)
{
	if (t->stage != STAGE_END)
		t->view.elapsed_s = trial_elapsed_s(t);
	return &t->view;
}

void program_trial_stop(struct program_trial *t)
{
	trial_end(t, TUNER_DONE);
}

void program_trial_close(struct program_trial *t)
{
	if (!t)
		return;
	program_trial_stop(t);
	trial_data_fini(&t->data);
	free(t);
}

/* Without the knob there is nothing to try. */
static int knob_take(struct program_trial *t, struct error *error)
{
	const struct availability *knob = guardian_ceiling_availability(t->guardian);
	int err = knob->available ? guardian_ceiling_get(t->guardian, &t->original)
				  : -EPERM;

	t->set = t->original;
	if (!err)
		return 0;
	return error_set(error, ERROR_MACHINE, -err,
			 "tuning for a program moves the ceiling",
			 knob->available ? strerror(-err) : knob->reason,
			 "tlblab tune without a program needs no right to set it");
}

int program_trial_open(struct program_trial **out,
		       const struct program_trial_options *o, struct error *error)
{
	struct program_trial *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return error_set(error, ERROR_MACHINE, ENOMEM, "tune", "out of memory",
				 "close other programs");
	t->guardian = o->guardian;
	t->window_s = o->window_s;
	t->rng.state = o->seed;
	t->open_ns = clock_now_ns();
	t->view = (struct program_trial_view){.answer = &t->answer,
					      .data = &t->data,
					      .budget_s = o->budget_s,
					      .unit = t->unit,
					      .program = t->program,
					      .doing = t->doing,
					      .error = &t->error};
	err = knob_take(t, error);
	if (!err && o->command)
		err = command_start(t, o->command, o->machine, error);
	else if (!err)
		err = program_counter_open(&t->counter, o->counter, o->pid,
					   o->counter_path,
					   guardian_perf_opener(t->guardian), error);
	if (err) {
		program_trial_close(t);
		return err;
	}
	trial_data_init(&t->data, t->original, o->candidates, o->n_candidates);
	trial_answer_make(&t->data, &t->answer);
	snprintf(t->unit, sizeof(t->unit), "%s/s",
		 o->command		      ? "runs"
		 : o->counter == PROGRAM_FILE ? "count"
					      : program_counter_name(o->counter));
	if (o->command)
		text_copy(t->program, sizeof(t->program), o->command);
	else
		snprintf(t->program, sizeof(t->program), "process %d, by %s",
			 (int)o->pid, program_counter_name(o->counter));
	if (!o->command) {
		t->counting = true;
		t->view.phase = TUNER_MEASURING;
		t->stage = STAGE_STEP;
		round_begin(t);
	}
	*out = t;
	return 0;
}
