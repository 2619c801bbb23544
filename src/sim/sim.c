/* SPDX-License-Identifier: MIT */
/*
 * The simulation: a machine is built from an experiment, and then events are taken in
 * order of their time. A CPU's event is the end of what it does; a task's is the next
 * message of its flush, or its waking up; one source is the timer tick of the next CPU.
 *
 * Nothing here reads a clock or anything else from outside, and randomness comes from
 * the tasks' own seeded generators, so a run depends on the experiment alone.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/flush.h"
#include "sim/workload.h"

enum {
	L1_WAYS = 4,
	L2_WAYS = 12,
	QUIET_NS = 400000,     /* how long victims run alone */
	SETTLE_PAGE_NS = 3000, /* until then, for each page they touch first */
	START_SPREAD_NS = 2000,
	PIDS_FROM = 1000,
	PTES_MAX = 1 << 27, /* of all address spaces: 3 GB of page tables */
};

static uint32_t source_tick(const struct sim *s)
{
	return (uint32_t)(s->n_cpus + s->n_tasks);
}

static sim_time tick_step(const struct sim *s)
{
	return ps_of(1e9 / s->costs.tick_hz / s->n_cpus);
}

static int sim_build_cpus(struct sim *s)
{
	size_t l1 = tlb_level_entries(s->machine.l1_entries, L1_WAYS);
	size_t l2 = tlb_level_entries(s->machine.l2_entries, L2_WAYS);
	size_t l1_sets = tlb_level_sets(s->machine.l1_entries, L1_WAYS);
	size_t l2_sets = tlb_level_sets(s->machine.l2_entries, L2_WAYS);
	struct tlb_entry *at;
	uint8_t *turn;

	s->cpus = calloc((size_t)s->n_cpus, sizeof(*s->cpus));
	s->cpu_shootdowns = calloc((size_t)s->n_cpus, sizeof(*s->cpu_shootdowns));
	s->tlb_entries = calloc((size_t)s->n_cpus * (l1 + l2), sizeof(*s->tlb_entries));
	s->tlb_turns = calloc((size_t)s->n_cpus, l1_sets + l2_sets);
	if (!s->cpus || !s->cpu_shootdowns || !s->tlb_entries || !s->tlb_turns)
		return -ENOMEM;
	at = s->tlb_entries;
	turn = s->tlb_turns;
	for (int i = 0; i < s->n_cpus; i++) {
		struct sim_cpu *c = &s->cpus[i];

		c->id = i;
		c->loaded = -1;
		sim_machine_slot(&s->machine, i, &c->package, &c->node, &c->core);
		tlb_level_init(&c->tlb.level[0], s->machine.l1_entries, L1_WAYS, at,
			       turn);
		at += l1;
		turn += l1_sets;
		tlb_level_init(&c->tlb.level[1], s->machine.l2_entries, L2_WAYS, at,
			       turn);
		at += l2;
		turn += l2_sets;
	}
	return 0;
}

/* Those of an experiment follow each other, from anywhere. */
static int first_pid(const struct sim *s)
{
	struct rng rng = {~s->experiment.seed};

	return PIDS_FROM + (int)rng_below(&rng, PIDS_FROM);
}

static void task_init(struct sim *s, struct sim_task *t, int index, int cpu)
{
	bool apart = s->experiment.mode == RUN_PROCESSES && index < s->n_workers;
	struct rng seed = {s->experiment.seed * UINT64_C(0x9e3779b97f4a7c15) +
			   (uint64_t)index};

	t->index = index;
	t->pid = first_pid(s) + index;
	t->cpu = cpu >= 0 ? cpu : index % s->n_cpus;
	t->victim = index >= s->n_workers;
	t->mm = &s->mms[apart ? index : 0];
	t->workload = t->victim ? &sim_victim : s->workload;
	t->rng.state = rng_next(&seed);
	t->spans = 1;
	t->last_return = 1;
	t->flush.target = -1;
	struct sim_task **end = &task_cpu(s, t)->tasks;

	while (*end)
		end = &(*end)->next;
	*end = t;
}

static int sim_build_tasks(struct sim *s, const int *cpus)
{
	s->tasks = calloc((size_t)s->n_tasks, sizeof(*s->tasks));
	s->mms = calloc((size_t)s->n_mms, sizeof(*s->mms));
	if (!s->tasks || !s->mms)
		return -ENOMEM;
	for (int i = 0; i < s->n_mms; i++) {
		s->mms[i].id = i;
		s->mms[i].gen = 1;
		s->mms[i].lock.last_cpu = -1;
		s->mms[i].next_trim = ps_of(1e9);
		s->mms[i].global = s->strategy->global_asids == GLOBAL_FROM_START;
	}
	for (int i = 0; i < s->n_tasks; i++) {
		struct sim_task *t = &s->tasks[i];

		task_init(s, t, i, cpus ? cpus[i] : -1);
		if (!t->workload->prepare(s, t))
			return -ENOMEM;
	}
	return 0;
}

