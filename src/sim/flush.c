/* SPDX-License-Identifier: MIT */
/*
 * Flushing, as arch/x86/mm/tlb.c has it.
 *
 *   flush_tlb_func       a CPU that has reached the generation does nothing; one that
 *                        is exactly one behind the newest goes page by page; any other
 *                        drops everything
 *   switch_mm_irqs_off   a CPU that comes back to an address space catches up first
 *   leave_mm             an interrupted idle CPU lets go of the address space
 *
 * One sender's messages stay in order, so a flush has one message on its way at a
 * time; the sender's loop is slowed by the interrupts it takes itself.
 */
#include "sim/flush.h"

void flush_advance(struct sim_flush *f)
{
	struct sim_mm *mm = f->mm;

	f->gen = ++mm->gen;
	mm->ring[f->gen % RING_RANGES] =
		(struct flushed_range){f->gen, f->vpn, f->pages, f->full};
}

static void flush_reach(struct sim *s, struct sim_cpu *c, struct asid *a, uint64_t gen)
{
	if (gen < a->gen || gen > a->mm->gen)
		sim_fail(s,
			 "generation out of order: at %.0f ns CPU %d went from %llu to "
			 "%llu of address space %d, which is at %llu",
			 ns_of(s->now), c->id, (unsigned long long)a->gen,
			 (unsigned long long)gen, a->mm->id,
			 (unsigned long long)a->mm->gen);
	a->gen = gen;
}

static void flush_count(struct sim *s, enum flush_reason reason, bool full,
			uint32_t pages)
{
	if (!s->gate_open)
		return;
	s->counts.reason[reason]++;
	if (reason != REASON_LOCAL_MM_SHOOTDOWN)
		return;
	int size = full ? 4 : pages <= 1 ? 0 : pages <= 8 ? 1 : pages <= 33 ? 2 : 3;

	s->counts.size[size]++;
}

static double flush_everything(struct sim *s, struct sim_cpu *c, struct asid *a)
{
	a->tag = tlb_new_tag(&c->tlb);
	a->seen = 0;
	return s->costs.full_flush_ns;
}

static double flush_pages(struct sim *s, struct sim_cpu *c, struct asid *a,
			  uint32_t vpn, uint32_t pages)
{
	for (uint32_t i = vpn; i < vpn + pages; i++)
		if (a->seen & flush_page_bit(i))
			tlb_drop(&c->tlb, a->tag, i);
	return s->costs.invlpg_ns * pages;
}

/* An idle CPU is spared the rest: it will catch up when it comes back. */
static void flush_leave(struct sim_cpu *c, struct asid *a)
{
	cpu_set_remove(&a->mm->cpus, c->id);
	c->loaded = -1;
	c->lazy = false;
}

double flush_apply(struct sim *s, struct sim_cpu *c, const struct sim_flush *f,
		   enum flush_reason reason)
{
	double cost_ns = f->hardware ? 0 : s->costs.flush_func_ns;
	struct asid *a = cpu_asid(c);
	bool full = f->full;
	uint64_t gen = f->gen;

	if (!a || a->mm != f->mm || f->control)
		return cost_ns;
	if (c->lazy && reason == REASON_REMOTE_SHOOTDOWN) {
		flush_leave(c, a);
		return cost_ns;
	}
	if (s->machine.generations) {
		if (a->gen >= f->gen)
			return cost_ns;
		if (full || a->gen + 1 != f->gen || f->gen != f->mm->gen) {
			full = true;
			gen = f->mm->gen;
		}
	} else if (gen < a->gen) {
		gen = a->gen;
	}
	cost_ns += full ? flush_everything(s, c, a)
			: flush_pages(s, c, a, f->vpn, f->pages);
	flush_reach(s, c, a, gen);
	flush_count(s, reason, full, f->pages);
	return cost_ns;
}

/* Pages of all the ranges flushed since a's generation; -1 when the ring no longer
 * remembers them, or one was everything. */
static int64_t ring_pages(const struct asid *a)
{
	const struct sim_mm *mm = a->mm;
	int64_t pages = 0;

	if (mm->gen - a->gen > RING_RANGES)
		return -1;
	for (uint64_t g = a->gen + 1; g <= mm->gen; g++) {
		const struct flushed_range *r = &mm->ring[g % RING_RANGES];

		if (r->gen != g || r->full)
			return -1;
		pages += r->pages;
	}
	return pages;
}

