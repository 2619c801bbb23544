/* SPDX-License-Identifier: MIT */
/* The longest a victim stood still. */
#include "tui/traces/traces.h"

#include <stddef.h>

const struct trace trace_stalls = {
	.id = TRACE_STALLS,
	.title = "Longest victim stall",
	.work_title = "A victim's longest batch",
	.choice = {{METRIC_VICTIM_STALL_MAX_NS, NULL,
		    "above p99, p90, p50 and shortest, ns", "ns"}},
	.n_choices = 1,
	.behind = {CH_VICTIM_STALL_P99_NS, CH_VICTIM_STALL_P90_NS,
		   CH_VICTIM_STALL_P50_NS, CH_VICTIM_STALL_MIN_NS},
	.n_behind = 4,
	.sensor = "",
	.role = ROLE_VICTIM,
	.log = true,
	.needs_victims = true,
	.about =
		{
			.name = "Longest victim stall",
			.unit = "nanoseconds; the longest of an interval",
			.counts =
				"The longest gap between two turns of a victim's loop.",
			.counts_not =
				"Gaps shorter than the threshold of a stall, and how many "
				"there were: see the latency view.",
			.comes_from =
				"The time stamp counter, read by the victim itself on every "
				"turn. A shootdown's gap is the interrupt, flush_tlb_func(), "
				"and the return; or a hypervisor's exit, where that flushes.",
			.misleads =
				"Preemption and steal make the longest gaps of all, and the "
				"longest is what they hit first: look at the checks before "
				"blaming a flush. Means and p99 hide what the maximum shows.",
			.checks = about_timing_checks,
		},
};
