/* SPDX-License-Identifier: MIT */
/*
 * Memory: page tables, frames, and the one place where a translation is used.
 *
 * The rule the simulator exists to check: no CPU uses a translation to a frame that
 * was freed. A frame's generation goes up when it is freed, whether or not somebody
 * else has it already, so a stale use is seen even when luck would have hidden it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/flush.h"
#include "sim/machine.h"

void sim_fail(struct sim *s, const char *format, ...)
{
	va_list ap;

	if (s->failure[0])
		return;
	va_start(ap, format);
	vsnprintf(s->failure, sizeof(s->failure), format, ap);
	va_end(ap);
}

bool mm_grow(struct sim_mm *mm, uint32_t pages, uint32_t *vpn)
{
	/* Page tables are nobody's neighbour, as with the live workloads. */
	uint32_t start = (mm->pages + TABLE_PAGES - 1) / TABLE_PAGES * TABLE_PAGES;
	uint32_t end = start + pages;

	if (end > mm->room) {
		uint32_t room = end > mm->room * 2 ? end : mm->room * 2;
		struct pte *pte = realloc(mm->pte, room * sizeof(*pte));

		if (!pte)
			return false;
		mm->pte = pte;
		uint64_t *shadow = realloc(mm->shadow, room * sizeof(*shadow));

		if (!shadow)
			return false;
		mm->shadow = shadow;
		struct page_table *tables =
			realloc(mm->tables, (room / TABLE_PAGES + 1) * sizeof(*tables));

		if (!tables)
			return false;
		mm->tables = tables;
		mm->room = room;
	}
	for (uint32_t i = mm->pages; i < end; i++) {
		mm->pte[i] = (struct pte){.frame = NO_FRAME, .unmapped = i < start};
		mm->shadow[i] = 0;
	}
	for (uint32_t i = start / TABLE_PAGES; i <= end / TABLE_PAGES; i++)
		mm->tables[i] = (struct page_table){.gen = 1};
	mm->pages = end;
	*vpn = start;
	return true;
}

uint32_t frame_new(struct sim *s, struct sim_mm *mm, uint32_t vpn)
{
	uint32_t i = s->free_frame;

	if (i != NO_FRAME) {
		s->free_frame = s->frames[i].link;
	} else {
		if (s->n_frames == s->frames_room) {
			uint32_t room = s->frames_room ? s->frames_room * 2 : 1024;
			struct frame *frames =
				realloc(s->frames, room * sizeof(*frames));

			if (!frames) {
				s->out_of_memory = true;
				return NO_FRAME;
			}
			s->frames = frames;
			s->frames_room = room;
		}
		i = s->n_frames++;
		s->frames[i] = (struct frame){.freer = -1};
	}
	s->frames[i].owner = mm->id;
	s->frames[i].vpn = vpn;
	s->frames[i].orphan = false;
	s->frames[i].data = 0;
	return i;
}

void frame_free(struct sim *s, struct sim_task *by, uint32_t frame)
{
	struct frame *f = &s->frames[frame];

	if (f->owner < 0) {
		sim_fail(s, "at %.0f ns task %d freed frame %u, which was free already",
			 ns_of(s->now), by->index, frame);
		return;
	}
	f->gen++;
	f->owner = -1;
	f->freer = by->index;
	f->freed_ps = s->now;
	f->link = s->free_frame;
	s->free_frame = frame;
}

static void access_stale(struct sim *s, struct sim_cpu *c, struct sim_task *t,
			 uint32_t vpn, const struct tlb_entry *e)
{
	const struct frame *f = &s->frames[e->frame];
	char owner[48] = "nobody yet";

	if (f->owner >= 0)
		snprintf(owner, sizeof(owner), "address space %d, page %u", f->owner,
			 f->vpn);
	sim_fail(s,
		 "stale translation used: at %.0f ns CPU %d (task %d) reached frame %u "
		 "through page %u, but task %d had freed that frame at %.0f ns and it "
		 "now belongs to %s",
		 ns_of(s->now), c->id, t->index, e->frame, vpn, f->freer,
		 ns_of(f->freed_ps), owner);
}

/* What is read is what was written, or nothing. */
static void access_data(struct sim *s, struct sim_cpu *c, struct sim_task *t,
			uint32_t vpn, uint32_t frame)
{
	struct frame *f = &s->frames[frame];
	struct sim_mm *mm = t->mm;

	if (mm->pte[vpn].frame != frame || f->data == mm->shadow[vpn])
		return;
	if (f->data)
		sim_fail(s,
			 "data lost: at %.0f ns CPU %d (task %d) read %llu in page %u, "
			 "which holds %llu or nothing",
			 ns_of(s->now), c->id, t->index, (unsigned long long)f->data,
			 vpn, (unsigned long long)mm->shadow[vpn]);
	mm->shadow[vpn] = f->data;
}

static void access_use(struct sim *s, struct sim_cpu *c, struct sim_task *t,
		       uint32_t vpn, const struct tlb_entry *e, bool write)
{
	struct frame *f = &s->frames[e->frame];

	s->counts.checked++;
	if (f->gen != e->gen) {
		access_stale(s, c, t, vpn, e);
		return;
	}
	access_data(s, c, t, vpn, e->frame);
	if (!write)
		return;
	if (f->orphan)
		sim_fail(s,
			 "write lost: at %.0f ns CPU %d (task %d) wrote to page %u "
			 "through a translation to frame %u, which had been taken from "
			 "it before",
			 ns_of(s->now), c->id, t->index, vpn, e->frame);
	f->data = ++t->writes << 12 | (uint64_t)(t->index + 1);
	/* Through a translation just being taken back it is lost, as the program knows
	 * who takes the page away while it writes. */
	if (t->mm->pte[vpn].frame == e->frame)
		t->mm->shadow[vpn] = f->data;
}

double mm_access(struct sim *s, struct sim_cpu *c, struct sim_task *t, uint32_t vpn,
		 bool write)
{
	struct asid *a = cpu_asid(c);
	struct tlb_entry e;
	double cost_ns = s->costs.l1_hit_ns;
	int level = tlb_find(&c->tlb, a->tag, vpn, &e);

	if (level) {
		access_use(s, c, t, vpn, &e, write);
		return level == 1 ? cost_ns : s->costs.l2_hit_ns;
	}
	struct pte *pte = &t->mm->pte[vpn];

	cost_ns = s->costs.walk_ns;
	walker_walk(s, c, a, vpn);
	if (!t->victim) {
		s->counts.walks_store += write;
		s->counts.walks_load += !write;
	}
	if (pte->state == PTE_LAZY || pte->unmapped)
		/* refused: not the caller's now */
		return cost_ns + s->costs.fault_ns + kernel_enter(s, c);
	if (pte->state == PTE_NONE) {
		pte->frame = frame_new(s, t->mm, vpn);
		if (pte->frame == NO_FRAME)
			return cost_ns;
		pte->state = PTE_PRESENT;
		s->counts.faults++;
		cost_ns += kernel_enter(s, c);
		cost_ns += write ? s->costs.fault_ns : s->costs.fault_read_ns;
	}
	e = (struct tlb_entry){0, pte->frame, s->frames[pte->frame].gen};
	tlb_fill(&c->tlb, a->tag, vpn, e.frame, e.gen);
	a->seen |= flush_page_bit(vpn);
	access_use(s, c, t, vpn, &e, write);
	return cost_ns;
}