double flush_catch_up(struct sim *s, struct sim_cpu *c)
{
	struct asid *a = cpu_asid(c);
	double cost_ns = 0;

	if (!a || a->gen >= a->mm->gen)
		return 0;
	int64_t pages = s->ring ? ring_pages(a) : -1;

	if (pages >= 0 && pages <= s->ceiling) {
		for (uint64_t g = a->gen + 1; g <= a->mm->gen; g++) {
			const struct flushed_range *r = &a->mm->ring[g % RING_RANGES];

			cost_ns += flush_pages(s, c, a, r->vpn, r->pages);
		}
	} else {
		cost_ns += flush_everything(s, c, a);
	}
	flush_reach(s, c, a, a->mm->gen);
	flush_count(s, REASON_TASK_SWITCH, pages < 0 || pages > s->ceiling, 0);
	return cost_ns;
}

static bool flush_wants(struct sim *s, const struct sim_flush *f, int cpu)
{
	struct sim_cpu *c = &s->cpus[cpu];
	const struct asid *a = cpu_asid(c);

	if (cpu == f->task->cpu)
		return false;
	if (f->only_behind)
		return a && a->mm == f->mm && !c->lazy && a->gen < f->only_behind;
	return !c->lazy || f->freed_tables;
}

static int flush_next_target(struct sim *s, const struct sim_flush *f)
{
	int cpu = f->target;

	do
		cpu = cpu_set_next(&f->mm->cpus, cpu);
	while (cpu >= 0 && !flush_wants(s, f, cpu));
	return cpu;
}

static sim_time later(sim_time a, sim_time b)
{
	return a > b ? a : b;
}

/* The sender's loop turns to the next CPU, or waits for the answers. */
static void flush_send_next(struct sim *s, struct sim_flush *f)
{
	struct sim_cpu *from = task_cpu(s, f->task);

	f->target = flush_next_target(s, f);
	f->send_ps = later(f->send_ps, from->irq_end);
	if (f->target < 0) {
		f->active = false;
		cpu_wake(s, from,
			 later(s->now, later(f->send_ps + f->local_ps, f->ack_ps)));
		return;
	}
	const struct sim_cpu *to = &s->cpus[f->target];

	f->send_ps += f->send_cost_ps;
	f->sent++;
	events_push(&s->events,
		    later(s->now, f->send_ps + ps_of(cpu_latency_ns(s, from, to))),
		    (uint32_t)(s->n_cpus + f->task->index));
}

enum verdict flush_send(struct sim *s, struct sim_flush *f, bool here, double *cost_ns)
{
	const struct sim_costs *c = &s->costs;
	double local_ns = 0;

	f->target = -1;
	if (here)
		local_ns = flush_apply(s, task_cpu(s, f->task), f,
				       REASON_LOCAL_MM_SHOOTDOWN);
	if (flush_next_target(s, f) < 0) {
		*cost_ns += local_ns;
		return STEP_DONE;
	}
	if (!f->control)
		flush_count(s, REASON_REMOTE_SEND, f->full, f->pages);
	f->active = true;
	f->begun_ps = s->now;
	f->local_ps = ps_of(local_ns);
	f->send_cost_ps = ps_of(f->hardware ? c->rar_send_ns : c->ipi_send_ns);
	f->send_ps = s->now + ps_of(*cost_ns + c->ipi_setup_ns);
	f->ack_ps = 0;
	*cost_ns = 0;
	flush_send_next(s, f);
	return STEP_SPIN;
}

void flush_tell(struct sim *s, const struct sim_flush *f)
{
	s->counts.told += s->gate_open;
	s->counts.told_by_hardware += s->gate_open && f->hardware;
}

void flush_deliver(struct sim *s, struct sim_task *t)
{
	struct sim_flush *f = &t->flush;
	struct sim_cpu *c = &s->cpus[f->target];
	double work_ns = flush_apply(s, c, f, REASON_REMOTE_SHOOTDOWN);
	sim_time ack;

	if (!f->control)
		flush_tell(s, f);
	if (s->gate_open && !f->control) {
		c->shootdowns++;
		s->counts.shootdowns++;
	}
	if (f->hardware) {
		ack = s->now + ps_of(s->costs.rar_service_ns + work_ns);
		cpu_stall(s, c, s->costs.rar_stall_ns);
	} else {
		ack = cpu_interrupt(s, c, work_ns);
	}
	f->ack_ps = later(f->ack_ps, ack + ps_of(s->costs.ack_ns));
	flush_send_next(s, f);
}

uint64_t flush_settled(struct sim *s, const struct sim_mm *mm)
{
	uint64_t settled = mm->gen;

	for (int cpu = cpu_set_next(&mm->cpus, -1); cpu >= 0;
	     cpu = cpu_set_next(&mm->cpus, cpu)) {
		struct sim_cpu *c = &s->cpus[cpu];
		const struct asid *a = cpu_asid(c);

		if (a && a->mm == mm && !c->lazy && a->gen < settled)
			settled = a->gen;
	}
	return settled;
}
