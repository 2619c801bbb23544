/* SPDX-License-Identifier: MIT */
/*
 * Batched, as LATR and LUF do it: a flush is written down instead of sent. Each CPU
 * reads the states at its next timer tick or context switch and flushes once for all;
 * the frames wait until every CPU that runs the address space has done so. When a
 * core's states are used up, the old way: interrupts, to those that are behind. Only
 * what was unmapped can be put off: a page that stays mapped may be written to as soon
 * as the call returns, and a write through the old translation would be lost.
 */
#include "sim/strategy.h"

static enum verdict batched_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	struct sim_flush *f = &t->flush;

	flush_advance(f);
	deferred_free_to(s, t, t->mm->settled);
	*cost_ns += s->costs.batch_state_ns;
	if (f->unmap && !f->freed_tables && deferred_push(s, t, f->gen, 0)) {
		*cost_ns +=
			flush_apply(s, task_cpu(s, t), f, REASON_LOCAL_MM_SHOOTDOWN);
		return STEP_DONE;
	}
	f->only_behind = f->freed_tables ? 0 : f->gen;
	return flush_send(s, f, true, cost_ns);
}

static enum verdict batched_release(struct sim *s, struct sim_task *t, double *cost_ns)
{
	(void)cost_ns;
	/* Empty when put off. Else everybody has flushed up to here. */
	if (t->n_gather) {
		task_free_gathered(s, t);
		deferred_free_to(s, t, t->flush.gen);
	}
	return STEP_DONE;
}

static double batched_tick(struct sim *s, struct sim_cpu *c)
{
	return s->costs.sweep_ns + flush_catch_up(s, c);
}

const struct strategy_ops strategy_batched = {
	.name = "batched",
	.title = "batched to the next tick",
	.summary = "Writes flushes down; every CPU makes them at its next tick or "
		   "context switch, and frames wait for that.",
	.flush = batched_flush,
	.release = batched_release,
	.tick = batched_tick,
	.defers = true,
};
