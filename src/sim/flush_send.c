/* SPDX-License-Identifier: MIT */
/*
 * Asking other CPUs to flush, and waiting for their answers.
 *
 * Who is asked (should_flush_tlb and native_flush_tlb_multi of arch/x86/mm/tlb.c): CPUs
 * of the mask that run the address space. Idle ones are skipped, and so are those that
 * went on to another address space, except once a second, when that trims the mask.
 * Everyone in the mask is asked when page tables are freed, or while an address space
 * moves to a global ASID.
 *
 * One signal reaches one CPU or a group of them, by the model of the costs. A sender's
 * messages stay in order, so a flush has one message on its way at a time; the sender's
 * loop is slowed by the interrupts it takes itself.
 */
#include "sim/flush.h"

enum {
	EACH_CPU = 0, /* shifts of a CPU's number to that of its group */
	CLUSTER_SHIFT = 4,
	HYPERCALL_SHIFT = 7,
	ALL_CPUS = 31,
	TRIM_NS = 1000000000,
};

static bool flush_wants(const struct sim *s, const struct sim_flush *f, int cpu)
{
	const struct sim_cpu *c = &s->cpus[cpu];

	if (cpu == f->task->cpu)
		return false;
	if (f->everyone)
		return true;
	const struct asid *a = c->lazy || c->loaded < 0 ? NULL : &c->asid[c->loaded];

	if (!a || a->mm != f->mm)
		return f->trim && !c->lazy;
	return !f->only_behind || a->gen < f->only_behind;
}

static int flush_next_target(const struct sim *s, const struct sim_flush *f, int cpu)
{
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

	f->target = flush_next_target(s, f, f->target);
	f->send_ps = later(f->send_ps, from->irq_end);
	if (f->target < 0) {
		f->active = false;
		cpu_wake(s, from,
			 later(s->now, later(f->send_ps + f->local_ps, f->ack_ps)));
		return;
	}
	const struct sim_cpu *to = &s->cpus[f->target];

	if (f->target >> f->group_shift != f->group) {
		f->group = f->target >> f->group_shift;
		f->send_ps += f->send_cost_ps;
		s->counts.signals += s->gate_open;
	}
	f->sent++;
	events_push(&s->events,
		    later(s->now, f->send_ps + ps_of(cpu_latency_ns(s, from, to))),
		    (uint32_t)(s->n_cpus + f->task->index));
}

/* CPUs that one signal reaches (native_send_call_func_ipi, __x2apic_send_IPI_mask and
 * __send_ipi_mask of KVM guests), and what is to be prepared before the first. */
static double flush_group(const struct sim *s, struct sim_flush *f)
{
	const struct sim_costs *c = &s->costs;
	double send_ns = c->ipi_send_ns, each_ns = c->ipi_queue_ns;
	int n = 0;

	f->group = -1;
	f->group_shift = EACH_CPU;
	if (!f->hardware && c->ipi_model == SIM_IPI_ONE_BY_ONE) {
		f->send_cost_ps = ps_of(send_ns);
		return 0;
	}
	for (int cpu = flush_next_target(s, f, -1); cpu >= 0;
	     cpu = flush_next_target(s, f, cpu))
		n++;
	if (f->hardware) {
		send_ns = c->rar_send_ns;
		each_ns = c->rar_byte_ns;
		f->group_shift = ALL_CPUS;
	} else if (c->ipi_model == SIM_IPI_HYPERCALL) {
		send_ns = c->ipi_hypercall_ns;
		f->group_shift = HYPERCALL_SHIFT;
	} else if (n == s->n_cpus - 1) {
		f->group_shift = ALL_CPUS;
	} else if (c->ipi_model == SIM_IPI_CLUSTER) {
		f->group_shift = CLUSTER_SHIFT;
	}
	f->send_cost_ps = ps_of(send_ns);
	/* One by one, a queue is part of the signal. */
	if (f->group_shift == EACH_CPU)
		return 0;
	return each_ns * (f->hardware ? n : n - 1);
}

/* The event of flush_tlb_multi is made whoever is then skipped. */
static void flush_count_send(struct sim *s, const struct sim_flush *f)
{
	int cpu = cpu_set_next(&f->mm->cpus, -1);

	if (f->control || f->hardware)
		return;
	if (f->only_behind)
		cpu = flush_next_target(s, f, -1);
	else if (cpu == f->task->cpu)
		cpu = cpu_set_next(&f->mm->cpus, cpu);
	if (cpu >= 0)
		flush_count(s, REASON_REMOTE_SEND, f->full, f->pages);
}

/* should_trim_cpumask. */
static bool flush_trims(struct sim *s, const struct sim_flush *f)
{
	if (s->now <= f->mm->next_trim || f->control || f->hardware || f->only_behind)
		return false;
	f->mm->next_trim = s->now + ps_of(TRIM_NS);
	return s->machine.generations;
}

enum verdict flush_send(struct sim *s, struct sim_flush *f, bool here, double *cost_ns)
{
	double local_ns = 0;

	f->target = -1;
	f->everyone = f->everyone || f->hardware || f->freed_tables;
	f->trim = flush_trims(s, f);
	flush_count_send(s, f);
	if (here)
		local_ns = f->hardware ? flush_in_hardware(s, task_cpu(s, f->task), f)
				       : flush_apply(s, task_cpu(s, f->task), f,
						     REASON_LOCAL_MM_SHOOTDOWN);
	if (flush_next_target(s, f, -1) < 0) {
		*cost_ns += local_ns;
		return STEP_DONE;
	}
	f->active = true;
	f->begun_ps = s->now;
	f->local_ps = ps_of(local_ns);
	f->send_ps =
		s->now + ps_of(*cost_ns + s->costs.ipi_setup_ns + flush_group(s, f));
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

static sim_time deliver_to_hardware(struct sim *s, struct sim_cpu *c,
				    const struct sim_flush *f)
{
	double work_ns = s->costs.rar_service_ns + flush_in_hardware(s, c, f);

	cpu_stall(s, c, s->costs.rar_stall_ns);
	return s->now + ps_of(work_ns);
}

void flush_deliver(struct sim *s, struct sim_task *t)
{
	struct sim_flush *f = &t->flush;
	struct sim_cpu *c = &s->cpus[f->target];
	sim_time ack;

	if (!f->control)
		flush_tell(s, f);
	if (f->hardware) {
		ack = deliver_to_hardware(s, c, f);
	} else {
		ack = cpu_interrupt(s, c,
				    flush_apply(s, c, f, REASON_REMOTE_SHOOTDOWN));
		if (s->gate_open && !f->control) {
			c->shootdowns++;
			s->counts.shootdowns++;
		}
	}
	f->ack_ps = later(f->ack_ps, ack + ps_of(s->costs.ack_ns));
	flush_send_next(s, f);
}
