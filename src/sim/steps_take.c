/* SPDX-License-Identifier: MIT */
/*
 * Taking pages away: zap the page table, flush by the strategy, release the frames.
 *
 * As mm/mmu_gather.c: where nothing was zapped nothing is flushed, unless two threads
 * are between zap and release at the same moment, and then the whole TLB is. Before
 * per-CPU generations (Linux 4.14) a flush is made whenever another CPU runs the
 * address space, of just the range asked for.
 */
#include <stdlib.h>

#include "sim/steps.h"

/* Of a system call that takes pages away, how much lies between the first zap and the
 * flush, where another thread's zap is noticed (mm_tlb_flush_nested): assumed. */
static const double zap_share = 0.4;

bool gather_make_room(struct sim *s, struct sim_task *t, uint32_t pages)
{
	uint32_t room = t->n_gather + pages;

	if (room <= t->gather_room)
		return true;
	uint32_t *gather = realloc(t->gather, room * sizeof(*gather));

	if (!gather) {
		s->out_of_memory = true;
		return false;
	}
	t->gather = gather;
	t->gather_room = room;
	return true;
}

static void zap_page(struct sim_task *t, struct pte *pte, const struct step *st,
		     uint32_t *zapped)
{
	enum take_kind kind = (enum take_kind)(uintptr_t)st->what;

	if (kind == TAKE_UNMAP || kind == TAKE_PROTECT)
		pte->unmapped = true;
	if (pte->state == PTE_NONE)
		return;
	t->zapped = t->zapped || pte->state == PTE_PRESENT;
	++*zapped;
	if (kind == TAKE_CLEAN || kind == TAKE_PROTECT || kind == TAKE_RIGHTS)
		return;
	if (pte->state == PTE_LAZY) {
		t->zapped = true;
		t->mm->lazy_pages--;
	}
	t->gather[t->n_gather++] = pte->frame;
	*pte = (struct pte){.frame = NO_FRAME, .unmapped = pte->unmapped};
}

static enum verdict step_zap(struct sim *s, struct sim_task *t, const struct step *st,
			     double *cost_ns)
{
	enum take_kind kind = (enum take_kind)(uintptr_t)st->what;
	uint32_t zapped = 0;

	if (!gather_make_room(s, t, st->pages))
		return STEP_DONE;
	t->mm->zappers++;
	if (st->tables)
		walker_unlink(t->mm, st->vpn, st->pages);
	t->zapped = false;
	for (uint32_t i = st->vpn; i < st->vpn + st->pages; i++)
		zap_page(t, &t->mm->pte[i], st, &zapped);
	t->flush = (struct sim_flush){
		.task = t,
		.mm = t->mm,
		.vpn = st->vpn,
		.pages = st->pages,
		.full = st->pages > s->ceiling,
		.freed_tables = st->tables,
		.unmap = kind == TAKE_UNMAP,
		.target = -1,
	};
	*cost_ns = s->costs.syscall_ns * zap_share;
	if (kind == TAKE_PROTECT || kind == TAKE_RIGHTS)
		*cost_ns += s->costs.protect_page_ns * zapped;
	else if (zapped)
		*cost_ns += s->costs.gather_ns +
			    zapped * (kind == TAKE_UNMAP ? s->costs.unmap_page_ns
							 : s->costs.zap_page_ns);
	return STEP_DONE;
}

static enum verdict step_flush(struct sim *s, struct sim_task *t, const struct step *st,
			       double *cost_ns)
{
	bool company = s->machine.generations
			       ? t->mm->zappers > 1
			       : cpu_set_next(&t->mm->cpus,
					      cpu_set_next(&t->mm->cpus, -1)) >= 0;

	(void)st;
	if (!t->zapped && !company && !t->flush.freed_tables)
		return STEP_DONE;
	if (company && s->machine.generations)
		t->flush.full = true;
	return s->strategy->flush(s, t, cost_ns);
}

/* What is put off of pages that may be touched again at once. */
static void mark_orphans(struct sim *s, struct sim_task *t)
{
	const struct deferred *d =
		t->n_deferred ? deferred_at(t, t->n_deferred - 1) : NULL;

	if (!d || d->lazy || d->gen != t->flush.gen || d->vpn != t->flush.vpn)
		return;
	for (uint32_t i = 0; i < d->n; i++)
		s->frames[d->frames[i]].orphan = true;
}

static enum verdict step_release(struct sim *s, struct sim_task *t,
				 const struct step *st, double *cost_ns)
{
	enum verdict v = STEP_DONE;

	(void)st;
	if (s->strategy->release)
		v = s->strategy->release(s, t, cost_ns);
	else
		task_free_gathered(s, t);
	if (v != STEP_DONE)
		return v;
	if (t->flush.freed_tables)
		walker_free(s, t, t->flush.vpn, t->flush.pages);
	if (s->strategy->defers && !t->flush.unmap)
		mark_orphans(s, t);
	t->mm->zappers--;
	return v;
}

