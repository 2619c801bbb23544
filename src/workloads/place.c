/* SPDX-License-Identifier: MIT */
/*
 * The guards lie 2 MiB away: nearer, the one behind would keep the last page table from
 * being freed (mm/memory.c, free_pgd_range), and a mapping that touches both neighbours
 * is quicker than any that a program gets by chance.
 */
#include "workloads/place.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#include "workloads/region.h"

/* The thread sanitizer keeps its own data at most addresses, and lends these. */
#if defined(__SANITIZE_THREAD__)
#define FIRST ((uintptr_t)0x550100000000)
#define END   ((uintptr_t)0x555000000000)
#else
#define FIRST ((uintptr_t)1 << 45)
#define END   ((uintptr_t)1 << 46)
#endif
#define BLOCK_BYTES ((size_t)1 << 30)

static const size_t table_bytes = (size_t)REGION_TABLE_PAGES * REGION_PAGE_BYTES;

static size_t round_up(size_t bytes, size_t to_bytes)
{
	return (bytes + to_bytes - 1) / to_bytes * to_bytes;
}

static bool guard(char *page)
{
	void *got = mmap(page, REGION_PAGE_BYTES, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (got == page)
		return true;
	if (got != MAP_FAILED) /* a kernel before 4.17 takes it for a wish */
		munmap(got, REGION_PAGE_BYTES);
	return false;
}

void place_take(struct place *p, int index, size_t bytes)
{
	size_t span_bytes = round_up(bytes, table_bytes);
	size_t step_bytes = round_up(span_bytes, BLOCK_BYTES) + BLOCK_BYTES;

	*p = (struct place){.span_bytes = span_bytes};
	if ((size_t)index + 1 > (END - FIRST) / step_bytes)
		return;
	char *at = (char *)(FIRST + (uintptr_t)index * step_bytes);

	if (!guard(at - table_bytes))
		return;
	if (guard(at + span_bytes + table_bytes))
		p->at = at;
	else
		munmap(at - table_bytes, REGION_PAGE_BYTES);
}

void place_leave(struct place *p)
{
	if (!p->at)
		return;
	munmap(p->at - table_bytes, REGION_PAGE_BYTES);
	munmap(p->at + p->span_bytes + table_bytes, REGION_PAGE_BYTES);
	p->at = NULL;
}
