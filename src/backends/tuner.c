/* SPDX-License-Identifier: MIT */
/*
 * Driving the windows. The dial of the workload "collateral" says what a rig's
 * initiator flushes, so that going from one kind to another takes no restart and all
 * windows of a round see the same memory. After a batch of rounds the rig is started
 * anew: costs differ with the memory a rig happens to get, and were seen to drift as it
 * grows old.
 *
 *   next set ─▶ rig starts ─▶ warm up ─▶ (settle ─▶ window) … ─▶ answer ─▶ next round
 *                   ▲                                                      │
 *                   └────────────────── after a batch ─────────────────────┘
 *
 * A window in which somebody stood still for long was not ours alone, and is measured
 * again; how often that happened is counted and shown. A set is done when its answer is
 * settled, or when its share of the budget is used up.
 */
#include <errno.h>
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
	SETTLE_NS = 1 * NS_PER_MS,
	WINDOW_NS = 10 * NS_PER_MS,
	WARM_UP_NS = 200 * NS_PER_MS,
	DISTURBED_NS = 1 * NS_PER_MS,
	MAX_AGAIN = 3, /* times a disturbed window is measured again */
	BATCH_MAX_ROUNDS = 8,
	BATCH_MIN_ROUNDS = 2,
	BATCHES_MIN = 6, /* shorter ones when the budget is */
	RIG_START_NS = 300 * NS_PER_MS,
	ONE_TIMED = 1, /* operations are long: time each, to see the disturbed */
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
	return (double)(clock_now_ns() - t->open_ns) * 1e-9;
}

/* The first set may use half of what is left, the others equal parts of the rest. */
static void set_deadline(struct tuner *t)
{
	int left = t->n_sets - t->view.current;
	double left_s = t->view.budget_s - tuner_elapsed_s(t);
	double share_s = t->view.current == 0 && left > 1 ? left_s / 2 : left_s / left;
	double round_ns = (WINDOW_NS + SETTLE_NS) *
			  (2.0 * t->data[t->view.current].n_sizes + 3 + t->membarrier);
	double rounds = (share_s * 1e9 / BATCHES_MIN - RIG_START_NS) / round_ns;

	t->set_end_ns = clock_now_ns() + (share_s > 0 ? (uint64_t)(share_s * 1e9) : 0);
	t->rounds_per_batch = rounds > BATCH_MAX_ROUNDS	  ? BATCH_MAX_ROUNDS
			      : rounds < BATCH_MIN_ROUNDS ? BATCH_MIN_ROUNDS
							  : (int)rounds;
}

