/* SPDX-License-Identifier: MIT */
/*
 * Flushing, as arch/x86/mm/tlb.c has it.
 *
 *   flush_tlb_func       a CPU that has reached the generation does nothing; one that
 *                        is exactly one behind the newest goes page by page; any other
 *                        drops everything
 *   switch_mm_irqs_off   a CPU that comes back to an address space catches up first
 *   leave_mm             an interrupted idle CPU lets go of the address space
 *   a CPU in the mask that has loaded another address space leaves the mask
 *
 * The counts by reason are those of the kernel's tlb_flush event, made where the kernel
 * makes it: none where hardware flushes, none for a request that came too late.
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

void flush_count(struct sim *s, enum flush_reason reason, bool full, uint32_t pages)
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
	asid_renew(c, a);
	return s->costs.full_flush_ns;
}

static double flush_pages(struct sim *s, struct sim_cpu *c, struct asid *a,
			  uint32_t vpn, uint32_t pages)
{
	a->n_walked = 0;
	if (s->page_is_all)
		asid_renew(c, a);
	for (uint32_t i = vpn; a->seen && i < vpn + pages; i++)
		if (a->seen & flush_page_bit(i))
			tlb_drop(&c->tlb, a->tag, i);
	return s->page_ns * pages;
}

/*
 * What one page costs under page table isolation (native_flush_tlb_one_user): with
 * INVPCID the user's half is flushed too; with PCID alone all of the user's half is
 * marked stale; without PCID there is one flush, as entry and exit drop everything.
 */
void flush_init(struct sim *s)
{
	s->page_ns = s->costs.invlpg_ns;
	if (s->machine.pti && s->machine.pcid == SIM_INVPCID)
		s->page_ns += s->costs.invpcid_ns;
	s->page_is_all = s->machine.pti && s->machine.pcid == SIM_PCID;
}

double flush_in_hardware(struct sim *s, struct sim_cpu *c, const struct sim_flush *f)
{
	struct asid *a = asid_global(c, f->mm);

	if (!a)
		return 0;
	if (f->gen > a->gen)
		a->gen = f->gen;
	return f->full ? flush_everything(s, c, a)
		       : flush_pages(s, c, a, f->vpn, f->pages);
}

/* An idle CPU is spared the rest: it will catch up when it comes back. */
static void flush_leave(struct sim *s, struct sim_cpu *c, const struct asid *a)
{
	if (!s->machine.generations)
		cpu_set_remove(&a->mm->cpus, c->id);
	c->loaded = -1;
	c->lazy = false;
}

double flush_apply(struct sim *s, struct sim_cpu *c, const struct sim_flush *f,
		   enum flush_reason reason)
{
	double cost_ns = s->costs.flush_func_ns;
	struct asid *a = cpu_asid(c);
	bool full = f->full;
	uint64_t gen = f->gen;

	if (f->control)
		return cost_ns;
	if (!a || a->mm != f->mm) {
		if (!s->machine.generations)
			return cost_ns;
		cpu_set_remove(&f->mm->cpus, c->id);
		flush_count(s, REASON_WRONG_CPU, false, 0);
		return cost_ns;
	}
	if (a->global != f->mm->global) {
		asid_reload(s, c);
		cost_ns += s->costs.full_flush_ns;
	}
	/* Kept up to date by hardware. */
	if (f->mm->global)
		return cost_ns;
	if (c->lazy && reason == REASON_REMOTE_SHOOTDOWN) {
		flush_leave(s, c, a);
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
