/* SPDX-License-Identifier: MIT */
/*
 * INVLPGB and TLBSYNC (AMD Zen 3 and later; Linux since 6.15): an address space that
 * runs on enough CPUs has one identifier everywhere, and one instruction takes its
 * translations back on all of them. A page-by-page flush is one instruction for every
 * few pages; TLBSYNC waits until the slowest CPU is done. With fewer CPUs, interrupts.
 */
#include "sim/strategy.h"

static int broadcast_cpus(const struct sim_mm *mm, int enough)
{
	int n = 0;

	for (int cpu = cpu_set_next(&mm->cpus, -1); cpu >= 0 && n < enough;
	     cpu = cpu_set_next(&mm->cpus, cpu))
		n++;
	return n;
}

static enum verdict broadcast_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	struct sim_flush *f = &t->flush;
	struct sim_cpu *here = task_cpu(s, t);
	double issues = f->full ? 1 : f->pages / s->costs.broadcast_pages;
	double reach_ns = 0;

	if (broadcast_cpus(f->mm, (int)s->costs.broadcast_min_cpus) <
	    (int)s->costs.broadcast_min_cpus)
		return ipi_flush(s, t, cost_ns);
	f->hardware = true;
	flush_advance(f);
	for (int cpu = cpu_set_next(&f->mm->cpus, -1); cpu >= 0;
	     cpu = cpu_set_next(&f->mm->cpus, cpu)) {
		struct sim_cpu *c = &s->cpus[cpu];
		double latency_ns = cpu_latency_ns(s, here, c);

		flush_apply(s, c, f,
			    c == here ? REASON_LOCAL_MM_SHOOTDOWN
				      : REASON_REMOTE_SHOOTDOWN);
		if (c != here) {
			flush_tell(s, f);
			cpu_stall(s, c, s->costs.broadcast_apply_ns);
		}
		if (latency_ns > reach_ns)
			reach_ns = latency_ns;
	}
	*cost_ns += s->costs.broadcast_issue_ns * (issues < 1 ? 1 : issues) + reach_ns +
		    s->costs.broadcast_sync_ns;
	return STEP_DONE;
}

const struct strategy_ops strategy_broadcast = {
	.name = "broadcast",
	.title = "broadcast (INVLPGB)",
	.summary = "One instruction flushes all CPUs at once, without interrupts, when "
		   "4 or more run the address space.",
	.flush = broadcast_flush,
};
