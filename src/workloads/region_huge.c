/* SPDX-License-Identifier: MIT */
/*
 * Regions of 2 MiB pages. A flush of them counts each page once (the stride is the
 * page's, arch/x86/mm/tlb.c), so the ceiling means other sizes here.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"
#include "workloads/region.h"

#define THP_FILE     "/sys/kernel/mm/transparent_hugepage/enabled"
#define HUGETLB_FILE "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages"

static int check_thp(struct error *error)
{
	char text[64] = "";

	if (file_read_text(NULL, THP_FILE, text, sizeof(text)))
		return error_set(error, ERROR_MACHINE, ENOTSUP, "page_size thp",
				 "this kernel has no transparent huge pages",
				 "use page_size 4k");
	if (!strstr(text, "[never]"))
		return 0;
	return error_set(error, ERROR_MACHINE, ENOTSUP, "page_size thp",
			 "transparent huge pages are switched off",
			 "as root: echo madvise >" THP_FILE);
}

static int check_hugetlb(int64_t pages, struct error *error)
{
	char text[64] = "";
	int64_t free_pages = 0;

	if (file_read_text(NULL, HUGETLB_FILE, text, sizeof(text)) ||
	    text_to_int(text, false, &free_pages))
		return error_set(error, ERROR_MACHINE, ENOTSUP, "page_size huge",
				 "this kernel has no huge pages of 2 MiB",
				 "use page_size thp or 4k");
	if (free_pages >= pages)
		return 0;
	char todo[96];

	snprintf(todo, sizeof(todo), "as root: sysctl vm.nr_hugepages=%lld",
		 (long long)pages);
	return error_setf(error, ERROR_MACHINE, ENOMEM, "page_size huge", todo,
			  "%lld huge pages are free and %lld wanted",
			  (long long)free_pages, (long long)pages);
}

int region_check(enum region_kind kind, int64_t pages, struct error *error)
{
	int64_t page_bytes = kind == REGION_4K ? REGION_PAGE_BYTES : REGION_HUGE_BYTES;
	int64_t memory_bytes = (int64_t)sysconf(_SC_PHYS_PAGES) * REGION_PAGE_BYTES;

	if (pages > memory_bytes / page_bytes)
		return error_setf(error, ERROR_INPUT, ENOMEM, "pages",
				  "ask for fewer pages or threads",
				  "all workers' are %lld of %lld KiB each, more than "
				  "this machine's memory",
				  (long long)pages, (long long)page_bytes / 1024);
	if (kind == REGION_THP)
		return check_thp(error);
	return kind == REGION_HUGETLB ? check_hugetlb(pages, error) : 0;
}

/* Kilobytes of transparent huge pages in the mapping that begins there; -1 unknown. */
static int64_t huge_kb_at(const void *begin)
{
	char *text, head[32];
	size_t bytes;
	int64_t kb = -1;

	if (file_read_all(NULL, "/proc/self/smaps", &text, &bytes))
		return -1;
	snprintf(head, sizeof(head), "%lx-", (unsigned long)begin);
	const char *at = strstr(text, head);
	const char *row = at ? strstr(at, "AnonHugePages:") : NULL;

	if (row)
		kb = strtoll(row + strlen("AnonHugePages:"), NULL, 10);
	free(text);
	return kb;
}

static int take_pages(struct region *r, enum region_kind kind, char *failure,
		      size_t failure_bytes)
{
	size_t bytes = (size_t)r->n_pages * REGION_HUGE_BYTES;

	r->map_flags = kind == REGION_HUGETLB ? MAP_HUGETLB : 0;
	if (mmap(r->pages, bytes, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | r->map_flags, -1,
		 0) == MAP_FAILED ||
	    (kind == REGION_THP && madvise(r->pages, bytes, MADV_HUGEPAGE)))
		return -errno;
	for (size_t at = 0; at < bytes; at += REGION_HUGE_BYTES)
		*(volatile char *)(r->pages + at) = 1;
	if (kind == REGION_HUGETLB)
		return 0;
	int64_t kb = huge_kb_at(r->pages);

	if (kb < 0 || (size_t)kb * 1024 >= bytes)
		return 0;
	snprintf(failure, failure_bytes,
		 "only %lld of %lld pages came as huge ones: memory is too fragmented",
		 (long long)kb * 1024 / REGION_HUGE_BYTES, (long long)r->n_pages);
	return -ENOMEM;
}

int region_init_huge(struct region *r, int64_t pages, enum region_kind kind,
		     char *failure, size_t failure_bytes)
{
	size_t huge_bytes = REGION_HUGE_BYTES;
	int err;

	*r = (struct region){.reserved_bytes = ((size_t)pages + 3) * huge_bytes,
			     .n_pages = pages,
			     .kind = kind,
			     .page_bytes = huge_bytes};
	char *base = mmap(NULL, r->reserved_bytes, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	failure[0] = '\0';
	if (base == MAP_FAILED) {
		err = -errno;
	} else {
		r->base = base;
		/* A reserved block before and behind. */
		r->pages = base + (-(uintptr_t)base & (huge_bytes - 1)) + huge_bytes;
		err = take_pages(r, kind, failure, failure_bytes);
	}
	if (!err)
		return 0;
	if (!failure[0])
		snprintf(failure, failure_bytes, "cannot map %lld huge pages: %s",
			 (long long)pages, strerror(-err));
	region_fini(r);
	return err;
}
