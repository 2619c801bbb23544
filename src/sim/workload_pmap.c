/* SPDX-License-Identifier: MIT */
/*
 * mmap1 on FreeBSD: each operation also enters and leaves a block of delayed
 * invalidation (strategies mutex and epoch) and the accounting of swap, which is what
 * is left in the way when the mutex is gone.
 */
#include "sim/workload.h"

enum { PAGES, TOUCH };

static bool pmap_prepare(struct sim *s, struct sim_task *t)
{
	t->span_pages = (uint32_t)s->experiment.params[PAGES].number;
	t->spans = s->strategy->defers ? DEFERRED_SLOTS / 2 : 1;
	return mm_grow(t->mm, t->span_pages * (uint32_t)t->spans, &t->base_vpn);
}

static void pmap_build(struct sim *s, struct sim_task *t)
{
	uint32_t vpn = t->base_vpn + (uint32_t)t->span * t->span_pages;

	add_map(s, t, vpn, t->span_pages);
	if (s->experiment.params[TOUCH].number)
		add_touch(t, vpn, t->span_pages, 1, true);
	add_lock(t, &s->swap_lock);
	add_compute(t, s->costs.swap_hold_ns);
	add_unlock(t, &s->swap_lock);
	add_compute(t, s->costs.pmap_op_ns);
	add_take(s, t, vpn, t->span_pages, TAKE_UNMAP, false);
	t->span = (t->span + 1) % t->spans;
}

static void pmap_expect(const struct expect_case *c, struct expectation *out)
{
	if (c->params[TOUCH].number)
		sim_expect_flush(c, c->params[PAGES].number, out);
	else
		sim_expect_nothing(out, "nothing is mapped long enough to be cached: "
					"the bookkeeping alone is the cost");
}

static const struct param_desc pmap_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages are mapped and unmapped",
		   .min = 1,
		   .max = 4096,
		   .def = "1"},
	[TOUCH] = {.key = "touch",
		   .kind = PARAM_BOOL,
		   .unit = "",
		   .help = "write to every page in between",
		   .def = "no"},
	SIM_PARAMS,
};

const struct workload_sim sim_pmap = {
	.desc = {.name = "pmap",
		 .title = "mmap1 under a global lock, or epochs",
		 .summary = "Maps and unmaps as FreeBSD does, with delayed "
			    "invalidation under one mutex or by epochs.",
		 .params = pmap_params,
		 .n_params = sizeof(pmap_params) / sizeof(pmap_params[0])},
	.prepare = pmap_prepare,
	.build = pmap_build,
	.expect = pmap_expect,
};