void add_take(struct sim *s, struct sim_task *t, uint32_t vpn, uint32_t pages,
	      enum take_kind kind, bool tables)
{
	bool rights = kind == TAKE_PROTECT || kind == TAKE_RIGHTS;
	bool layout = kind == TAKE_UNMAP || rights;
	double call_ns = kind == TAKE_UNMAP ? s->costs.unmap_ns
			 : rights	    ? s->costs.protect_ns
					    : 0;

	add_syscall(t, s->costs.syscall_ns * (1 - zap_share) + call_ns);
	if (layout)
		add_lock(t, &t->mm->lock);
	if (s->strategy->open)
		s->strategy->open(s, t);
	struct step *st = step_add(t, step_zap);

	st->vpn = vpn;
	st->pages = pages;
	st->what = (void *)(uintptr_t)kind;
	st->tables = tables;
	add_call(t, step_flush);
	if (s->strategy->close)
		s->strategy->close(s, t);
	add_call(t, step_release);
	if (layout)
		add_unlock(t, &t->mm->lock);
}

/* Whether translations of this range may still be out. */
static bool range_is_out(struct sim_task *t, uint32_t vpn, uint32_t pages)
{
	for (int i = 0; i < t->n_deferred; i++) {
		const struct deferred *d = deferred_at(t, i);

		if (vpn < d->vpn + d->pages && d->vpn < vpn + pages)
			return true;
	}
	return false;
}

/* "The TLB needs to be flushed if the virtual memory range is reused for something
 * else": everybody who is behind is told now, and everything put off is settled. */
static enum verdict step_make_room(struct sim *s, struct sim_task *t,
				   const struct step *st, double *cost_ns)
{
	deferred_free_to(s, t, t->mm->settled);
	if (!range_is_out(t, st->vpn, st->pages))
		return STEP_DONE;
	t->flush = (struct sim_flush){
		.task = t,
		.mm = t->mm,
		.gen = t->mm->gen,
		.only_behind = t->mm->gen,
		.full = true,
		.target = -1,
	};
	return flush_send(s, &t->flush, true, cost_ns);
}

static enum verdict step_made_room(struct sim *s, struct sim_task *t,
				   const struct step *st, double *cost_ns)
{
	(void)cost_ns;
	if (s->strategy->defers && range_is_out(t, st->vpn, st->pages)) {
		if (s->gate_open)
			s->counts.reclaimed++;
		deferred_free_to(s, t, t->flush.gen);
	}
	for (uint32_t i = st->vpn; i < st->vpn + st->pages; i++)
		t->mm->pte[i].unmapped = false;
	return STEP_DONE;
}

void add_map(struct sim *s, struct sim_task *t, uint32_t vpn, uint32_t pages)
{
	add_syscall(t, s->costs.syscall_ns + s->costs.map_ns);
	add_lock(t, &t->mm->lock);
	if (s->strategy->defers) {
		struct step *st = step_add(t, step_make_room);

		st->vpn = vpn;
		st->pages = pages;
	}
	struct step *st = step_add(t, step_made_room);

	st->vpn = vpn;
	st->pages = pages;
	add_unlock(t, &t->mm->lock);
}

static enum verdict step_give(struct sim *s, struct sim_task *t, const struct step *st,
			      double *cost_ns)
{
	uint32_t given = 0;

	for (uint32_t i = st->vpn; i < st->vpn + st->pages; i++) {
		t->mm->pte[i].unmapped = false;
		given += t->mm->pte[i].state == PTE_PRESENT;
	}
	*cost_ns = s->costs.protect_page_ns * given;
	return STEP_DONE;
}

void add_give(struct sim *s, struct sim_task *t, uint32_t vpn, uint32_t pages)
{
	add_syscall(t, s->costs.syscall_ns + s->costs.protect_ns);
	add_lock(t, &t->mm->lock);
	struct step *st = step_add(t, step_give);

	st->vpn = vpn;
	st->pages = pages;
	add_unlock(t, &t->mm->lock);
}

static enum verdict step_barrier(struct sim *s, struct sim_task *t,
				 const struct step *st, double *cost_ns)
{
	(void)st;
	t->flush = (struct sim_flush){
		.task = t, .mm = t->mm, .control = true, .target = -1};
	return flush_send(s, &t->flush, false, cost_ns);
}

void add_barrier(struct sim *s, struct sim_task *t)
{
	add_syscall(t, s->costs.syscall_ns);
	add_call(t, step_barrier);
}
