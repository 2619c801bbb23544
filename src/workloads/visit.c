/* SPDX-License-Identifier: MIT */
/*
 * Visiting pages, and nothing else: no system call, no flush.
 *
 * One operation is one round through the pages, in an order that cannot be guessed,
 * one load each, every address read from the page before. With more pages than the TLB
 * has entries every visit needs a page walk. With page_size thp the very same lines lie
 * in huge pages: the caches see no difference, the TLB needs one entry for 512 pages.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tlblab/workloads/chase.h"
#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/region.h"

enum { PAGES, PAGE_SIZE };

struct workload_space {
	struct chase chase;   /* read by all */
	struct region region; /* of huge pages; else unused */
};

struct visit_own {
	void **at;
	int64_t steps;
};
_Static_assert(sizeof(struct visit_own) <= sizeof(((struct worker *)0)->local), "");

static int64_t visit_huge_pages(const struct param_value *params)
{
	return (params[PAGES].number + REGION_TABLE_PAGES - 1) / REGION_TABLE_PAGES;
}

static int visit_check(const struct experiment *e, const struct param_value *params,
		       struct error *error)
{
	enum region_kind kind = (enum region_kind)params[PAGE_SIZE].number;
	int64_t spaces = e->mode == RUN_PROCESSES ? e->threads : 1;

	return region_check(kind,
			    spaces * (kind == REGION_4K ? params[PAGES].number
							: visit_huge_pages(params)),
			    error);
}

static int visit_lay_huge(struct workload_space *s, const struct param_value *params,
			  char *failure, size_t failure_bytes)
{
	int err = region_init_huge(&s->region, visit_huge_pages(params), REGION_THP,
				   failure, failure_bytes);

	if (!err)
		err = chase_lay(&s->chase, s->region.pages, params[PAGES].number);
	return err;
}

static int visit_prepare(struct workload_space **space,
			 const struct param_value *params, int workers, char *failure,
			 size_t failure_bytes)
{
	struct workload_space *s = calloc(1, sizeof(*s));

	(void)workers;
	if (!s) {
		snprintf(failure, failure_bytes, "out of memory");
		return -ENOMEM;
	}
	*space = s;
	if (params[PAGE_SIZE].number == REGION_THP)
		return visit_lay_huge(s, params, failure, failure_bytes);
	return chase_init(&s->chase, params[PAGES].number, failure, failure_bytes);
}

static void visit_dispose(struct workload_space *space)
{
	chase_fini(&space->chase);
	region_fini(&space->region);
	free(space);
}

static int visit_enter(struct worker *w)
{
	struct visit_own *own = (struct visit_own *)w->local;

	own->at = w->space->chase.start;
	own->steps = w->space->chase.pages;
	w->own = own;
	return 0;
}

static void visit_operate(struct worker *w)
{
	struct visit_own *own = w->own;

	own->at = chase_walk(own->at, own->steps);
}

static void visit_expect(const struct expect_case *c, struct expectation *out)
{
	(void)c;
	expect_nothing(out, "pages are only read, and stay: nothing is flushed");
}

static const char *const visit_page_sizes[] = {
	[REGION_4K] = "4k",
	[REGION_THP] = "thp",
	NULL,
};

static const struct param_desc visit_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages of 4 KiB are visited, one load each",
		   .min = 1,
		   .max = 1048576,
		   .def = "16",
		   .step = 1},
	[PAGE_SIZE] = {.key = "page_size",
		       .kind = PARAM_CHOICE,
		       .unit = "",
		       .help = "small pages, or the same lines in transparent huge "
			       "ones of 2 MiB",
		       .choices = visit_page_sizes,
		       .def = "4k"},
};

const struct workload_ops visit_ops = {
	.desc = {.name = "visit",
		 .title = "visits to pages",
		 .summary = "Reads one line of every page, round and round: what a "
			    "translation costs that the TLB has, and one it has not.",
		 .layout = REGION_LAYOUT,
		 .params = visit_params,
		 .n_params = sizeof(visit_params) / sizeof(visit_params[0])},
	.check = visit_check,
	.prepare = visit_prepare,
	.dispose = visit_dispose,
	.enter = visit_enter,
	.operate = visit_operate,
	.expect = visit_expect,
};
