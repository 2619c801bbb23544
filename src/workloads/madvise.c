/* SPDX-License-Identifier: MIT */
/*
 * madvise(MADV_DONTNEED) in a loop: the classic microbenchmark of shootdowns, in which
 * all threads give back the same page, and nobody ever touches it.
 *
 * As such it is no ordinary shootdown. Alone it flushes nothing, as there is nothing to
 * zap (mm/mmu_gather.c, tlb_flush_mmu_tlbonly). With company, two threads between
 * tlb_gather_mmu and tlb_finish_mmu see each other, and the later one flushes the whole
 * TLB of every CPU, whatever the ceiling. With touch, every operation zaps pages.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tlblab/workloads/workload.h"
#include "workloads/call.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

enum { PAGES, TOUCH, SHARED };

struct workload_space {
	struct region region; /* shared: everybody's pages */
};

struct madvise_own {
	struct region region; /* not shared: this worker's pages; first for the bench */
	char *pages;
	size_t bytes, touch_bytes;
};
_Static_assert(sizeof(struct madvise_own) <= sizeof(((struct worker *)0)->local), "");

static int madvise_prepare(struct workload_space **space,
			   const struct param_value *params, int workers, char *failure,
			   size_t failure_bytes)
{
	struct workload_space *s = calloc(1, sizeof(*s));
	int err = 0;

	(void)workers;
	if (!s) {
		snprintf(failure, failure_bytes, "out of memory");
		return -ENOMEM;
	}
	if (params[SHARED].number)
		err = region_init(&s->region, params[PAGES].number, failure,
				  failure_bytes);
	*space = s;
	return err;
}

static void madvise_dispose(struct workload_space *space)
{
	region_fini(&space->region);
	free(space);
}

static int madvise_enter(struct worker *w)
{
	struct madvise_own *own = memset(w->local, 0, sizeof(*own));
	int err = 0;

	w->own = own;
	if (!w->params[SHARED].number)
		err = region_init(&own->region, w->params[PAGES].number, w->failure,
				  sizeof(w->failure));
	own->pages =
		w->params[SHARED].number ? w->space->region.pages : own->region.pages;
	own->bytes = (size_t)w->params[PAGES].number * REGION_PAGE_BYTES;
	own->touch_bytes = w->params[TOUCH].number ? own->bytes : 0;
	return err;
}

static void madvise_operate(struct worker *w)
{
	const struct madvise_own *own = w->own;

	region_write(own->pages, own->touch_bytes);
	if (call_kernel(SYS_madvise, (long)own->pages, (long)own->bytes, MADV_DONTNEED))
		worker_fail(w, "madvise");
}

static void madvise_leave(struct worker *w)
{
	struct madvise_own *own = w->own;

	region_fini(&own->region);
}

static void madvise_expect(const struct expect_case *c, struct expectation *out)
{
	bool touch = c->params[TOUCH].number, shared = c->params[SHARED].number;

	if (touch) {
		expect_one_flush(c, c->params[PAGES].number, ZAP_TOGETHER, out);
		/* Another worker may have zapped the pages just before. */
		if (shared && expect_workers_meet(c))
			out->shootdowns_per_op_low = 0;
	} else if (expect_workers_meet(c)) {
		*out = (struct expectation){
			.kind = FLUSH_FULL,
			.flushes_per_op_high = 1,
			.pages = -1,
		};
		expect_shootdowns(c, 0, 0, 1, out);
		snprintf(out->why, sizeof(out->why),
			 "untouched pages need no flush, but workers that zap at the "
			 "same moment flush the whole TLB: 0 to 1, as they happen to "
			 "meet");
	} else {
		expect_nothing(out, "nobody touched the pages, so there is nothing to "
				    "flush; touch=yes makes it flush");
	}
}

static const struct param_desc madvise_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many neighbouring pages one madvise gives back",
		   .min = 1,
		   .max = 65536,
		   .def = "1"},
	[TOUCH] = {.key = "touch",
		   .kind = PARAM_BOOL,
		   .unit = "",
		   .help = "write to every page first, so that there is something to "
			   "flush",
		   .def = "no"},
	[SHARED] = {.key = "shared",
		    .kind = PARAM_BOOL,
		    .unit = "",
		    .help = "all threads give back the same pages, or each its own",
		    .def = "yes"},
};

const struct workload_ops madvise_ops = {
	.desc = {.name = "madvise",
		 .title = "madvise(DONTNEED) loop",
		 .summary =
			 "Gives pages back with madvise(MADV_DONTNEED), untouched as "
			 "in the classic benchmark, or touched first.",
		 .layout = REGION_LAYOUT,
		 .params = madvise_params,
		 .n_params = sizeof(madvise_params) / sizeof(madvise_params[0])},
	.prepare = madvise_prepare,
	.dispose = madvise_dispose,
	.enter = madvise_enter,
	.operate = madvise_operate,
	.leave = madvise_leave,
	.expect = madvise_expect,
};
