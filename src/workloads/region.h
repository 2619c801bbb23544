/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_REGION_H
#define TLBLAB_SRC_WORKLOADS_REGION_H

#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/error.h"

enum {
	REGION_PAGE_BYTES = 4096,
	REGION_TABLE_PAGES = 512, /* under one page table: 2 MiB */
	REGION_HUGE_BYTES = REGION_TABLE_PAGES * REGION_PAGE_BYTES,
};

/* What the pages are. */
enum region_kind { REGION_4K, REGION_THP, REGION_HUGETLB };

/* What it is, as recorded with a result (workload_desc.layout). */
#define REGION_LAYOUT                                                                  \
	"in whole 2 MiB blocks of its own, between touched read-only pages"

/*
 * `pages` pages of private memory that an experiment may zap at will while the page
 * tables over them stay: they lie inside whole 2 MiB blocks of their own, after a
 * touched, read-only page in the first block and before one in the last. So nothing
 * merges with them, no neighbour's page is in their tables, and unmapping them frees
 * no table as long as they do not cover a whole block. Huge pages are switched off
 * for the process, so that pages mapped here later have none either.
 */
struct region {
	char *base; /* of the reservation; NULL before */
	size_t reserved_bytes;
	char *pages; /* the first of the pages, mapped read-write, untouched */
	int64_t n_pages;
	enum region_kind kind;
	size_t page_bytes;
	int map_flags; /* of its own, to map the pages anew in their place */
};

/* 0, or -errno with a sentence in failure. */
int region_init(struct region *r, int64_t pages, char *failure, size_t failure_bytes);
/* The same of huge pages: aligned, nothing else in their 2 MiB blocks. Transparent ones
 * are had or it is an error: none is quietly replaced by small pages. */
int region_init_huge(struct region *r, int64_t pages, enum region_kind kind,
		     char *failure, size_t failure_bytes);
/* Whether this machine has so many of them for such a region, 0 or the error. */
int region_check(enum region_kind kind, int64_t pages, struct error *error);
void region_fini(struct region *r);

/* Writes to every small page. By a pointer that steps: an index added to the base cost
 * 10 % of a page fault each in a nested guest. */
static inline void region_write(char *from, size_t bytes)
{
	for (char *page = from, *end = from + bytes; page < end;
	     page += REGION_PAGE_BYTES)
		*(volatile char *)page = 1;
}

#endif
