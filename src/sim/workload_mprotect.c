/* SPDX-License-Identifier: MIT */
/*
 * Taking write access away and giving it back, as the live workload of that name, and
 * as Linux does it since 6.2: both changes flush (mm/mprotect.c, change_pte_range,
 * can_change_pte_writable).
 */
#include <stdio.h>

#include "sim/workload.h"

enum { PAGES };
enum { FLUSHES = 2 };

static bool mprotect_prepare(struct sim *s, struct sim_task *t)
{
	t->span_pages = (uint32_t)s->experiment.params[PAGES].number;
	return mm_grow(t->mm, t->span_pages, &t->base_vpn);
}

static void mprotect_build(struct sim *s, struct sim_task *t)
{
	/* The first time there are no pages yet, and nothing to flush. */
	for (int i = 0; i < FLUSHES; i++)
		add_take(s, t, t->base_vpn, t->span_pages, TAKE_RIGHTS, false);
	add_touch(t, t->base_vpn, t->span_pages, 1, true);
	if (s->pause_ns > 0)
		add_sleep(t, s->pause_ns);
}

static void mprotect_expect(const struct expect_case *c, struct expectation *out)
{
	sim_expect_flush(c, c->params[PAGES].number, out);
	out->flushes_per_op_low *= FLUSHES;
	out->flushes_per_op_high *= FLUSHES;
	out->shootdowns_per_op_low *= FLUSHES;
	out->shootdowns_per_op_high *= FLUSHES;
	snprintf(out->why, sizeof(out->why),
		 "simulated as since Linux 6.2: one flush to take the right to write "
		 "away, and one to give it back");
}

static const struct param_desc mprotect_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many neighbouring pages lose and regain write access",
		   .min = 1,
		   .max = 65536,
		   .def = "1"},
	SIM_PARAMS,
};

const struct workload_sim sim_mprotect = {
	.desc = {.name = "mprotect",
		 .title = "read-only and back",
		 .summary = "Makes pages read-only with mprotect, writable again, and "
			    "writes to them.",
		 .params = mprotect_params,
		 .n_params = sizeof(mprotect_params) / sizeof(mprotect_params[0])},
	.prepare = mprotect_prepare,
	.build = mprotect_build,
	.expect = mprotect_expect,
};
