/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_LATENCY_H
#define TLBLAB_LAB_LATENCY_H

#include "tlblab/base/hist.h"

/* The figures of a latency distribution in nanoseconds; NaN when it is empty or the
 * length of a tick is unknown (ns_per_tick 0). */
struct latency_summary {
	uint64_t count;
	double p50_ns, p90_ns, p99_ns, p999_ns, max_ns;
};

/* max_ns: the exact largest when known, else NaN (the bucket's edge is taken). */
void latency_summarise(const struct hist_view *ticks, double ns_per_tick, double max_ns,
		       struct latency_summary *out);

#endif
