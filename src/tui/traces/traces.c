/* SPDX-License-Identifier: MIT */
#include "tui/traces/traces.h"

#include <stddef.h>

const char *const about_timing_checks[] = {"timings", "pinned",	 "oversubscribed",
					   "steal",   "balance", "involuntary_switches",
					   NULL};

const struct trace *const trace_table[TRACE_N] = {
	[TRACE_RUNTIME] = &trace_runtime,   [TRACE_SHOOTDOWNS] = &trace_shootdowns,
	[TRACE_WALKS] = &trace_walks,	    [TRACE_FLUSHES] = &trace_flushes,
	[TRACE_SLOWDOWN] = &trace_slowdown, [TRACE_STALLS] = &trace_stalls,
};
