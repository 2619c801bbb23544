/* SPDX-License-Identifier: MIT */
/*
 * INVLPGB and TLBSYNC (AMD Zen 3 and later), as Linux has used them since 6.15.
 *
 * A process begins with interrupts. Now and then, when the low bits of a flushing
 * thread's id and of the tick agree, the kernel looks whether the process runs on
 * enough CPUs, and if so gives it a global ASID, for good. The next flushes are both
 * broadcast and sent by interrupts, until every CPU has loaded the new ASID; from then
 * on nobody is interrupted and no event is made.
 *
 * A flush is one instruction for so many pages as the CPU counts at once, or one for
 * everything, each of them twice under page table isolation; one TLBSYNC waits until
 * the slowest CPU is done (broadcast_tlb_flush).
 */
#include <math.h>

#include "sim/global_asid.h"

static double broadcast_issue(struct sim *s, const struct sim_flush *f)
{
	double n = f->full ? 1 : ceil(f->pages / s->costs.broadcast_pages);

	n = (n < 1 ? 1 : n) * (s->machine.pti ? 2 : 1);
	if (s->gate_open)
		s->counts.broadcasts += (uint64_t)n;
	return n * s->costs.broadcast_issue_ns;
}

/* It reaches every CPU; returns how long that takes. */
static double broadcast_reach(struct sim *s, const struct sim_flush *f,
			      const struct sim_cpu *here, bool tell)
{
	double reach_ns = 0;

	for (int cpu = cpu_set_next(&f->mm->holders, -1); cpu >= 0;
	     cpu = cpu_set_next(&f->mm->holders, cpu)) {
		struct sim_cpu *c = &s->cpus[cpu];
		const struct asid *a = cpu_asid(c);
		double latency_ns = cpu_latency_ns(s, here, c);

		flush_in_hardware(s, c, f);
		if (c == here)
			continue;
		if (latency_ns > reach_ns)
			reach_ns = latency_ns;
		cpu_stall(s, c, s->costs.broadcast_apply_ns);
		if (tell && a && a->mm == f->mm)
			flush_tell(s, f);
	}
	return reach_ns;
}

static enum verdict broadcast_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	struct sim_flush *f = &t->flush;

	if (!f->mm->global)
		return ipi_flush(s, t, cost_ns);
	bool settled = global_settled(s, f->mm);

	flush_advance(f);
	f->hardware = settled;
	*cost_ns += broadcast_issue(s, f) +
		    broadcast_reach(s, f, task_cpu(s, t), settled) +
		    s->costs.broadcast_sync_ns;
	if (settled)
		return STEP_DONE;
	f->everyone = true;
	return flush_send(s, f, true, cost_ns);
}

static enum verdict broadcast_release(struct sim *s, struct sim_task *t,
				      double *cost_ns)
{
	(void)cost_ns;
	if (t->flush.sent)
		global_consider(s, t);
	task_free_gathered(s, t);
	return STEP_DONE;
}

const struct strategy_ops strategy_broadcast = {
	.name = "broadcast",
	.title = "broadcast (INVLPGB)",
	.summary =
		"Linux 6.15 on AMD: a process that runs on 4 or more CPUs is given a "
		"global ASID; then one instruction flushes all CPUs, and none is "
		"interrupted.",
	.flush = broadcast_flush,
	.release = broadcast_release,
	.global_asids = GLOBAL_IN_TIME,
};
