/* SPDX-License-Identifier: MIT */
/*
 * The page walker. It keeps pointers to the tables it walked last, as the paging
 * structure caches do, and a flush of the address space makes it forget them. It walks
 * when it likes, on an idle CPU too while an address space is loaded. So no CPU that
 * has one loaded may know a table of it that was given away: that is why Linux
 * interrupts even idle CPUs when it frees page tables.
 */
#include "sim/machine.h"

static void walker_fail(struct sim *s, const struct sim_cpu *c, const struct sim_mm *mm,
			uint32_t table, const char *how)
{
	sim_fail(s,
		 "freed page table walked: at %.0f ns the walker of CPU %d, which %s, "
		 "knows the table of pages %u to %u of address space %d, which was "
		 "given away",
		 ns_of(s->now), c->id, how, table * TABLE_PAGES,
		 (table + 1) * TABLE_PAGES - 1, mm->id);
}

/* What the walker knows of a table: its generation, 0 when nothing. */
static uint32_t walker_knows(const struct asid *a, uint32_t table)
{
	for (uint32_t i = 0; i < WALKED && i < a->n_walked; i++)
		if (a->walked[i].table == table)
			return a->walked[i].gen;
	return 0;
}

void walker_walk(struct sim *s, struct sim_cpu *c, struct asid *a, uint32_t vpn)
{
	uint32_t table = vpn / TABLE_PAGES;
	const struct page_table *now = &a->mm->tables[table];
	uint32_t known = walker_knows(a, table);

	if (!known) {
		uint32_t at = a->n_walked++ % WALKED;

		a->walked[at].table = table;
		a->walked[at].gen = now->gen;
	} else if (known <= now->freed) {
		walker_fail(s, c, a->mm, table, "runs");
	}
}

void walker_unlink(struct sim_mm *mm, uint32_t vpn, uint32_t pages)
{
	for (uint32_t i = vpn / TABLE_PAGES; i <= (vpn + pages - 1) / TABLE_PAGES; i++)
		mm->tables[i].gen++;
}

static void walker_free_one(struct sim *s, struct sim_mm *mm, uint32_t table)
{
	mm->tables[table].freed = mm->tables[table].gen - 1;
	for (int cpu = cpu_set_next(&mm->cpus, -1); cpu >= 0;
	     cpu = cpu_set_next(&mm->cpus, cpu)) {
		struct sim_cpu *c = &s->cpus[cpu];
		const struct asid *a = cpu_asid(c);
		uint32_t known = a && a->mm == mm ? walker_knows(a, table) : 0;

		if (known && known <= mm->tables[table].freed)
			walker_fail(s, c, mm, table, c->lazy ? "is idle" : "runs");
	}
}

void walker_free(struct sim *s, struct sim_task *by, uint32_t vpn, uint32_t pages)
{
	for (uint32_t i = vpn / TABLE_PAGES; i <= (vpn + pages - 1) / TABLE_PAGES; i++)
		walker_free_one(s, by->mm, i);
}
