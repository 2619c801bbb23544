/* SPDX-License-Identifier: MIT */
#include "tui/traces.h"

#include <stddef.h>

const struct trace trace_table[TRACE_N] = {
	[TRACE_RUNTIME] =
		{
			.title = "Runtime per operation",
			.choice = {{METRIC_NS_PER_OP, NULL, "ns", "ns"}},
			.n_choices = 1,
			.sensor = "",
			.role = ROLE_INITIATOR,
			.log = true,
		},
	[TRACE_SHOOTDOWNS] =
		{
			.title = "TLB shootdowns",
			.choice = {{METRIC_SHOOTDOWNS_PER_S, NULL,
				    "per second, received", ""}},
			.n_choices = 1,
			.sensor = "interrupts",
			.role = ROLE_INITIATOR,
		},
	[TRACE_WALKS] =
		{
			.title = "dTLB walk cycles",
			.choice = {{METRIC_DTLB_WALK_CYCLES_PCT, NULL,
				    "% of cycles, loads", "%"},
				   {METRIC_DTLB_WALKS_PER_OP, "dTLB walks",
				    "per operation", ""}},
			.n_choices = 2,
			.sensor = "pmu",
			.role = ROLE_INITIATOR,
		},
	[TRACE_FLUSHES] =
		{
			.title = "Full flushes",
			.choice = {{METRIC_FULL_FLUSHES_PER_OP, NULL, "per operation",
				    ""}},
			.n_choices = 1,
			.sensor = "flush_trace",
			.role = ROLE_INITIATOR,
		},
	[TRACE_SLOWDOWN] =
		{
			.title = "Victim slowdown",
			.choice = {{METRIC_VICTIM_SLOWDOWN, NULL, "1 is unharmed",
				    "x"}},
			.n_choices = 1,
			.sensor = "",
			.role = ROLE_VICTIM,
			.needs_victims = true,
		},
	[TRACE_STALLS] =
		{
			.title = "Longest victim stall",
			.choice = {{METRIC_VICTIM_STALL_MAX_NS, NULL, "ns", "ns"}},
			.n_choices = 1,
			.sensor = "",
			.role = ROLE_VICTIM,
			.log = true,
			.needs_victims = true,
		},
};
