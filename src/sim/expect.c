/* SPDX-License-Identifier: MIT */
/*
 * What an operation is meant to flush on the simulated machine. Where strategies put
 * flushes off, how many are left depends on ticks, switches and pressure, so only the
 * limits are stated.
 */
#include <stdio.h>

#include "sim/workload.h"

enum { GLOBAL_OTHERS = 3 }; /* besides the initiator */

void sim_expect_nothing(struct expectation *out, const char *why)
{
	*out = (struct expectation){.kind = FLUSH_NONE};
	snprintf(out->why, sizeof(out->why), "%s", why);
}

void sim_expect_flush(const struct expect_case *c, int64_t pages,
		      struct expectation *out)
{
	const struct strategy_ops *strategy = sim_strategy_of(c->experiment);
	int64_t ceiling = c->ceiling_pages >= 0 ? c->ceiling_pages : CEILING_DEFAULT;
	bool meet = c->experiment->mode == RUN_THREADS && c->workers > 1;
	double others = c->mm_cpus > 1 ? c->mm_cpus - 1 : 0;

	*out = (struct expectation){
		.kind = pages > ceiling		   ? FLUSH_FULL
			: meet || strategy->defers ? FLUSH_EITHER
						   : FLUSH_RANGED,
		.flushes_per_op_low = meet || strategy->defers ? 0 : 1,
		.flushes_per_op_high = 1,
		.pages = pages > ceiling ? -1 : pages,
		.shootdowns_per_op_low = strategy->defers ? 0 : others,
		.shootdowns_per_op_high = others,
	};
	/* An idle CPU is skipped. */
	if (sim_param_real(c->experiment, "pause_us", 0) > 0)
		out->shootdowns_per_op_low = 0;
	/* By interrupts until it has its global ASID, then without them and events. */
	if (strategy->global_asids == GLOBAL_IN_TIME && others >= GLOBAL_OTHERS)
		out->flushes_per_op_low = out->shootdowns_per_op_low = 0;
	if (strategy->global_asids == GLOBAL_FROM_START) {
		out->kind = FLUSH_NONE;
		out->flushes_per_op_low = out->flushes_per_op_high = 0;
		out->shootdowns_per_op_low = out->shootdowns_per_op_high = 0;
	}
	snprintf(out->why, sizeof(out->why), "simulated, %s: %s", strategy->name,
		 strategy->summary);
}

void sim_expect(const struct expect_case *c, struct expectation *out)
{
	const struct workload_sim *w = sim_workload_find(c->experiment->workload);

	*out = (struct expectation){.kind = FLUSH_NONE};
	if (w)
		w->expect(c, out);
}
