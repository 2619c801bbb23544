/* SPDX-License-Identifier: MIT */
/* What flushes do to a thread that takes no part in them. */
#include "tui/traces/traces.h"

#include <stddef.h>

const struct trace trace_slowdown = {
	.id = TRACE_SLOWDOWN,
	.title = "Victim slowdown",
	.choice = {{METRIC_VICTIM_SLOWDOWN, NULL, "1 is unharmed", "x"}},
	.n_choices = 1,
	.sensor = "",
	.role = ROLE_VICTIM,
	.needs_victims = true,
	.about =
		{
			.name = "Victim slowdown",
			.unit = "times slower than alone; 1 is unharmed",
			.counts =
				"The victims' pace alone, measured before the workers are let "
				"go, over their pace beside the workers.",
			.counts_not =
				"It does not say why: the interrupt, the flush and the refill "
				"are all in it. Where flushes travel as interrupts, the "
				"control (i: as many interrupts, no flush) takes them apart.",
			.comes_from =
				"Victims turn in a loop of their own in the workers' address "
				"space and count the turns in shared memory. A flush reaches "
				"them as an interrupt, flush_tlb_func() (arch/x86/mm/tlb.c), "
				"or by way of a hypervisor or the hardware.",
			.misleads =
				"A worker on the SMT sibling slows a victim without any flush, "
				"and so do heat and steal. The quiet pace is that of one "
				"moment: a CPU that clocks down later makes everybody a "
				"victim.",
			.checks = about_timing_checks,
		},
};