static int sim_check_room(const struct sim *s, struct error *error)
{
	uint64_t pages = 0;

	for (int i = 0; i < s->n_mms; i++)
		pages += s->mms[i].pages;
	if (pages <= PTES_MAX)
		return 0;
	return error_setf(error, ERROR_INPUT, E2BIG, "pages", "ask for fewer",
			  "%llu pages are more than the simulator keeps",
			  (unsigned long long)pages);
}

static int sim_check_slots(const struct sim *s, const int *cpus, struct error *error)
{
	for (int i = 0; cpus && i < s->n_tasks; i++)
		if (cpus[i] >= s->n_cpus)
			return error_setf(error, ERROR_INPUT, EINVAL, "placement",
					  "raise cpus, or place them elsewhere",
					  "there is no CPU %d among %d", cpus[i],
					  s->n_cpus);
	return 0;
}

/* The costs' own, unless the experiment names one. */
static void sim_choose_ipi_model(struct sim *s)
{
	int64_t model = sim_param(&s->experiment, "ipi_model", 0);

	if (model)
		s->costs.ipi_model = (enum sim_ipi_model)(model - 1);
}

int sim_new(struct sim **out, const struct sim_options *o, struct error *error)
{
	struct sim *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		goto no_memory;
	s->experiment = *o->experiment;
	err = sim_machine_of(&s->experiment, &s->machine, error);
	if (err)
		goto fail;
	s->workload = sim_workload_find(s->experiment.workload);
	s->strategy = o->strategy ? o->strategy : sim_strategy_of(&s->experiment);
	s->ring = s->strategy->knows_lazyfree;
	if (o->costs)
		s->costs = *o->costs;
	else
		sim_costs_default(&s->costs);
	sim_choose_ipi_model(s);
	flush_init(s);
	s->jiffy_ps = ps_of(1e9 / s->costs.tick_hz);
	s->n_cpus = s->machine.cpus;
	s->n_workers = s->experiment.threads;
	s->n_tasks = s->n_workers + s->experiment.victims;
	s->n_mms = s->experiment.mode == RUN_PROCESSES ? s->n_workers : 1;
	s->free_frame = NO_FRAME;
	s->block_lock.last_cpu = s->swap_lock.last_cpu = -1;
	s->pause_ns = sim_param_real(&s->experiment, "pause_us", 0) * 1e3;
	s->working_set_pages = sim_param(&s->experiment, "working_set_pages", 1);
	s->keep_pages = sim_param(&s->experiment, "keep_pages", 0);
	sim_set_ceiling(s, s->experiment.ceiling_pages);
	err = sim_check_slots(s, o->cpus, error);
	if (err)
		goto fail;
	if (sim_build_cpus(s) || sim_build_tasks(s, o->cpus) ||
	    events_init(&s->events, source_tick(s) + 1))
		goto no_memory;
	err = sim_check_room(s, error);
	if (err)
		goto fail;
	events_push(&s->events, tick_step(s), source_tick(s));
	*out = s;
	return 0;
no_memory:
	err = error_set(error, ERROR_MACHINE, ENOMEM, "the simulated machine",
			"out of memory", "ask for fewer CPUs or pages");
fail:
	sim_free(s);
	return err;
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	for (int i = 0; s->tasks && i < s->n_tasks; i++) {
		free(s->tasks[i].gather);
		for (int k = 0; k < DEFERRED_SLOTS; k++)
			free(s->tasks[i].deferred[k].frames);
	}
	for (int i = 0; s->mms && i < s->n_mms; i++) {
		free(s->mms[i].cpus.words);
		free(s->mms[i].holders.words);
		free(s->mms[i].tables);
		free(s->mms[i].pte);
		free(s->mms[i].shadow);
	}
	events_fini(&s->events);
	free(s->tlb_entries);
	free(s->tlb_turns);
	free(s->cpu_shootdowns);
	free(s->frames);
	free(s->tasks);
	free(s->mms);
	free(s->cpus);
	free(s);
}

static void sim_task_event(struct sim *s, struct sim_task *t)
{
	struct sim_cpu *c = task_cpu(s, t);

	if (t->flush.active) {
		flush_deliver(s, t);
		return;
	}
	t->ready = true;
	cpu_start(s, c);
}

