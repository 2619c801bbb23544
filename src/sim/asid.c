/* SPDX-License-Identifier: MIT */
/*
 * Which identifier an address space has on a CPU (switch_mm_irqs_off and
 * choose_new_asid of arch/x86/mm/tlb.c).
 *
 *   dynamic   six of each CPU's own, taken in turn; a CPU that comes back to one
 *             catches up by generations
 *   global    the same on all CPUs, for a process that hardware flushes: a CPU leaves
 *             its dynamic one the next time it loads the address space or is told to
 *   none      without PCID every other address space drops what was cached
 *
 * Since 6.14 a CPU that goes on to another address space stays in the mask of the one
 * it left, until a flush finds it there.
 */
#include "sim/flush.h"

struct asid *asid_global(struct sim_cpu *c, const struct sim_mm *mm)
{
	for (int i = 0; i < ASIDS; i++)
		if (c->asid[i].mm == mm && c->asid[i].global)
			return &c->asid[i];
	return NULL;
}

/* A slot for mm: its own, or the next in turn, emptied. */
static int asid_choose(struct sim *s, struct sim_cpu *c, struct sim_mm *mm)
{
	for (int i = 0; i < ASIDS; i++) {
		struct asid *a = &c->asid[i];

		if (a->mm != mm)
			continue;
		if (a->global == mm->global)
			return i;
		a->mm = NULL; /* of the time before the global one */
	}
	int i = c->next_asid;

	c->next_asid = (i + 1) % ASIDS;
	if (c->asid[i].mm && !mm->global)
		flush_count(s, REASON_TASK_SWITCH, true, 0);
	c->asid[i] =
		(struct asid){.mm = mm, .gen = mm->gen, .tag = tlb_new_tag(&c->tlb)};
	c->asid[i].global = mm->global;
	if (mm->global && !cpu_set_add(&mm->holders, c->id))
		s->out_of_memory = true;
	return i;
}

void asid_reload(struct sim *s, struct sim_cpu *c)
{
	c->loaded = asid_choose(s, c, cpu_asid(c)->mm);
}

static void asid_switch(struct sim *s, struct sim_cpu *c, struct sim_mm *mm,
			double *cost_ns)
{
	struct asid *a = cpu_asid(c);
	bool first = !a;

	if (a && a->mm != mm && !s->machine.generations)
		cpu_set_remove(&a->mm->cpus, c->id);
	c->loaded = asid_choose(s, c, mm);
	if (!cpu_set_add(&mm->cpus, c->id))
		s->out_of_memory = true;
	if (s->machine.pcid != SIM_PCID_NONE)
		return;
	a = cpu_asid(c);
	asid_renew(c, a);
	a->gen = mm->gen;
	*cost_ns += s->costs.full_flush_ns;
	if (!first)
		flush_count(s, REASON_TASK_SWITCH, true, 0);
}

void cpu_load_mm(struct sim *s, struct sim_cpu *c, struct sim_mm *mm, double *cost_ns)
{
	struct asid *a = cpu_asid(c);

	if (!a || a->mm != mm || a->global != mm->global) {
		asid_switch(s, c, mm, cost_ns);
		a = cpu_asid(c);
	}
	c->lazy = false;
	if (s->machine.generations) {
		*cost_ns += flush_catch_up(s, c);
	} else if (a->gen < mm->gen) {
		asid_renew(c, a);
		a->gen = mm->gen;
	}
}

double kernel_enter(struct sim *s, struct sim_cpu *c)
{
	struct asid *a = cpu_asid(c);

	if (!s->machine.pti)
		return 0;
	/* Without identifiers the way out writes CR3, and that drops everything. */
	if (a && s->machine.pcid == SIM_PCID_NONE)
		asid_renew(c, a);
	return s->costs.pti_entry_ns;
}
