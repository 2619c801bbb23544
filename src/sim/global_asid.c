/* SPDX-License-Identifier: MIT */
#include "sim/global_asid.h"

/* mm_active_cpus_exceeds: CPUs that really run it. */
static bool runs_on(const struct sim *s, const struct sim_mm *mm, int enough)
{
	int n = 0;

	for (int cpu = cpu_set_next(&mm->cpus, -1); cpu >= 0 && n < enough;
	     cpu = cpu_set_next(&mm->cpus, cpu)) {
		struct sim_cpu *c = &s->cpus[cpu];
		const struct asid *a = cpu_asid(c);

		n += a && a->mm == mm && !c->lazy;
	}
	return n >= enough;
}

void global_consider(struct sim *s, const struct sim_task *t)
{
	uint64_t jiffies = s->now / s->jiffy_ps;

	if (t->mm->global || ((uint64_t)t->pid & PID_MASK) != (jiffies & PID_MASK))
		return;
	if (runs_on(s, t->mm, (int)s->costs.broadcast_min_cpus))
		t->mm->global = t->mm->transition = true;
}

bool global_settled(struct sim *s, struct sim_mm *mm)
{
	for (int cpu = cpu_set_next(&mm->cpus, -1); cpu >= 0 && mm->transition;
	     cpu = cpu_set_next(&mm->cpus, cpu)) {
		const struct asid *a = cpu_asid(&s->cpus[cpu]);

		if (a && a->mm == mm && !a->global)
			return false;
	}
	mm->transition = false;
	return true;
}
