/* SPDX-License-Identifier: MIT */
/*
 * A victim: it reads its own pages, one at least, and never enters the kernel. One
 * step stands for many turns; what interrupts it is added by the CPU.
 */
#include "sim/workload.h"

enum { TURNS = 128 };

static const double turn_ns = 8; /* a live victim reads its clock each turn */

static enum verdict step_turns(struct sim *s, struct sim_task *t, const struct step *st,
			       double *cost_ns)
{
	struct sim_cpu *c = task_cpu(s, t);

	(void)st;
	*cost_ns = turn_ns * TURNS;
	for (uint32_t i = 0; i < TURNS; i++) {
		uint32_t page = (uint32_t)(t->writes++ % t->span_pages);

		/* Turns on one and the same page find it again. */
		if (i && t->span_pages == 1)
			continue;
		*cost_ns += mm_access(s, c, t, t->base_vpn + page, false);
	}
	t->ops += TURNS;
	return STEP_DONE;
}

static bool victim_prepare(struct sim *s, struct sim_task *t)
{
	t->span_pages = s->working_set_pages ? (uint32_t)s->working_set_pages : 1;
	return mm_grow(t->mm, t->span_pages, &t->base_vpn);
}

static void victim_build(struct sim *s, struct sim_task *t)
{
	(void)s;
	add_call(t, step_turns);
}

const struct workload_sim sim_victim = {
	.prepare = victim_prepare,
	.build = victim_build,
};
