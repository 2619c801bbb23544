/* SPDX-License-Identifier: MIT */
/* What the page walker costs, where the CPU counts it. */
#include "tui/traces/traces.h"

#include <stddef.h>

#include "tlblab/base/text.h"
#include "tui/panels/panels.h"

static void refill_now(const struct view *v, char *buf, size_t buf_bytes)
{
	struct reading refill = view_metric(v, METRIC_REFILL_NS_PER_PAGE);
	char value[32];

	if (reading_present(refill))
		text_append(buf, buf_bytes, "Refilling a page takes %s here (timed). ",
			    text_quantity(value, sizeof(value), refill.value, "ns"));
}

const struct trace trace_walks = {
	.id = TRACE_WALKS,
	.title = "dTLB walk cycles",
	.choice = {{METRIC_DTLB_WALK_CYCLES_PCT, NULL, "% of cycles, loads", "%"},
		   {METRIC_DTLB_WALKS_PER_OP, "dTLB walks", "per operation", ""}},
	.n_choices = 2,
	.sensor = "pmu",
	.role = ROLE_INITIATOR,
	.about =
		{
			.name = "dTLB walk cycles",
			.unit = "% of cycles with a walk for a load under way; or walks per "
				"operation",
			.counts =
				"Cycles of the workers in which at least one page walk for a "
				"load was under way. CPUs that count walks but not their "
				"cycles (AMD) show walks per operation.",
			.counts_not =
				"Walks for stores and for code overlap with these and are not "
				"added. The flush itself is not in it: only what has to be "
				"looked up again afterwards.",
			.comes_from =
				"perf_event_open on this model's own event (WALK_ACTIVE, or "
				"walks completed), on the workers' threads. Without counters, "
				"refilling a page is timed instead: an estimate, and it says "
				"so.",
			.misleads =
				"A walk that finds its tables in the cache is short: many "
				"walks need not be dear. Counters that share hardware are "
				"scaled. Skylake leaves the nested part of a walk out; an "
				"event that opens in a guest may still count wrong.",
			.sensor = "pmu",
			.checks = about_timing_checks,
			.now = refill_now,
		},
};
