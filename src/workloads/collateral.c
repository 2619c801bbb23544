/* SPDX-License-Identifier: MIT */
/*
 * The same pages flushed page by page or all at once, and the collateral damage: the
 * refill of translations that had nothing to do with them.
 *
 * One operation reads k pages, gives them back with MADV_DONTNEED and then visits
 * its working set once. The first k - 1 pages are neighbours and the last ends the
 * span: a span within the ceiling is flushed page by page, holes included, a wider one
 * all at once (arch/x86/mm/tlb.c, flush_tlb_mm_range). So a ceiling can be tuned with
 * no right to change it: nothing differs between the two kinds but where one page lies.
 *
 * Pages that are only read are all the one page of zeros (mm/memory.c,
 * do_anonymous_page): nothing is allocated, cleared or freed, which would cost many
 * times the flush, and hide it.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tlblab/workloads/chase.h"
#include "tlblab/workloads/collateral.h"
#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"
#include "workloads/trial.h"

enum { PAGES, SPAN_PAGES, WORKING_SET };

struct workload_space {
	struct chase chase; /* read by all */
};

struct collateral_own {
	struct region region;	 /* first for the bench */
	uint32_t params_trigger; /* the params as a position of the trigger */
	void **at;		 /* in the working set */
	int64_t steps;
	struct trial_taker *taker; /* in memory of its own: too large for here */
};
_Static_assert(sizeof(struct collateral_own) <= sizeof(((struct worker *)0)->local),
	       "");

static int64_t collateral_span_pages(const struct param_value *params)
{
	int64_t span = params[SPAN_PAGES].number;

	return span ? span : params[PAGES].number;
}

static int collateral_check(const struct experiment *e,
			    const struct param_value *params, struct error *error)
{
	int64_t pages = params[PAGES].number, span = collateral_span_pages(params);

	(void)e;
	if (span == pages || (span > pages && pages >= 2))
		return 0;
	return error_setf(error, ERROR_INPUT, EINVAL, "span_pages",
			  "leave it 0, or choose pages 2 or more and a span at least "
			  "as wide",
			  "%lld pages cannot be spread over a span of %lld",
			  (long long)pages, (long long)span);
}

static int collateral_prepare(struct workload_space **space,
			      const struct param_value *params, int workers,
			      char *failure, size_t failure_bytes)
{
	struct workload_space *s = calloc(1, sizeof(*s));

	(void)workers;
	if (!s) {
		snprintf(failure, failure_bytes, "out of memory");
		return -ENOMEM;
	}
	*space = s;
	if (!params[WORKING_SET].number)
		return 0;
	return chase_init(&s->chase, params[WORKING_SET].number, failure,
			  failure_bytes);
}

static void collateral_dispose(struct workload_space *space)
{
	chase_fini(&space->chase);
	free(space);
}

static int collateral_enter(struct worker *w)
{
	struct collateral_own *own = memset(w->local, 0, sizeof(*own));
	int64_t pages = w->params[PAGES].number,
		span = collateral_span_pages(w->params);

	w->own = own;
	own->params_trigger = collateral_trigger((int)pages, (int)span);
	own->at = w->space->chase.start;
	own->steps = w->space->chase.pages;
	own->taker = calloc(1, sizeof(*own->taker));
	if (!own->taker) {
		snprintf(w->failure, sizeof(w->failure), "out of memory");
		return -ENOMEM;
	}
	/* Where the kernel has no membarrier the trigger's position for it fails. */
	syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
	return region_init(&own->region, COLLATERAL_TRIGGER_MAX_PAGES, w->failure,
			   sizeof(w->failure));
}

static void collateral_release(struct worker *w, const struct collateral_own *own,
			       uint32_t trigger)
{
	size_t pages = trigger & 0xffff, span = trigger >> 16;
	volatile char *first = own->region.pages;

	for (size_t i = 0; i + 1 < pages; i++)
		(void)first[i * REGION_PAGE_BYTES];
	(void)first[(span - 1) * REGION_PAGE_BYTES];
	if (madvise(own->region.pages, span * REGION_PAGE_BYTES, MADV_DONTNEED))
		worker_fail(w, "madvise");
}

/* What the trigger says, without the visit that follows. */
static void collateral_act(struct worker *w, uint32_t trigger)
{
	const struct collateral_own *own = w->own;

	if (trigger & 0xffff)
		collateral_release(w, own, trigger);
	else if (trigger == COLLATERAL_TRIGGER_MEMBARRIER &&
		 syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0))
		worker_fail(w, "membarrier");
}

static void collateral_visit(struct worker *w)
{
	struct collateral_own *own = w->own;

	own->at = chase_walk(own->at, own->steps);
}

static void collateral_operate(struct worker *w)
{
	struct collateral_own *own = w->own;
	uint32_t trigger =
		w->trigger ? atomic_load_explicit(w->trigger, memory_order_relaxed) : 0;

	if (trial_is_asked(w)) {
		trial_take(own->taker, w, collateral_act, collateral_visit);
		return;
	}
	collateral_act(w, trigger ? trigger : own->params_trigger);
	collateral_visit(w);
}

static void collateral_leave(struct worker *w)
{
	struct collateral_own *own = w->own;

	region_fini(&own->region);
	free(own->taker);
}

static void collateral_expect(const struct expect_case *c, struct expectation *out)
{
	expect_one_flush(c, collateral_span_pages(c->params), ZAP_TOGETHER, out);
}

static const struct param_desc collateral_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages are read and given back",
		   .min = 1,
		   .max = COLLATERAL_TRIGGER_MAX_PAGES,
		   .def = "2"},
	[SPAN_PAGES] = {.key = "span_pages",
			.kind = PARAM_INT,
			.unit = "pages",
			.help = "how far the last lies from the first; 0: side by side",
			.min = 0,
			.max = COLLATERAL_TRIGGER_MAX_PAGES,
			.def = "0"},
	[WORKING_SET] = {.key = "working_set_pages",
			 .kind = PARAM_INT,
			 .unit = "pages",
			 .help = "pages that workers and victims visit all the time, "
				 "and must load again after a full flush",
			 .min = 0,
			 .max = 1048576,
			 .def = "512"},
};

const struct workload_ops collateral_ops = {
	.desc = {.name = "collateral",
		 .title = "what a full flush destroys",
		 .summary = "Gives the same pages back side by side or over a span "
			    "past the ceiling, and visits a working set after each.",
		 .layout = REGION_LAYOUT,
		 .params = collateral_params,
		 .n_params = sizeof(collateral_params) / sizeof(collateral_params[0])},
	.check = collateral_check,
	.prepare = collateral_prepare,
	.dispose = collateral_dispose,
	.enter = collateral_enter,
	.operate = collateral_operate,
	.leave = collateral_leave,
	.expect = collateral_expect,
};
