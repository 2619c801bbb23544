/* SPDX-License-Identifier: MIT */
/*
 * Driving the trials. An order says what a rig's initiator flushes, two kinds in turn
 * and one operation at a time, so that going from one kind to another takes no restart
 * and all operations of a round see the same memory. After a batch of rounds the rig is
 * started again: costs differ with the memory a rig happens to get, and were seen to
 * drift as it grows old. Between batches the next size is chosen: where the answer
 * lies.
 *
 *   next set ─▶ rig starts ─▶ warm up ─▶ (order ─▶ trials) … ─▶ answer ─▶ next round
 *                   ▲                                                      │
 *                   └────────────────── after a batch ─────────────────────┘
 *
 * An operation during which somebody did not run was not ours alone, and is left out
 * and made again; how often that happened is counted and shown. A set is done when its
 * answer is precise, or when its share of the budget is used up.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/tuner_priv.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/workloads/collateral.h"
#include "tlblab/workloads/workload.h"

enum {
	NS_PER_MS = 1000000,
	POLL_NS = 1 * NS_PER_MS,
	WARM_UP_NS = 100 * NS_PER_MS,
	STEP_TRIALS = 32, /* of both kinds together */
	KNOB_PARTS = 4,	  /* of a step, each of both kinds one after the other */
	STEP_MAX_NS = 120 * NS_PER_MS,
	BATCHES = 32, /* that a set's share of the budget is made for */
	BATCH_MIN_NS = 250 * NS_PER_MS,
	BATCH_MAX_NS = 600 * NS_PER_MS,
	STUCK_S = 10,
	ONE_TIMED = 1024, /* trials time themselves */
};

/* Nobody measures any more: the ceiling goes back at once, whatever is looked at or
 * written afterwards. */
static void tuner_end(struct tuner *t, enum tuner_phase phase)
{
	rig_stop(t->rig);
	t->rig = NULL;
	if (t->stage != STAGE_END)
		t->view.phase = phase;
	t->stage = STAGE_END;
	if (t->view.method == TUNER_KNOB && t->set != t->original &&
	    !guardian_ceiling_set(t->guardian, t->original, NULL))
		t->set = t->original;
}

static int tuner_fail(struct tuner *t)
{
	tuner_end(t, TUNER_FAILED);
	return 0;
}

static double tuner_elapsed_s(const struct tuner *t)
{
	uint64_t waits_ns = t->view.waiting ? clock_now_ns() - t->wait_begin_ns : 0;

	return (double)(clock_now_ns() - t->open_ns - t->waited_ns - waits_ns) * 1e-9;
}

/* The first set may use half of what is left, the others equal parts of the rest. */
static void set_deadline(struct tuner *t)
{
	int left = t->n_sets - t->view.current;
	double left_s = t->view.budget_s - tuner_elapsed_s(t);
	double share_s = t->view.current == 0 && left > 1 ? left_s / 2 : left_s / left;
	double batch_ns = fmax(share_s, 0) * 1e9 / BATCHES;

	t->set_begin_ns = clock_now_ns();
	t->set_end_ns = t->set_begin_ns + (share_s > 0 ? (uint64_t)(share_s * 1e9) : 0);
	t->batch_ns = (uint64_t)fmin(fmax(batch_ns, BATCH_MIN_NS), BATCH_MAX_NS);
}

static int batch_begin(struct tuner *t)
{
	char pages[24];

	rig_stop(t->rig);
	t->rig = NULL;
	snprintf(pages, sizeof(pages), "%lld",
		 (long long)t->data[t->view.current].working_set_pages);
	if (experiment_set(&t->experiment, workload_catalogue(), "working_set_pages",
			   pages, &t->error))
		return tuner_fail(t);
	const struct rig_config config = {
		.experiment = &t->experiment,
		.cpus = t->cpus,
		.tsc_ns_per_tick = t->machine->tsc_ns_per_tick,
		.time_one_in = ONE_TIMED,
		.comes_first = true,
	};
	if (rig_start(&t->rig, &config, &t->error))
		return tuner_fail(t);
	t->round.idle_ns = NAN;
	t->stage = STAGE_STARTING;
	return 1;
}

static int set_begin(struct tuner *t)
{
	if (t->view.current + 1 == t->n_sets) {
		tuner_end(t, TUNER_DONE);
		return 0;
	}
	t->view.current++;
	set_deadline(t);
	return batch_begin(t);
}

/* How many orders a step takes: one, unless the ceiling moves between its kinds. */
static int step_parts(const struct tuner *t, const struct round_step *s)
{
	return t->view.method == TUNER_KNOB && s->kind == STEP_PAIR ? 2 * KNOB_PARTS
								    : 1;
}

