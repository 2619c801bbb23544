/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/latency.h"

#include <math.h>

/* The middle of a bucket may lie past the exact largest; no quantile may. */
static double quantile_ns(const struct hist_view *ticks, double q, double ns_per_tick,
			  double max_ns)
{
	return fmin(hist_view_quantile(ticks, q) * ns_per_tick, max_ns);
}

void latency_summarise(const struct hist_view *ticks, double ns_per_tick, double max_ns,
		       struct latency_summary *out)
{
	*out = (struct latency_summary){0, NAN, NAN, NAN, NAN, NAN};
	/* Ticks of unknown length are no times. */
	if (!ticks->total || !(ns_per_tick > 0))
		return;
	if (isnan(max_ns))
		max_ns = hist_view_max(ticks) * ns_per_tick;
	out->count = ticks->total;
	out->p50_ns = quantile_ns(ticks, 0.50, ns_per_tick, max_ns);
	out->p90_ns = quantile_ns(ticks, 0.90, ns_per_tick, max_ns);
	out->p99_ns = quantile_ns(ticks, 0.99, ns_per_tick, max_ns);
	out->p999_ns = quantile_ns(ticks, 0.999, ns_per_tick, max_ns);
	out->max_ns = max_ns;
}
