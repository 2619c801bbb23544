/* SPDX-License-Identifier: MIT */
/*
 * MADV_LAZYFREE and MADV_REUSE, as proposed (Rik van Riel, "rcu_free for user
 * memory"). Neither flushes anything.
 *
 *   LAZYFREE   advances the address space's generation, remembers (range, generation)
 *              and marks the page table entries non-present
 *   REUSE      marks those still there present again and forgets the range. A CPU at
 *              or past the range's generation holds no translation of it; one before
 *              it may, to the same pages, for then nothing was reclaimed. Returns 0
 *              while the process has other ranges, ENOMEM when this was the last
 *   switch     a CPU that is behind flushes; from the ring of recent ranges it knows
 *              what, and can do it page by page
 *   reclaim    and migration clear the entries, interrupt only CPUs behind the range's
 *              generation, and then free or move the pages
 *
 * munmap is freed lazily by the same rules; its addresses are not used again before
 * everybody has let go of them.
 */
#include <errno.h>

#include "sim/steps.h"

int lazy_oldest(struct sim_task *t)
{
	for (int i = 0; i < t->n_deferred; i++)
		if (deferred_at(t, i)->lazy)
			return i;
	return -1;
}

/* Memory is short once more is kept than the experiment allows. */
static bool lazy_over(const struct sim *s, const struct sim_mm *mm)
{
	return s->keep_pages && mm->lazy_pages > s->keep_pages;
}

static enum verdict step_lazyfree(struct sim *s, struct sim_task *t,
				  const struct step *st, double *cost_ns)
{
	struct sim_mm *mm = t->mm;

	*cost_ns = s->costs.lazy_range_ns;
	if (t->n_deferred == DEFERRED_SLOTS)
		return STEP_DONE;
	t->flush = (struct sim_flush){
		.task = t, .mm = mm, .vpn = st->vpn, .pages = st->pages, .target = -1};
	flush_advance(&t->flush);
	if (!deferred_push(s, t, t->flush.gen, 0))
		return STEP_DONE;
	struct deferred *d = deferred_at(t, t->n_deferred - 1);

	d->lazy = true;
	d->reclaimed = false;
	mm->lazy_ranges++;
	for (uint32_t i = st->vpn; i < st->vpn + st->pages; i++) {
		if (mm->pte[i].state != PTE_PRESENT)
			continue;
		mm->pte[i].state = PTE_LAZY;
		mm->lazy_pages++;
		*cost_ns += s->costs.zap_page_ns;
	}
	return STEP_DONE;
}

void add_lazyfree(struct sim *s, struct sim_task *t, uint32_t vpn, uint32_t pages)
{
	add_syscall(t, s->costs.syscall_ns);
	struct step *st = step_add(t, step_lazyfree);

	st->vpn = vpn;
	st->pages = pages;
	add_reclaim(t);
	/* What is left to do when memory is short: only if it is. */
	t->steps[t->n_steps - 2].write = true;
}

static enum verdict step_reuse(struct sim *s, struct sim_task *t, const struct step *st,
			       double *cost_ns)
{
	struct sim_mm *mm = t->mm;
	int oldest = lazy_oldest(t);

	(void)st;
	*cost_ns = s->costs.lazy_range_ns;
	if (oldest < 0)
		return STEP_DONE;
	const struct deferred *d = deferred_at(t, oldest);

	for (uint32_t i = d->vpn; i < d->vpn + d->pages; i++) {
		if (mm->pte[i].state != PTE_LAZY)
			continue;
		mm->pte[i].state = PTE_PRESENT;
		mm->lazy_pages--;
		*cost_ns += s->costs.zap_page_ns;
	}
	deferred_forget(t, oldest);
	mm->lazy_ranges--;
	t->last_return = mm->lazy_ranges ? 0 : -ENOMEM;
	return STEP_DONE;
}

void add_reuse(struct sim *s, struct sim_task *t)
{
	add_syscall(t, s->costs.syscall_ns);
	add_call(t, step_reuse);
}

