/* SPDX-License-Identifier: MIT */
/*
 * CPUs: what they run, what interrupts them, and what they do when there is nothing to
 * run (lazy mode: the last address space stays loaded, and is brought up to date only
 * when somebody comes back to it).
 */
#include <stdlib.h>

#include "sim/flush.h"
#include "sim/strategy.h"
#include "sim/workload.h"

enum {
	STALL_MIN_NS = 200, /* shorter gaps are no stalls, as with live victims */
	STEPS_AT_ONCE = 100000,
	WAIT_LIMIT_NS = 2000000000, /* longer than anything is meant to last */
};

static void cpu_schedule(struct sim *s, struct sim_cpu *c, sim_time at)
{
	c->pending = true;
	events_push(&s->events, at, (uint32_t)c->id);
}

void cpu_wake(struct sim *s, struct sim_cpu *c, sim_time at)
{
	if (!c->pending)
		cpu_schedule(s, c, at);
}

double cpu_latency_ns(const struct sim *s, const struct sim_cpu *from,
		      const struct sim_cpu *to)
{
	if (from->core == to->core)
		return s->costs.ipi_core_ns;
	return from->package == to->package ? s->costs.ipi_near_ns
					    : s->costs.ipi_far_ns;
}

void victim_close_stall(struct sim *s, struct sim_cpu *c)
{
	struct sim_task *t = c->current;
	sim_time length = c->stall_end - c->stall_from;

	if (c->stall_end && t && t->victim && length >= ps_of(STALL_MIN_NS) &&
	    s->gate_open) {
		uint64_t ns = length / SIM_PS_PER_NS;

		hist_record(&t->hist, ns);
		t->stalls++;
		t->stall_ps += length;
		if (ns > t->max_ns)
			t->max_ns = ns;
	}
	c->stall_from = c->stall_end = 0;
}

/* The task on this CPU stood still in [from, to). */
static void cpu_lose(struct sim *s, struct sim_cpu *c, sim_time from, sim_time to)
{
	if (c->pending && !c->spinning)
		c->stolen += to - from;
	if (!c->current || !c->current->victim)
		return;
	if (!c->stall_end || from > c->stall_end) {
		victim_close_stall(s, c);
		c->stall_from = from;
	}
	c->stall_end = to;
}

sim_time cpu_interrupt(struct sim *s, struct sim_cpu *c, double handler_ns)
{
	const struct sim_costs *k = &s->costs;
	sim_time before = c->irq_end > s->now ? c->irq_end : s->now;

	if (s->now < c->irq_ack) {
		/* The handler is still at its queue: one more item, no new entry. */
		c->irq_ack += ps_of(handler_ns);
		c->irq_end += ps_of(handler_ns);
	} else {
		double enter_ns = k->irq_enter_ns + (c->current ? 0 : k->idle_exit_ns) +
				  kernel_enter(s, c);

		c->irq_ack = before + ps_of(enter_ns + handler_ns);
		c->irq_end = c->irq_ack + ps_of(k->irq_exit_ns);
		if (s->gate_open)
			s->counts.interrupts++;
	}
	cpu_lose(s, c, before, c->irq_end);
	return c->irq_ack;
}

void cpu_stall(struct sim *s, struct sim_cpu *c, double ns)
{
	cpu_lose(s, c, s->now, s->now + ps_of(ns));
}

static struct sim_task *cpu_next_ready(const struct sim_cpu *c,
				       const struct sim_task *after)
{
	for (struct sim_task *t = after ? after->next : NULL; t; t = t->next)
		if (t->ready)
			return t;
	for (struct sim_task *t = c->tasks; t; t = t->next)
		if (t->ready)
			return t;
	return NULL;
}

static void cpu_switch_to(struct sim *s, struct sim_cpu *c, struct sim_task *t)
{
	double cost_ns = s->costs.switch_ns;

	if (c->lazy || c->loaded < 0)
		cost_ns += s->costs.idle_exit_ns;
	victim_close_stall(s, c);
	c->current = t;
	c->slice_from = s->now;
	if (s->gate_open)
		s->counts.switches++;
	cpu_load_mm(s, c, t->mm, &cost_ns);
	cpu_schedule(s, c, s->now + ps_of(cost_ns));
}

void cpu_start(struct sim *s, struct sim_cpu *c)
{
	struct sim_task *t = c->current || c->pending ? NULL : cpu_next_ready(c, NULL);

	if (t)
		cpu_switch_to(s, c, t);
}

