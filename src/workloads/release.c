/* SPDX-License-Identifier: MIT */
/*
 * Freeing memory or reusing it: every worker writes to its own k pages and releases
 * them by one of several methods, to get them again for the next operation.
 *
 *   munmap    unmaps them (and maps them again first); the page table stays, so the
 *             span flushed is exactly the pages'
 *   dontneed  MADV_DONTNEED: the pages go at once, the mapping stays
 *   free      MADV_FREE: the pages stay until memory is short, but lose their dirty
 *             bits, which takes a flush all the same (mm/madvise.c)
 *   mprotect  takes all access away and gives it back: the pages stay, and only the
 *             taking flushes (asm/tlbflush.h, pte_flags_need_flush)
 *   reuse     keeps them: no system call, no flush
 *   lazyfree  notes that they are free and asks for them back (arena.c): neither does
 *             this, and memory can be had back when it is short; see lazyfree.c
 *   membarrier  keeps them and interrupts the same CPUs for nothing
 *             (PRIVATE_EXPEDITED): what victims lose to it is the interrupt; what they
 *             lose more to the others is the flush and the refill
 *
 * With rate_per_s a worker waits on its clock, in user space, until an operation is
 * due, so that methods can be compared at the same number of interrupts a second. What
 * was missed is not made up for.
 *
 * With span_pages the k pages are spread over a wider span, all released by one call:
 * the same k pages are then flushed page by page or all at once as the span is chosen,
 * with no privilege.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tlblab/base/clock.h"
#include "tlblab/workloads/workload.h"
#include "workloads/arena.h"
#include "workloads/call.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

enum { PAGES, SPAN_PAGES, METHOD, PAGE_SIZE, RATE_PER_S };
enum method { MUNMAP, DONTNEED, FREE, MPROTECT, REUSE, LAZYFREE, MEMBARRIER };

struct release_own {
	struct region region; /* first for the bench */
	enum method method;
	size_t bytes, page_bytes; /* of the span, of each page */
	/* The pages written to: n, each step_bytes after the one before it, and one
	 * page more whenever `remainder` of n - 1 have added up. */
	int64_t n, remainder;
	size_t step_bytes;
	struct arena *lazy; /* LAZYFREE: the pages are its only range */
	uint64_t period_ns, due_ns;
};
_Static_assert(sizeof(struct release_own) <= sizeof(((struct worker *)0)->local), "");

static int64_t release_span_pages(const struct param_value *params)
{
	int64_t span = params[SPAN_PAGES].number;

	return span ? span : params[PAGES].number;
}

static int release_check(const struct experiment *e, const struct param_value *params,
			 struct error *error)
{
	int64_t pages = params[PAGES].number, span = params[SPAN_PAGES].number;
	enum region_kind kind = (enum region_kind)params[PAGE_SIZE].number;

	if (span && span != pages && (span < pages || pages < 2))
		return error_setf(
			error, ERROR_INPUT, EINVAL, "span_pages",
			"leave it 0, or choose pages 2 or more and a span at least as "
			"wide",
			"%lld pages cannot be spread over a span of %lld",
			(long long)pages, (long long)span);
	if (kind == REGION_HUGETLB && params[METHOD].number == FREE)
		return error_set(error, ERROR_INPUT, EINVAL, "method",
				 "the kernel takes no MADV_FREE of reserved huge pages",
				 "use dontneed, or page_size thp");
	/* All of the span is touched once where the pages are huge. */
	return region_check(
		kind,
		e->threads * (kind == REGION_4K ? pages : release_span_pages(params)),
		error);
}