/* The kind, page by page or all at once, that a trial of the order under way is of. */
static int timed_op_kind(const struct tuner *t, const struct rig_timed_op *trial)
{
	const struct round_step *s = &t->round.steps[t->step];

	if (step_parts(t, s) > 1)
		return (t->part & 1) ^ s->swap;
	return trial->second ^ s->swap;
}

/* Where the pages lie for a flush of the kind, with the ceiling in force. */
static uint32_t kind_trigger(const struct tuner *t, const struct round_step *s,
			     bool full)
{
	switch (s->kind) {
	case STEP_IDLE: return COLLATERAL_TRIGGER_IDLE;
	case STEP_MEMBARRIER: return COLLATERAL_TRIGGER_MEMBARRIER;
	case STEP_AA: full = true; break;
	case STEP_PAIR: break;
	}
	if (t->view.method == TUNER_SPAN && full)
		return collateral_trigger(s->pages, (int)t->ceiling + 1);
	return collateral_trigger(s->pages, s->pages);
}

/* Knob: puts the ceiling where the part needs it. */
static int ceiling_move(struct tuner *t, const struct round_step *s)
{
	bool full = s->kind == STEP_AA || ((t->part & 1) ^ s->swap);
	int64_t wanted = full ? s->pages - 1 : s->pages;

	if (t->view.method != TUNER_KNOB || !s->pages || t->set == wanted)
		return 0;
	t->set = wanted;
	return guardian_ceiling_set(t->guardian, wanted, &t->error);
}

static int order_begin(struct tuner *t)
{
	const struct round_step *s = &t->round.steps[t->step];
	int parts = step_parts(t, s);
	uint64_t now_ns;

	/* The order after it, and so every trial of it, sees the ceiling moved. */
	if (ceiling_move(t, s))
		return tuner_fail(t);
	rig_order_timed_ops(t->rig, kind_trigger(t, s, s->swap),
			    kind_trigger(t, s, !s->swap), STEP_TRIALS / parts);
	t->read = 0;
	now_ns = clock_now_ns();
	t->order_end_ns = now_ns + (uint64_t)STEP_MAX_NS / (uint64_t)parts;
	t->due_ns = now_ns + POLL_NS;
	t->stage = STAGE_TRIALS;
	return 1;
}

static int step_begin(struct tuner *t)
{
	t->part = 0;
	round_step_begin(&t->round);
	round_step_text(&t->round.steps[t->step], t->doing, sizeof(t->doing));
	return order_begin(t);
}

static int round_begin(struct tuner *t)
{
	t->step = 0;
	round_plan(&t->round, &t->data[t->view.current], t->membarrier, &t->rng);
	return step_begin(t);
}

static bool set_is_done(const struct tuner *t)
{
	const struct tune_answer *a = &t->answers[t->view.current];

	return (clock_now_ns() >= t->batch_end_ns && tune_answer_precise(a)) ||
	       a->n_rounds == TUNE_MAX_ROUNDS || clock_now_ns() >= t->set_end_ns;
}

/* The next batch, with one more size where the answer may lie. */
static int batch_next(struct tuner *t)
{
	int pages = tune_answer_next_size(&t->answers[t->view.current]);

	if (pages)
		tune_data_add_size(&t->data[t->view.current], pages);
	t->batch++;
	return batch_begin(t);
}

/* At this pace the set ends before there is an answer. */
static bool is_stuck(const struct tuner *t)
{
	const struct tune_answer *a = &t->answers[t->view.current];
	uint64_t now_ns = clock_now_ns(), begin_ns = t->set_begin_ns;

	if (tuner_elapsed_s(t) < STUCK_S || tune_answer_settled(a) ||
	    now_ns >= t->set_end_ns)
		return false;
	return (double)a->n_batches * (double)(t->set_end_ns - begin_ns) <
	       (double)tune_answer_batches_needed(a) * (double)(now_ns - begin_ns);
}

static int round_end(struct tuner *t)
{
	int set = t->view.current;
	struct tune_round costs;
	int err = 0;

	if (round_costs(&t->round, &costs)) {
		costs.batch = t->batch;
		err = tune_data_add(&t->data[set], &costs);
	} else {
		t->view.rounds_lost++;
	}
	if (!err)
		err = tune_answer_make(&t->data[set], &t->mix, t->view.ceiling_now,
				       &t->answers[set]);
	if (err) {
		error_set(&t->error, ERROR_MACHINE, -err, "tune", strerror(-err),
			  "end other programs, or tune with a smaller --budget");
		return tuner_fail(t);
	}
	t->view.stuck = is_stuck(t);
	if (set_is_done(t)) {
		t->stage = STAGE_NEXT_SET;
		return 1;
	}
	return clock_now_ns() >= t->batch_end_ns ? batch_next(t) : round_begin(t);
}