/* Between operations: true when the CPU went on to something else. */
static bool cpu_preempt(struct sim *s, struct sim_cpu *c)
{
	struct sim_task *t = c->current, *next;

	if (s->now - c->slice_from < ps_of(s->costs.slice_ms * 1e6))
		return false;
	next = cpu_next_ready(c, t);
	c->slice_from = s->now;
	if (!next || next == t)
		return false;
	if (s->gate_open)
		s->counts.preemptions++;
	cpu_switch_to(s, c, next);
	return true;
}

/* Counts what was done and says what is next; false when the task is finished. */
static bool task_turn(struct sim *s, struct sim_task *t)
{
	if (t->n_steps && !t->victim) {
		uint64_t ns = (s->now - t->op_start) / SIM_PS_PER_NS;

		t->last_op = s->now - t->op_start;
		t->ops++;
		s->counts.ops++;
		hist_record(&t->hist, ns);
		if (ns > t->max_ns)
			t->max_ns = ns;
	}
	t->n_steps = t->at = 0;
	t->progress = 0;
	t->op_start = s->now;
	if (!t->victim && s->experiment.ops && t->ops >= (uint64_t)s->experiment.ops) {
		t->done = true;
		t->ready = false;
		t->busy_ps = s->now - s->gate_ps;
		s->n_done++;
		return false;
	}
	t->workload->build(s, t);
	return true;
}

/* One step; true while the CPU can go on at once. */
static bool task_step(struct sim *s, struct sim_cpu *c, struct sim_task *t)
{
	const struct step *st = &t->steps[t->at];
	double cost_ns = 0;

	switch (st->run(s, t, st, &cost_ns)) {
	case STEP_DONE:
		t->at++;
		t->progress = 0;
		break;
	case STEP_AGAIN: break;
	case STEP_SPIN:
		t->at++;
		c->spinning = true;
		return false;
	case STEP_SLEEP:
		t->at++;
		t->ready = false;
		c->current = NULL;
		events_push(&s->events, s->now + ps_of(cost_ns),
			    (uint32_t)(s->n_cpus + t->index));
		return true;
	}
	if (cost_ns <= 0)
		return true;
	cpu_schedule(s, c, s->now + ps_of(cost_ns));
	return false;
}

void cpu_advance(struct sim *s, struct sim_cpu *c)
{
	c->pending = false;
	if (c->stolen) {
		sim_time lost = c->stolen;

		c->stolen = 0;
		cpu_schedule(s, c, s->now + lost);
		return;
	}
	if (c->irq_end > s->now) {
		cpu_schedule(s, c, c->irq_end);
		return;
	}
	c->spinning = false;
	victim_close_stall(s, c);
	for (int n = 0; n < STEPS_AT_ONCE; n++) {
		struct sim_task *t = c->current;

		if (!t) {
			c->lazy = c->loaded >= 0;
			cpu_start(s, c);
			return;
		}
		if (t->at == t->n_steps) {
			if (!task_turn(s, t)) {
				c->current = NULL;
				continue;
			}
			if (cpu_preempt(s, c))
				return;
		}
		if (!task_step(s, c, t))
			return;
	}
	sim_fail(s, "no progress: task %d does steps that take no time at %.0f ns",
		 c->current->index, ns_of(s->now));
}

static void cpu_check_waits(struct sim *s)
{
	for (int i = 0; i < s->n_tasks; i++) {
		const struct sim_task *t = &s->tasks[i];
		const struct sim_cpu *c = task_cpu(s, t);

		if (c->current == t && c->spinning && !c->pending &&
		    s->now - t->op_start > ps_of(WAIT_LIMIT_NS))
			sim_fail(s,
				 "a wait does not end: task %d on CPU %d has waited "
				 "since %.0f ns, now it is %.0f",
				 i, c->id, ns_of(t->op_start), ns_of(s->now));
	}
}

/* One CPU's tick; ticks of different CPUs are spread over the period. */
void cpu_tick_next(struct sim *s)
{
	struct sim_cpu *c = &s->cpus[s->next_tick];

	if (c->current) {
		double ns = s->costs.tick_ns;

		if (s->strategy->tick)
			ns += s->strategy->tick(s, c);
		uint64_t before = s->counts.interrupts;

		cpu_interrupt(s, c, ns);
		s->counts.interrupts = before; /* not a shootdown */
	}
	s->next_tick++;
	if (s->next_tick < s->n_cpus)
		return;
	s->next_tick = 0;
	cpu_check_waits(s);
	for (int i = 0; s->strategy->defers && i < s->n_mms; i++)
		s->mms[i].settled = flush_settled(s, &s->mms[i]);
}