static void sim_step(struct sim *s)
{
	struct event e = events_pop(&s->events);

	s->now = e.at;
	if (e.source < (uint32_t)s->n_cpus) {
		cpu_advance(s, &s->cpus[e.source]);
	} else if (e.source < source_tick(s)) {
		sim_task_event(s, &s->tasks[e.source - (uint32_t)s->n_cpus]);
	} else {
		cpu_tick_next(s);
		events_push(&s->events, s->now + tick_step(s), source_tick(s));
	}
}

static bool sim_over(const struct sim *s)
{
	return s->failure[0] || s->out_of_memory || sim_done(s);
}

bool sim_run(struct sim *s, uint64_t until_ps, uint64_t max_events)
{
	while (!sim_over(s) && s->events.heap[0].at <= until_ps) {
		if (!max_events--)
			return false;
		sim_step(s);
	}
	if (s->out_of_memory)
		sim_fail(s, "out of memory at %.0f ns: ask for fewer pages",
			 ns_of(s->now));
	if (!sim_over(s))
		s->now = until_ps;
	return true;
}

/* Everybody who is to start now comes within a few microseconds, as through a gate. */
static void sim_start_tasks(struct sim *s, bool victims)
{
	for (int i = victims ? s->n_workers : 0;
	     i < (victims ? s->n_tasks : s->n_workers); i++) {
		struct sim_task *t = &s->tasks[i];

		events_push(&s->events,
			    s->now + ps_of(rng_unit(&t->rng) * START_SPREAD_NS),
			    (uint32_t)(s->n_cpus + i));
	}
}

void sim_open_gate(struct sim *s)
{
	uint64_t settled;

	sim_start_tasks(s, true);
	if (s->n_tasks > s->n_workers)
		sim_run(s,
			s->now + ps_of((double)s->working_set_pages * SETTLE_PAGE_NS),
			UINT64_MAX);
	settled = s->now;
	for (int i = s->n_workers; i < s->n_tasks; i++)
		s->tasks[i].ops = 0;
	if (s->n_tasks > s->n_workers)
		sim_run(s, s->now + ps_of(QUIET_NS), UINT64_MAX);
	for (int i = s->n_workers; i < s->n_tasks; i++) {
		struct sim_task *t = &s->tasks[i];

		t->quiet_per_s = (double)t->ops / (ns_of(s->now - settled) * 1e-9);
		t->ops = 0;
	}
	memset(&s->counts, 0, sizeof(s->counts));
	s->gate_open = true;
	s->gate_ps = s->now;
	sim_start_tasks(s, false);
}

uint64_t sim_now_ps(const struct sim *s)
{
	return s->now;
}

bool sim_done(const struct sim *s)
{
	return s->n_done == s->n_workers;
}

const char *sim_failure(const struct sim *s)
{
	return s->failure[0] ? s->failure : NULL;
}

const struct sim_counts *sim_counts(const struct sim *s)
{
	return &s->counts;
}

const uint64_t *sim_cpu_shootdowns(const struct sim *s)
{
	for (int i = 0; i < s->n_cpus; i++)
		s->cpu_shootdowns[i] = s->cpus[i].shootdowns;
	return s->cpu_shootdowns;
}

int sim_n_cpus(const struct sim *s)
{
	return s->n_cpus;
}

double sim_walk_cycles(const struct sim *s)
{
	return s->costs.walk_ns * s->costs.cpu_ghz;
}

double sim_cpu_ghz(const struct sim *s)
{
	return s->costs.cpu_ghz;
}

void sim_slot(const struct sim *s, int i, struct sim_slot *out)
{
	const struct sim_task *t = &s->tasks[i];

	*out = (struct sim_slot){
		.cpu = t->cpu,
		.node = s->cpus[t->cpu].node,
		.done = t->done,
		.ops = t->ops,
		.op_start_ps = t->op_start > s->gate_ps ? t->op_start - s->gate_ps : 0,
		.last_op_ps = t->last_op,
		.busy_ps = t->done ? t->busy_ps : s->now - s->gate_ps,
		.stalls = t->stalls,
		.stall_ps = t->stall_ps,
		.max_ns = t->max_ns,
		.quiet_per_s = t->quiet_per_s,
		.hist = &t->hist,
	};
}

void sim_reset_max(struct sim *s)
{
	for (int i = 0; i < s->n_tasks; i++)
		s->tasks[i].max_ns = 0;
}

void sim_set_ceiling(struct sim *s, int64_t pages)
{
	s->ceiling = pages == EXPERIMENT_CEILING_KEEP ? CEILING_DEFAULT : pages;
}

int64_t sim_ceiling(const struct sim *s)
{
	return s->ceiling;
}
