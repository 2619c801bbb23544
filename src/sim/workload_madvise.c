/* SPDX-License-Identifier: MIT */
/* madvise(MADV_DONTNEED) in a loop, as the live workload of that name. */
#include "sim/workload.h"

enum { PAGES, TOUCH, SHARED };

static bool madvise_prepare(struct sim *s, struct sim_task *t)
{
	uint32_t pages = (uint32_t)s->experiment.params[PAGES].number;

	t->span_pages = pages;
	if (!s->experiment.params[SHARED].number)
		return mm_grow(t->mm, pages, &t->base_vpn);
	/* The first worker of an address space makes what all of it share. */
	if (!t->mm->pages)
		return mm_grow(t->mm, pages, &t->base_vpn);
	t->base_vpn = 0;
	return true;
}

static void madvise_build(struct sim *s, struct sim_task *t)
{
	if (s->experiment.params[TOUCH].number)
		add_touch(t, t->base_vpn, t->span_pages, 1, true);
	add_take(s, t, t->base_vpn, t->span_pages, TAKE_DISCARD, false);
	if (s->pause_ns > 0)
		add_sleep(t, s->pause_ns);
}

static void madvise_expect(const struct expect_case *c, struct expectation *out)
{
	bool meet = c->experiment->mode == RUN_THREADS && c->workers > 1;
	bool touch = c->params[TOUCH].number;

	if (!touch && !meet) {
		sim_expect_nothing(out, "nobody touched the pages, so there is nothing "
					"to flush; touch=yes makes it flush");
		return;
	}
	sim_expect_flush(c, c->params[PAGES].number, out);
	/* Depends on who zaps at the same moment, or just before. */
	if ((!touch || c->params[SHARED].number) &&
	    sim_param(c->experiment, "generations", 1))
		out->shootdowns_per_op_low = 0;
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
	SIM_PARAMS,
};

const struct workload_sim sim_madvise = {
	.desc = {.name = "madvise",
		 .title = "madvise(DONTNEED) loop",
		 .summary = "Gives pages back with madvise(MADV_DONTNEED), untouched "
			    "as in the classic benchmark, or touched first.",
		 .params = madvise_params,
		 .n_params = sizeof(madvise_params) / sizeof(madvise_params[0])},
	.prepare = madvise_prepare,
	.build = madvise_build,
	.expect = madvise_expect,
};
