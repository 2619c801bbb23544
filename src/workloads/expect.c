/* SPDX-License-Identifier: MIT */
/*
 * What the kernel does for one flush, as arch/x86/mm/tlb.c and mm/mmu_gather.c have it:
 *
 *   flush_tlb_mm_range  the whole TLB iff the span, holes included, exceeds the ceiling
 *   tlb_finish_mmu      the whole TLB if another thread zaps in this mm just then
 *   flush_tlb_func      a receiver that is behind by more than one flush does it all,
 *                       so no two initiators can be sure of ranged flushes, whether
 *                       or not mmap_lock lets them zap at the same moment
 *   on_each_cpu_cond    one interrupt to every other CPU that runs this mm
 *
 * One call makes several flushes when its pages fill a gather, or when they are dirty
 * pages of a file, whose rmaps wait for a flush under each page table's lock
 * (mm/memory.c, zap_present_folio_ptes).
 *
 * The TLB row counts receivers, so a flush to n CPUs adds n. Ranges leave room below
 * for receivers that have just gone idle (lazy: skipped) and for hypervisors that leave
 * out a virtual CPU which is not running; what else the machine shoots down meanwhile
 * is the checks' business.
 */
#include "workloads/expect.h"

#include <stdio.h>

enum {
	CEILING_DEFAULT_PAGES = 33,
	/* Pages that one mmu_gather holds before it must flush (mm/mmu_gather.c,
	 * __tlb_remove_folio_pages_size): 19 batches of 510, one of each kept free,
	 * and 7 in the gather itself. */
	GATHER_PAGES = 19 * 509 + 7,
	TABLE_PAGES = 512,
};

/* The share of the receivers that really hears a flush, at least. */
static const double heard_alone_low = 0.9;
static const double heard_together_low = 0.5; /* the others run, but not always */
static const double heard_in_turn_low = 0;    /* the others sleep on mmap_lock */

int64_t expect_ceiling_pages(const struct expect_case *c)
{
	return c->ceiling_pages >= 0 ? c->ceiling_pages : CEILING_DEFAULT_PAGES;
}

enum flush_kind expect_kind(const struct expect_case *c, int64_t span_pages)
{
	return span_pages > expect_ceiling_pages(c) ? FLUSH_FULL : FLUSH_RANGED;
}

bool expect_workers_meet(const struct expect_case *c)
{
	return c->experiment->mode == RUN_THREADS && c->workers > 1 &&
	       c->worker_cpus != 1;
}

void expect_nothing(struct expectation *out, const char *why)
{
	*out = (struct expectation){.kind = FLUSH_NONE};
	snprintf(out->why, sizeof(out->why), "%s", why);
}

void expect_shootdowns(const struct expect_case *c, double heard_low,
		       double flushes_low, double flushes_high, struct expectation *out)
{
	bool threads = c->experiment->mode == RUN_THREADS;
	double low = 0, high = 0;

	if (threads && c->worker_cpus > 0) {
		/* Pinned: every other CPU under the address space runs one of us. */
		high = c->mm_cpus > 1 ? c->mm_cpus - 1 : 0;
		low = high * heard_low;
	} else if (threads) {
		/* Not pinned: two of us may share a CPU, or have left one behind. */
		high = c->workers + c->victims - 1;
	}
	out->shootdowns_per_op_low = low * flushes_low;
	out->shootdowns_per_op_high = high * flushes_high;
}

void expect_one_flush(const struct expect_case *c, int64_t span_pages,
		      enum expect_zap zap, struct expectation *out)
{
	bool alone = !expect_workers_meet(c);
	bool together = !alone && zap == ZAP_TOGETHER;
	enum flush_kind kind = expect_kind(c, span_pages);
	long long ceiling = expect_ceiling_pages(c);

	*out = (struct expectation){
		.kind = !alone && kind == FLUSH_RANGED ? FLUSH_EITHER : kind,
		/* Another's flush, just received, often leaves nothing to do here. */
		.flushes_per_op_low = together ? 0 : 1,
		.flushes_per_op_high = 1,
		.pages = kind == FLUSH_FULL ? -1 : span_pages,
	};
	expect_shootdowns(c,
			  alone	     ? heard_alone_low
			  : together ? heard_together_low
				     : heard_in_turn_low,
			  1, 1, out);
	if (kind == FLUSH_FULL)
		snprintf(out->why, sizeof(out->why),
			 "a span of %lld pages exceeds the ceiling of %lld: the whole "
			 "TLB, on every CPU that runs this address space",
			 (long long)span_pages, ceiling);
	else if (together)
		snprintf(out->why, sizeof(out->why),
			 "%lld pages are within the ceiling of %lld, but workers that "
			 "zap at the same moment flush the whole TLB",
			 (long long)span_pages, ceiling);
	else if (!alone)
		snprintf(out->why, sizeof(out->why),
			 "%lld pages are within the ceiling of %lld, but a CPU that "
			 "missed a flush of another worker flushes its whole TLB",
			 (long long)span_pages, ceiling);
	else
		snprintf(out->why, sizeof(out->why),
			 "a span of %lld pages is within the ceiling of %lld: page by "
			 "page, on every CPU that runs this address space",
			 (long long)span_pages, ceiling);
}

static void expect_times(struct expectation *out, double low, double high)
{
	out->flushes_per_op_low *= low;
	out->flushes_per_op_high *= high;
	out->shootdowns_per_op_low *= low;
	out->shootdowns_per_op_high *= high;
}

static void expect_gathers(const struct expect_case *c, const struct expect_zap_case *z,
			   struct expectation *out)
{
	int64_t rest = z->pages % GATHER_PAGES;
	double flushes =
		(double)(z->pages / GATHER_PAGES) + (rest || z->frees_tables ? 1 : 0);

	expect_times(out, flushes, flushes);
	/* What comes last is as small as the rest, or tables alone, counted by 2 MiB.
	 */
	if (out->kind == FLUSH_FULL &&
	    (z->frees_tables ? !rest : rest && rest <= expect_ceiling_pages(c)))
		out->kind = FLUSH_EITHER;
	snprintf(out->why, sizeof(out->why),
		 "one flush for every %d of the %lld pages, as many as the kernel "
		 "gathers, and one for the rest",
		 GATHER_PAGES, (long long)z->pages);
}

/* Where the pages begin within their first table is not known here. */
static void expect_tables(const struct expect_zap_case *z, struct expectation *out)
{
	double tables = (double)((z->pages + TABLE_PAGES - 1) / TABLE_PAGES);

	expect_times(out, tables, tables + 2);
	out->kind = FLUSH_EITHER;
	out->pages = 0;
	snprintf(out->why, sizeof(out->why),
		 "dirty pages of a file or shared: one flush for each page table, full "
		 "where its pages exceed the ceiling, and one for the tables");
}

void expect_zap_all(const struct expect_case *c, const struct expect_zap_case *z,
		    struct expectation *out)
{
	long long pages = z->pages;

	expect_one_flush(c, z->span_pages, z->zap, out);
	if (z->dirty_file) {
		expect_tables(z, out);
	} else if (z->pages >= GATHER_PAGES) {
		expect_gathers(c, z, out);
	} else if (z->frees_tables && out->kind == FLUSH_RANGED) {
		out->kind = FLUSH_EITHER;
		out->pages = 0;
		snprintf(out->why, sizeof(out->why),
			 "%lld pages are within the ceiling, but their page table goes "
			 "with them and widens the flush, up to 2 MiB or the whole TLB",
			 pages);
	}
}