static int batch_begin(struct tuner *t)
{
	char pages[24];

	rig_stop(t->rig);
	t->rig = NULL;
	snprintf(pages, sizeof(pages), "%lld",
		 (long long)t->data[t->view.current].working_set_pages);
	if (experiment_set(&t->experiment, workload_catalogue(), "working_set_pages",
			   pages, &t->fault))
		return tuner_fail(t);
	const struct rig_config config = {
		.experiment = &t->experiment,
		.cpus = t->cpus,
		.tsc_ns_per_tick = t->machine->tsc_ns_per_tick,
		.time_one_in = ONE_TIMED,
	};
	if (rig_start(&t->rig, &config, &t->fault))
		return tuner_fail(t);
	t->batch_rounds = 0;
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

static void step_name(struct tuner *t, const struct round_step *s)
{
	switch (s->kind) {
	case STEP_IDLE: text_copy(t->doing, sizeof(t->doing), "no flush"); return;
	case STEP_MEMBARRIER:
		text_copy(t->doing, sizeof(t->doing), "interrupts alone");
		return;
	case STEP_RANGED:
	case STEP_FULL:
	case STEP_AA: break;
	}
	snprintf(t->doing, sizeof(t->doing), "%d pages, %s", s->pages,
		 s->kind == STEP_RANGED ? "page by page" : "all at once");
}

/* A flush of so many pages of the one kind or the other. */
static int step_flush(struct tuner *t, int pages, bool full)
{
	int64_t wanted = full ? pages - 1 : pages;

	if (t->view.method == TUNER_SPAN) {
		rig_turn_dial(t->rig, collateral_dial(pages, full ? (int)t->ceiling + 1
								  : pages));
		return 0;
	}
	rig_turn_dial(t->rig, collateral_dial(pages, pages));
	if (t->set == wanted)
		return 0;
	t->set = wanted;
	return guardian_ceiling_set(t->guardian, wanted, &t->fault);
}

static int step_begin(struct tuner *t)
{
	const struct round_step *s = &t->round.steps[t->step];
	int err = 0;

	switch (s->kind) {
	case STEP_IDLE: rig_turn_dial(t->rig, COLLATERAL_DIAL_IDLE); break;
	case STEP_MEMBARRIER: rig_turn_dial(t->rig, COLLATERAL_DIAL_MEMBARRIER); break;
	case STEP_RANGED: err = step_flush(t, s->pages, false); break;
	case STEP_FULL:
	case STEP_AA: err = step_flush(t, s->pages, true); break;
	}
	if (err)
		return tuner_fail(t);
	step_name(t, s);
	t->stage = STAGE_SETTLE;
	t->due_ns = clock_now_ns() + SETTLE_NS;
	return 1;
}

static void window_begin(struct tuner *t)
{
	struct rig_worker_reading w;
	struct rig_victim_reading v;

	rig_reset_max(t->rig);
	rig_read_worker(t->rig, 0, &w);
	for (int i = 0; i < t->round.n_victims; i++) {
		rig_read_victim(t->rig, i, &v);
		t->begin_turns[i] = v.loops;
	}
	t->begin_ns = clock_now_ns();
	t->begin_ops = w.ops;
	t->stage = STAGE_WINDOW;
	t->due_ns = t->begin_ns + WINDOW_NS;
}

/* Did somebody stand still for longer than flushes explain? */
static bool window_end(struct tuner *t)
{
	struct round_window *window = &t->round.windows[t->step];
	double *turns = round_turns(&t->round, t->step);
	struct rig_worker_reading w;
	struct rig_victim_reading v;
	uint64_t longest = 0, now_ns;

	rig_read_worker(t->rig, 0, &w);
	for (int i = 0; i < t->round.n_victims; i++) {
		rig_read_victim(t->rig, i, &v);
		turns[i] = (double)(v.loops - t->begin_turns[i]);
		longest = v.max_ticks > longest ? v.max_ticks : longest;
	}
	now_ns = clock_now_ns();
	window->elapsed_ns = (double)(now_ns - t->begin_ns);
	window->ops = (double)(w.ops - t->begin_ops);
	longest = w.max_ticks > longest ? w.max_ticks : longest;
	double limit_ns = DISTURBED_NS + 4 * window->elapsed_ns / (window->ops + 1);

	t->view.windows++;
	return (double)longest * t->machine->tsc_ns_per_tick > limit_ns;
}

static bool set_is_done(const struct tuner *t)
{
	const struct tune_answer *a = &t->answers[t->view.current];

	return (t->batch_rounds >= t->rounds_per_batch && tune_answer_settled(a)) ||
	       a->n_rounds == TUNE_MAX_ROUNDS || clock_now_ns() >= t->set_end_ns;
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
	t->batch_rounds++;
	if (!err)
		err = tune_answer_make(&t->data[set], &t->mix, t->view.ceiling_now,
				       &t->answers[set]);
	if (err) {
		fault_set(&t->fault, FAULT_MACHINE, -err, "tune", strerror(-err), "");
		return tuner_fail(t);
	}
	if (set_is_done(t)) {
		t->stage = STAGE_NEXT_SET;
		return 1;
	}
	if (t->batch_rounds >= t->rounds_per_batch) {
		t->batch++;
		return batch_begin(t);
	}
	t->step = t->again = 0;
	round_plan(&t->round, &t->data[set], t->membarrier, &t->rng);
	return step_begin(t);
}

static int step_end(struct tuner *t)
{
	if (window_end(t) && t->again < MAX_AGAIN) {
		t->again++;
		t->view.disturbed++;
		window_begin(t);
		return 1;
	}
	t->again = 0;
	if (++t->step < t->round.n_steps)
		return step_begin(t);
	return round_end(t);
}

static int rig_wait(struct tuner *t)
{
	enum rig_state state = rig_poll(t->rig, &t->fault);

	if (state == RIG_DEAD)
		return tuner_fail(t);
	if (state != RIG_READY) {
		t->due_ns = clock_now_ns() + NS_PER_MS;
		return 1;
	}
	rig_open_gate(t->rig);
	t->stage = STAGE_WARM_UP;
	t->view.phase = TUNER_MEASURING;
	t->due_ns = clock_now_ns() + WARM_UP_NS;
	return 1;
}

/* One stage on; 0 when all is over. */
static int tuner_step(struct tuner *t)
{
	if (t->rig && t->stage != STAGE_STARTING &&
	    rig_poll(t->rig, &t->fault) == RIG_DEAD)
		return tuner_fail(t);
	switch (t->stage) {
	case STAGE_NEXT_SET: return set_begin(t);
	case STAGE_STARTING: return rig_wait(t);
	case STAGE_WARM_UP:
		t->step = t->again = 0;
		round_plan(&t->round, &t->data[t->view.current], t->membarrier,
			   &t->rng);
		return step_begin(t);
	case STAGE_SETTLE: window_begin(t); return 1;
	case STAGE_WINDOW: return step_end(t);
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
	round_fini(&t->round);
	free(t->begin_turns);
	free(t->cpus);
	free(t);
}