/* What the methods need once, beside the pages. */
static int release_set_up(struct worker *w, struct release_own *own)
{
	int failed = 0;

	if (own->method == MUNMAP)
		failed = munmap(own->region.pages, own->bytes);
	else if (own->method == MPROTECT)
		failed = mprotect(own->region.pages, own->bytes, PROT_NONE);
	else if (own->method == MEMBARRIER)
		failed = (int)syscall(SYS_membarrier,
				      MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
	else if (own->method == LAZYFREE) {
		own->lazy = arena_new_one(own->region.pages, own->bytes);
		failed = !own->lazy || arena_free(own->lazy, 0);
	}
	if (failed)
		worker_fail(w, own->method == MEMBARRIER ? "membarrier" : "set-up");
	return w->failed;
}

static int release_enter(struct worker *w)
{
	struct release_own *own = memset(w->local, 0, sizeof(*own));
	int64_t n = w->params[PAGES].number, span = release_span_pages(w->params);
	enum region_kind kind = (enum region_kind)w->params[PAGE_SIZE].number;
	int err;

	w->own = own;
	own->method = (enum method)w->params[METHOD].number;
	if (!w->params[RATE_PER_S].is_null)
		own->period_ns = 1000000000 / (uint64_t)w->params[RATE_PER_S].number;
	err = kind == REGION_4K
		      ? region_init(&own->region, span, w->failure, sizeof(w->failure))
		      : region_init_huge(&own->region, span, kind, w->failure,
					 sizeof(w->failure));
	own->page_bytes = own->region.page_bytes;
	own->bytes = (size_t)span * own->page_bytes;
	own->n = n;
	if (n > 1) {
		own->step_bytes = (size_t)((span - 1) / (n - 1)) * own->page_bytes;
		own->remainder = (span - 1) % (n - 1);
	}
	return err ? err : release_set_up(w, own);
}

static void release_touch_evenly(const struct release_own *own)
{
	volatile char *page = own->region.pages;

	for (int64_t left = own->n; left; left--, page += own->step_bytes)
		*page = 1;
}

/* The first and the last page of the span are among those written to. */
static void release_touch(const struct release_own *own)
{
	volatile char *page = own->region.pages;
	int64_t carry = 0;

	if (!own->remainder) {
		release_touch_evenly(own);
		return;
	}
	for (int64_t left = own->n; left; left--) {
		*page = 1;
		page += own->step_bytes;
		carry += own->remainder;
		if (carry >= own->n - 1) {
			carry -= own->n - 1;
			page += own->page_bytes;
		}
	}
}

static int release_map(const struct release_own *own)
{
	/* Should anything ever have moved in here, stop rather than overwrite it. */
	void *map = mmap(own->region.pages, own->bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE |
				 own->region.map_flags,
			 -1, 0);

	if (map != own->region.pages)
		return -1;
	if (own->region.kind != REGION_THP)
		return 0;
	return madvise(map, own->bytes, MADV_HUGEPAGE);
}

static int release_take_back(const struct release_own *own)
{
	if (own->method == MUNMAP)
		return release_map(own);
	if (own->method == MPROTECT)
		return mprotect(own->region.pages, own->bytes, PROT_READ | PROT_WRITE);
	if (own->method == LAZYFREE)
		arena_reuse(own->lazy, 0);
	return 0;
}

static const char *const release_calls[] = {
	[MUNMAP] = "munmap",	     [DONTNEED] = "madvise", [FREE] = "madvise",
	[MPROTECT] = "mprotect",     [REUSE] = "",	     [LAZYFREE] = "madvise",
	[MEMBARRIER] = "membarrier",
};

static void release_wait(const struct worker *w, struct release_own *own)
{
	uint64_t now_ns = clock_now_ns();

	if (now_ns > own->due_ns)
		own->due_ns = now_ns;
	while (now_ns < own->due_ns && !worker_must_stop(w))
		now_ns = clock_now_ns();
	own->due_ns += own->period_ns;
}

static inline int release_advise(const struct release_own *own, int advice)
{
	return (int)call_kernel(SYS_madvise, (long)own->region.pages, (long)own->bytes,
				advice);
}

static void release_operate(struct worker *w)
{
	struct release_own *own = w->own;
	int failed = 0;

	if (own->period_ns)
		release_wait(w, own);
	if (release_take_back(own)) {
		worker_fail(w, own->method == MUNMAP ? "mmap" : "mprotect");
		return;
	}
	release_touch(own);
	switch (own->method) {
	case MUNMAP: failed = munmap(own->region.pages, own->bytes); break;
	case DONTNEED: failed = release_advise(own, MADV_DONTNEED); break;
	case FREE: failed = release_advise(own, MADV_FREE); break;
	case MPROTECT:
		failed = mprotect(own->region.pages, own->bytes, PROT_NONE);
		break;
	case REUSE: break;
	case LAZYFREE: failed = arena_free(own->lazy, 0); break;
	case MEMBARRIER:
		failed = (int)call_kernel(SYS_membarrier,
					  MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
		break;
	}
	if (failed)
		worker_fail(w, release_calls[own->method]);
}

static void release_leave(struct worker *w)
{
	struct release_own *own = w->own;

	arena_free_one(own->lazy);
	region_fini(&own->region);
}

/* Small pages beyond what one gather holds are flushed in several goes; of huge pages
 * one entry each is gathered, and 4,096 of them fit. */
static void release_expect_zap(const struct expect_case *c, struct expectation *out)
{
	enum method method = (enum method)c->params[METHOD].number;
	bool huge = c->params[PAGE_SIZE].number != REGION_4K;
	int64_t span = release_span_pages(c->params);
	const struct expect_zap_case z = {
		/* MADV_FREE and mprotect gather no page. */
		.pages = huge || method == FREE || method == MPROTECT
				 ? 1
				 : c->params[PAGES].number,
		.span_pages = span,
		/* Behind the region's first page, the second 2 MiB are all its own. */
		.frees_tables =
			method == MUNMAP && !huge && span >= 2 * REGION_TABLE_PAGES - 1,
		.zap = method == MUNMAP ? ZAP_IN_TURN : ZAP_TOGETHER,
	};

	expect_zap_all(c, &z, out);
	if (method != MPROTECT || c->params[PAGE_SIZE].number != REGION_HUGETLB)
		return;
	/* mm/hugetlb.c, hugetlb_change_protection: flushed there, and again by the
	 * gather of mprotect, which knows of no pages. */
	out->kind = FLUSH_EITHER;
	out->flushes_per_op_high *= 4;
	out->shootdowns_per_op_high *= 4;
	snprintf(
		out->why, sizeof(out->why),
		"reserved huge pages are flushed page by page and then all at once, when "
		"access is taken and again when it is given back");
}

static void release_expect(const struct expect_case *c, struct expectation *out)
{
	switch ((enum method)c->params[METHOD].number) {
	case REUSE:
		expect_nothing(out, "the pages are kept and written to again: there is "
				    "nothing to flush");
		break;
	case LAZYFREE:
		expect_nothing(out, "freeing notes the pages, asking for them back "
				    "strikes the note out: nothing to flush");
		break;
	case MEMBARRIER:
		expect_nothing(out, "the same CPUs are interrupted and nothing is "
				    "flushed: function calls (CAL), not shootdowns; a "
				    "control only where flushes are interrupts too");
		break;
	default: release_expect_zap(c, out); break;
	}
}

static const char *const release_methods[] = {
	[MUNMAP] = "munmap",
	[DONTNEED] = "dontneed",
	[FREE] = "free",
	[MPROTECT] = "mprotect",
	[REUSE] = "reuse",
	[LAZYFREE] = "lazyfree",
	[MEMBARRIER] = "membarrier",
	NULL,
};

static const char *const release_page_sizes[] = {
	[REGION_4K] = "4k",
	[REGION_THP] = "thp",
	[REGION_HUGETLB] = "huge",
	NULL,
};

static const struct param_desc release_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages are written to and released",
		   .min = 1,
		   .max = 65536,
		   .def = "1"},
	[SPAN_PAGES] = {.key = "span_pages",
			.kind = PARAM_INT,
			.unit = "pages",
			.help = "spread them over so many pages; 0: side by side",
			.min = 0,
			.max = 1048576,
			.def = "0"},
	[METHOD] =
		{.key = "method",
		 .kind = PARAM_CHOICE,
		 .unit = "",
		 .help = "how the pages are released; membarrier flushes nothing and "
			 "interrupts: a control where flushes are interrupts",
		 .choices = release_methods,
		 .def = "munmap"},
	[PAGE_SIZE] = {.key = "page_size",
		       .kind = PARAM_CHOICE,
		       .unit = "",
		       .help = "small pages, transparent huge ones of 2 MiB, or such "
			       "from the kernel's reserve",
		       .choices = release_page_sizes,
		       .def = "4k"},
	[RATE_PER_S] = {.key = "rate_per_s",
			.kind = PARAM_INT,
			.unit = "/s",
			.help = "operations a second of each worker, at most",
			.min = 1,
			.max = 10000000,
			.def = "null",
			.nullable = true,
			.null_text = "unlimited"},
};

const struct workload_ops release_ops = {
	.desc = {.name = "release",
		 .title = "free or reuse",
		 .summary =
			 "Writes to pages and releases them by munmap, MADV_DONTNEED, "
			 "MADV_FREE or mprotect, or keeps them for reuse.",
		 .layout = REGION_LAYOUT,
		 .params = release_params,
		 .n_params = sizeof(release_params) / sizeof(release_params[0])},
	.check = release_check,
	.enter = release_enter,
	.operate = release_operate,
	.leave = release_leave,
	.expect = release_expect,
};