static void trials_read(struct tuner *t)
{
	struct rig_timed_op trial;

	for (; rig_read_timed_op(t->rig, t->read, &trial); t->read++) {
		t->view.windows++;
		round_step_add(&t->round, timed_op_kind(t, &trial),
			       trial.own_ns + trial.lost_ns);
	}
}

static int order_poll(struct tuner *t)
{
	int parts = step_parts(t, &t->round.steps[t->step]);
	uint64_t now_ns = clock_now_ns();

	trials_read(t);
	if (t->read < STEP_TRIALS / parts && now_ns < t->order_end_ns) {
		t->due_ns = now_ns + POLL_NS;
		return 1;
	}
	int left_out = rig_timed_ops_left_out(t->rig);

	t->view.windows += left_out;
	t->view.disturbed += left_out;
	if (++t->part < parts)
		return order_begin(t);
	round_step_end(&t->round, t->step);
	if (++t->step < t->round.n_steps)
		return step_begin(t);
	return round_end(t);
}

static int rig_wait(struct tuner *t)
{
	enum rig_state state = rig_poll(t->rig, &t->error);

	if (state == RIG_DEAD)
		return tuner_fail(t);
	if (state != RIG_READY) {
		t->due_ns = clock_now_ns() + NS_PER_MS;
		return 1;
	}
	rig_open_gate(t->rig);
	t->stage = STAGE_WARM_UP;
	t->view.phase = TUNER_MEASURING;
	rig_order_timed_ops(t->rig, COLLATERAL_TRIGGER_IDLE, COLLATERAL_TRIGGER_IDLE,
			    RIG_MAX_TRIALS);
	t->due_ns = clock_now_ns() + WARM_UP_NS;
	t->batch_end_ns = t->due_ns + t->batch_ns;
	return 1;
}

/* Looks whether others leave the CPUs alone by now. */
static int quiet_wait(struct tuner *t)
{
	t->due_ns = clock_now_ns() + QUIET_LOOK_NS;
	if (!quiet_look(&t->quiet, &t->view.busy_pct))
		return 1;
	tuner_wait(t);
	return 1;
}

/* One stage on; 0 when all is over. */
static int tuner_step(struct tuner *t)
{
	if (t->rig && t->stage != STAGE_STARTING && t->stage != STAGE_NEXT_SET &&
	    rig_poll(t->rig, &t->error) == RIG_DEAD)
		return tuner_fail(t);
	switch (t->stage) {
	case STAGE_NEXT_SET: return set_begin(t);
	case STAGE_STARTING: return rig_wait(t);
	case STAGE_WARM_UP: return round_begin(t);
	case STAGE_TRIALS: return order_poll(t);
	case STAGE_WAITING: return quiet_wait(t);
	case STAGE_END: break;
	}
	return 0;
}

int tuner_tick(struct tuner *t)
{
	uint64_t now_ns;

	while ((now_ns = clock_now_ns()) >= t->due_ns)
		if (!tuner_step(t))
			return 1000;
	return (int)((t->due_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS);
}

const struct tuner_view *tuner_view(struct tuner *t)
{
	if (t->stage != STAGE_END)
		t->view.elapsed_s = tuner_elapsed_s(t);
	return &t->view;
}

void tuner_wait(struct tuner *t)
{
	uint64_t now_ns = clock_now_ns();

	if (t->stage == STAGE_END || t->stage == STAGE_NEXT_SET)
		return;
	if (!t->view.waiting) {
		rig_stop(t->rig);
		t->rig = NULL;
		t->view.waiting = true;
		t->view.stuck = false;
		t->wait_begin_ns = t->due_ns = now_ns;
		t->stage = STAGE_WAITING;
		quiet_init(&t->quiet);
		return;
	}
	t->view.waiting = false;
	t->waited_ns += now_ns - t->wait_begin_ns;
	t->set_begin_ns += now_ns - t->wait_begin_ns;
	t->set_end_ns += now_ns - t->wait_begin_ns;
	t->batch++;
	batch_begin(t);
}

void tuner_stop(struct tuner *t)
{
	tuner_end(t, TUNER_DONE);
}

void tuner_close(struct tuner *t)
{
	if (!t)
		return;
	tuner_stop(t);
	for (int i = 0; i < t->n_sets; i++)
		tune_data_fini(&t->data[i]);
	free(t->cpus);
	free(t);
}
