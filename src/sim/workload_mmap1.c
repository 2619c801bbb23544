/* SPDX-License-Identifier: MIT */
/*
 * mmap and munmap of a range, as will-it-scale's mmap1. Untouched, nothing flushes, and
 * it does not matter how large it is.
 */
#include "sim/workload.h"

enum { SIZE_BYTES, TOUCH };

enum { PAGE_BYTES = 4096 };

static bool mmap1_prepare(struct sim *s, struct sim_task *t)
{
	int64_t bytes = s->experiment.params[SIZE_BYTES].number;
	bool touch = s->experiment.params[TOUCH].number;

	t->span_pages = touch ? (uint32_t)((bytes + PAGE_BYTES - 1) / PAGE_BYTES) : 1;
	t->spans = s->strategy->defers ? 2 : 1;
	return mm_grow(t->mm, t->span_pages * (uint32_t)t->spans, &t->base_vpn);
}

static void mmap1_build(struct sim *s, struct sim_task *t)
{
	uint32_t vpn = t->base_vpn + (uint32_t)t->span * t->span_pages;

	add_map(s, t, vpn, t->span_pages);
	if (s->experiment.params[TOUCH].number)
		add_touch(t, vpn, t->span_pages, 1, true);
	/* Neighbours would keep a table that is not all this mapping's. */
	add_take(s, t, vpn, t->span_pages, TAKE_UNMAP,
		 s->experiment.params[TOUCH].number && t->span_pages >= TABLE_PAGES);
	if (s->pause_ns > 0)
		add_sleep(t, s->pause_ns);
	t->span = (t->span + 1) % t->spans;
}

static void mmap1_expect(const struct expect_case *c, struct expectation *out)
{
	if (c->params[TOUCH].number)
		sim_expect_flush(c, c->params[SIZE_BYTES].number / PAGE_BYTES, out);
	else
		sim_expect_nothing(out, "nobody touched the pages, so there is nothing "
					"to flush; what slows it is a lock");
}

static const struct param_desc mmap1_params[] = {
	[SIZE_BYTES] = {.key = "size_bytes",
			.kind = PARAM_INT,
			.unit = "bytes",
			.help = "how large the mapping is",
			.min = PAGE_BYTES,
			.max = 1073741824,
			.def = "128M",
			.step = 1},
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