/* The oldest range that still has pages; NULL when there is none. */
static struct deferred *lazy_victim(struct sim_task *t)
{
	for (int i = 0; i < t->n_deferred; i++)
		if (deferred_at(t, i)->lazy && !deferred_at(t, i)->reclaimed)
			return deferred_at(t, i);
	return NULL;
}

static enum verdict lazy_tell_those_behind(struct sim *s, struct sim_task *t,
					   const struct deferred *d, double *cost_ns)
{
	t->flush = (struct sim_flush){
		.task = t,
		.mm = t->mm,
		.gen = d->gen,
		.only_behind = d->gen,
		.vpn = d->vpn,
		.pages = d->pages,
		.full = d->pages > s->ceiling,
		.target = -1,
	};
	return flush_send(s, &t->flush, true, cost_ns);
}

static enum verdict step_reclaim(struct sim *s, struct sim_task *t,
				 const struct step *st, double *cost_ns)
{
	struct deferred *d = lazy_victim(t);
	struct sim_mm *mm = t->mm;

	if (!d || (st->write && !lazy_over(s, mm)) || !gather_make_room(s, t, d->pages))
		return STEP_DONE;
	for (uint32_t i = d->vpn; i < d->vpn + d->pages; i++) {
		if (mm->pte[i].state != PTE_LAZY)
			continue;
		t->gather[t->n_gather++] = mm->pte[i].frame;
		mm->pte[i] = (struct pte){.frame = NO_FRAME,
					  .unmapped = mm->pte[i].unmapped};
		mm->lazy_pages--;
		*cost_ns += s->costs.zap_page_ns;
	}
	d->reclaimed = true;
	if (s->gate_open)
		s->counts.reclaimed++;
	return lazy_tell_those_behind(s, t, d, cost_ns);
}

static enum verdict step_reclaimed(struct sim *s, struct sim_task *t,
				   const struct step *st, double *cost_ns)
{
	(void)st;
	(void)cost_ns;
	task_free_gathered(s, t);
	return STEP_DONE;
}

void add_reclaim(struct sim_task *t)
{
	add_call(t, step_reclaim);
	add_call(t, step_reclaimed);
}

static enum verdict step_migrate(struct sim *s, struct sim_task *t,
				 const struct step *st, double *cost_ns)
{
	struct deferred *d = lazy_victim(t);

	(void)st;
	return d ? lazy_tell_those_behind(s, t, d, cost_ns) : STEP_DONE;
}

/* Nobody holds a translation any more: every page moves to a new frame. */
static enum verdict step_migrated(struct sim *s, struct sim_task *t,
				  const struct step *st, double *cost_ns)
{
	const struct deferred *d = lazy_victim(t);
	struct sim_mm *mm = t->mm;

	(void)st;
	for (uint32_t i = d ? d->vpn : 0; d && i < d->vpn + d->pages; i++) {
		uint32_t old = mm->pte[i].frame, new;

		if (mm->pte[i].state != PTE_LAZY)
			continue;
		new = frame_new(s, mm, i);
		if (new == NO_FRAME)
			break;
		s->frames[new].data = s->frames[old].data;
		mm->pte[i].frame = new;
		frame_free(s, t, old);
		*cost_ns += s->costs.fault_ns;
	}
	return STEP_DONE;
}

void add_migrate(struct sim_task *t)
{
	add_call(t, step_migrate);
	add_call(t, step_migrated);
}

static enum verdict lazyfree_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	struct sim_flush *f = &t->flush;

	deferred_free_to(s, t, t->mm->settled);
	if (!f->unmap || f->freed_tables || t->n_deferred == DEFERRED_SLOTS)
		return ipi_flush(s, t, cost_ns);
	flush_advance(f);
	*cost_ns += s->costs.lazy_range_ns;
	if (deferred_push(s, t, f->gen, 0))
		return STEP_DONE;
	return flush_send(s, f, true, cost_ns);
}

const struct strategy_ops strategy_lazyfree = {
	.name = "lazyfree",
	.title = "lazy freeing by generations",
	.summary = "Takes pages away without a flush; CPUs catch up when they switch, "
		   "and only those still behind are interrupted.",
	.flush = lazyfree_flush,
	.knows_lazyfree = true,
	.defers = true,
	.interrupts = true,
};
