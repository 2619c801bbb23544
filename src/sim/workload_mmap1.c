/* SPDX-License-Identifier: MIT */
/* mmap and munmap of a range, as will-it-scale's mmap1; untouched, nothing flushes. */
#include "sim/workload.h"

enum { PAGES, TOUCH };

enum { TOUCH_PAGES_MAX = 65536 };

static bool mmap1_prepare(struct sim *s, struct sim_task *t)
{
	uint32_t pages = (uint32_t)s->experiment.params[PAGES].number;

	t->span_pages = pages;
	t->spans = s->strategy->defers ? 2 : 1;
	return mm_grow(t->mm, pages * (uint32_t)t->spans, &t->base_vpn);
}

static void mmap1_build(struct sim *s, struct sim_task *t)
{
	uint32_t vpn = t->base_vpn + (uint32_t)t->span * t->span_pages;

	add_map(s, t, vpn, t->span_pages);
	if (s->experiment.params[TOUCH].number)
		add_touch(t, vpn, t->span_pages, 1, true);
	add_take(s, t, vpn, t->span_pages, TAKE_UNMAP, false);
	if (s->pause_ns > 0)
		add_sleep(t, s->pause_ns);
	t->span = (t->span + 1) % t->spans;
}

static void mmap1_expect(const struct expect_case *c, struct expectation *out)
{
	if (c->params[TOUCH].number)
		sim_expect_flush(c, c->params[PAGES].number, out);
	else
		sim_expect_nothing(out, "nobody touched the pages, so there is nothing "
					"to flush; what slows it is a lock");
}

static const struct param_desc mmap1_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages are mapped and unmapped",
		   .min = 1,
		   .max = TOUCH_PAGES_MAX,
		   .def = "16"},
	[TOUCH] = {.key = "touch",
		   .kind = PARAM_BOOL,
		   .unit = "",
		   .help = "write to every page in between",
		   .def = "no"},
	SIM_PARAMS,
};

const struct workload_sim sim_mmap1 = {
	.desc = {.name = "mmap1",
		 .title = "mmap and munmap loop",
		 .summary = "Maps and unmaps a range of memory, as will-it-scale's "
			    "mmap1.",
		 .params = mmap1_params,
		 .n_params = sizeof(mmap1_params) / sizeof(mmap1_params[0])},
	.prepare = mmap1_prepare,
	.build = mmap1_build,
	.expect = mmap1_expect,
};
