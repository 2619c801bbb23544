/* SPDX-License-Identifier: MIT */
/*
 * Transparent huge pages made and broken: MADV_COLLAPSE turns 512 touched pages into
 * one of 2 MiB, and giving back one page of it splits the mapping again.
 *
 * collapse  takes the page table away: all 512 pages at once, so the whole TLB
 *           (mm/khugepaged.c, pmdp_collapse_flush)
 * split     replaces the huge entry by a page table: its 512 pages at once
 *           (mm/huge_memory.c, __split_huge_pmd_locked), and then flushes the page
 *           that goes
 *
 * khugepaged does the first of these behind a program's back, and memory shortage the
 * second.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

enum { CYCLE_FLUSHES = 3, TRIES = 1000 };
enum { RETRIES };

static const size_t huge_bytes = (size_t)REGION_TABLE_PAGES * REGION_PAGE_BYTES;

struct thp_own {
	char *huge; /* first for the bench */
	uint64_t retries;
	char *map; /* of two huge pages, so that one is aligned */
};
_Static_assert(sizeof(struct thp_own) <= sizeof(((struct worker *)0)->local), "");

static int thp_available(char *why, size_t why_bytes)
{
	/* No bytes at all: only whether the kernel knows the advice (since 6.1, where
	 * it is built with transparent huge pages). */
	if (!madvise(NULL, 0, MADV_COLLAPSE))
		return 0;
	snprintf(why, why_bytes,
		 "this kernel has no MADV_COLLAPSE (Linux 6.1 and later, built with "
		 "transparent huge pages)");
	return -ENOTSUP;
}

/* Somebody else who holds one of the pages for a moment, a reader of /proc or the
 * kernel's own lists, makes it fail for the moment: madvise(2), EAGAIN and EBUSY. */
static int thp_collapse(struct worker *w, struct thp_own *own)
{
	for (int tries = TRIES; tries; tries--) {
		if (!madvise(own->huge, huge_bytes, MADV_COLLAPSE))
			return 0;
		if (errno != EAGAIN && errno != EBUSY)
			break;
		worker_publish(w, RETRIES, ++own->retries);
	}
	return -1;
}

static void thp_operate(struct worker *w)
{
	struct thp_own *own = w->own;

	if (thp_collapse(w, own))
		worker_fail(w, "madvise(COLLAPSE)");
	else if (madvise(own->huge, REGION_PAGE_BYTES, MADV_DONTNEED))
		worker_fail(w, "madvise(DONTNEED)");
	*(volatile char *)own->huge = 1;
}

static int thp_enter(struct worker *w)
{
	struct thp_own *own = memset(w->local, 0, sizeof(w->local));

	own->map = mmap(NULL, 2 * huge_bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (own->map == MAP_FAILED) {
		worker_fail(w, "mmap");
		return w->failed;
	}
	w->own = own;
	own->huge = own->map + (-(uintptr_t)own->map & (huge_bytes - 1));
	for (size_t at = 0; at < huge_bytes; at += REGION_PAGE_BYTES)
		*(volatile char *)(own->huge + at) = 1;
	/* The first one differs: it finds pages that were never huge. */
	thp_operate(w);
	return w->failed;
}

static void thp_leave(struct worker *w)
{
	const struct thp_own *own = w->own;

	munmap(own->map, 2 * huge_bytes);
}

static void thp_expect(const struct expect_case *c, struct expectation *out)
{
	expect_one_flush(c, REGION_TABLE_PAGES, ZAP_TOGETHER, out);
	out->kind = FLUSH_EITHER;
	out->pages = 0;
	out->flushes_per_op_low *= CYCLE_FLUSHES;
	out->flushes_per_op_high *= CYCLE_FLUSHES;
	out->shootdowns_per_op_low *= CYCLE_FLUSHES;
	out->shootdowns_per_op_high *= CYCLE_FLUSHES;
	snprintf(
		out->why, sizeof(out->why),
		"collapsing and splitting each flush the 512 pages of 2 MiB, the whole "
		"TLB by most ceilings; the page given back is flushed by itself");
}

static const struct extra_desc thp_extras[] = {
	[RETRIES] = {"collapse_retries", "retries",
		     "collapses tried again because a page was in use", false},
};

const struct workload_ops thp_ops = {
	.desc = {.name = "thp",
		 .title = "huge page collapse and split",
		 .summary = "Collapses 512 pages into one of 2 MiB and splits it again "
			    "by giving one page back.",
		 .extras = thp_extras,
		 .n_extras = sizeof(thp_extras) / sizeof(thp_extras[0])},
	.available = thp_available,
	.enter = thp_enter,
	.operate = thp_operate,
	.leave = thp_leave,
	.expect = thp_expect,
};
