/* SPDX-License-Identifier: MIT */
/* What one operation takes, everything in it included. */
#include "tui/traces/traces.h"

#include <stddef.h>

const struct trace trace_runtime = {
	.id = TRACE_RUNTIME,
	.title = "Runtime per operation",
	.choice = {{METRIC_NS_PER_OP, NULL, "ns", "ns"}},
	.n_choices = 1,
	.sensor = "",
	.role = ROLE_INITIATOR,
	.log = true,
	.about =
		{
			.name = "Runtime per operation",
			.unit = "nanoseconds per operation and worker; the mean of an interval",
			.counts =
				"The time a worker spends on one operation: workers times "
				"elapsed time, over the operations they finished.",
			.counts_not =
				"It does not tell the flush from the page fault, the lock, the "
				"zeroing and the waiting: all that an operation does is in it. "
				"A mean also hides the single slow operation, which the "
				"latency shows.",
			.comes_from =
				"Each worker counts its operations in memory it shares with "
				"the screen; the clock is CLOCK_MONOTONIC. Behind madvise "
				"stands zap_page_range_single(), tlb_finish_mmu() and "
				"flush_tlb_mm_range() (mm/mmu_gather.c, arch/x86/mm/tlb.c), "
				"which returns when the last CPU has answered.",
			.misleads =
				"Threads of one address space also wait for its locks, and "
				"that looks like a shootdown: compare with mode processes. "
				"Steal, preemption, and two workers on one CPU make it longer "
				"without any flush.",
			.checks = about_timing_checks,
		},
};
