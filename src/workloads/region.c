/* SPDX-License-Identifier: MIT */
/*
 * Layout is part of the experiment: munmap of pages whose page table goes with them
 * flushes from the table's 2 MiB boundary on (mm/memory.c, free_pgd_range), and mmap's
 * cost depends on what it can merge with.
 */
#include "workloads/region.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

static const size_t table_bytes = (size_t)REGION_TABLE_PAGES * REGION_PAGE_BYTES;

static size_t region_round_up(size_t bytes)
{
	return (bytes + table_bytes - 1) / table_bytes * table_bytes;
}

static int region_keep_page(char *page)
{
	*(volatile char *)page = 1;
	return mprotect(page, REGION_PAGE_BYTES, PROT_READ) ? -errno : 0;
}

int region_init(struct region *r, int64_t pages, char *failure, size_t failure_bytes)
{
	size_t page_bytes = REGION_PAGE_BYTES;
	size_t bytes = region_round_up(((size_t)pages + 2) * page_bytes);
	int err;

	/* Room to align, and one unused block behind, where nothing else comes to be.
	 */
	*r = (struct region){.reserved_bytes = bytes + 2 * table_bytes};
	char *base = mmap(NULL, r->reserved_bytes, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		goto fail;
	r->base = base;
	char *block = base + (-(uintptr_t)base & (table_bytes - 1));
	size_t used_bytes = ((size_t)pages + 2) * page_bytes;

	if (mprotect(block, used_bytes, PROT_READ | PROT_WRITE) ||
	    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		goto fail;
	err = region_keep_page(block);
	if (!err)
		err = region_keep_page(block + used_bytes - page_bytes);
	if (err) {
		errno = -err;
		goto fail;
	}
	r->pages = block + page_bytes;
	r->n_pages = pages;
	r->page_bytes = page_bytes;
	return 0;
fail:
	err = -errno;
	snprintf(failure, failure_bytes, "cannot map %lld pages: %s", (long long)pages,
		 strerror(-err));
	region_fini(r);
	return err;
}

void region_fini(struct region *r)
{
	if (r->base)
		munmap(r->base, r->reserved_bytes);
	*r = (struct region){0};
}
