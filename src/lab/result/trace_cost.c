/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/trace_cost.h"

#include <math.h>
#include <stdlib.h>

#include "tlblab/base/stats.h"
#include "tlblab/lab/metric.h"

/* More than a long run has slices; evenly spread it would add nothing. */
enum { SLICES_MAX = 256 };

enum counting { COUNTING_OFF, COUNTING_ON, COUNTING_MIXED };

/* Counted are the operations between two readings, which lie close to an interval's
 * ends. */
#define ALL_SHARE 0.9

/* An interval thinned out of several may hold both. */
static enum counting counting_of(const struct sample *s)
{
	struct reading counted = sample_get(s, CH_FLUSH_OPS);

	if (!reading_present(counted))
		return COUNTING_OFF;
	return counted.value >= ALL_SHARE * sample_ops(s).value ? COUNTING_ON
								: COUNTING_MIXED;
}

/* Time per operation of the nearest quiet interval without counting, from i on in steps
 * of +1 or -1; NaN when there is none before the next one with counting. */
static double beside(const struct series *series, int i, int step, double from_s)
{
	for (i += step; i >= 0 && i < series_count(series); i += step) {
		const struct sample *s = &series_at(series, i)->sample;
		struct reading ns = metric_of(METRIC_NS_PER_OP, s);

		if (s->t_s <= from_s || counting_of(s) != COUNTING_OFF)
			break;
		if (!s->noise && reading_present(ns))
			return ns.value;
	}
	return NAN;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

bool trace_cost_of(const struct series *series, double from_s, struct trace_cost *out)
{
	double ratio[SLICES_MAX], on_s = 0, all_s = 0;

	*out = (struct trace_cost){.n = 0};
	for (int i = 0; i < series_count(series); i++) {
		const struct sample *s = &series_at(series, i)->sample;
		struct reading ns = metric_of(METRIC_NS_PER_OP, s);
		double before, after;

		if (s->t_s <= from_s)
			continue;
		all_s += s->elapsed_s;
		if (counting_of(s) == COUNTING_OFF)
			continue;
		on_s += s->elapsed_s;
		before = beside(series, i, -1, from_s);
		after = beside(series, i, 1, from_s);
		if (counting_of(s) == COUNTING_MIXED || s->noise ||
		    !reading_present(ns) || (isnan(before) && isnan(after)) ||
		    out->n == SLICES_MAX)
			continue;
		before = isnan(before) ? after : before;
		after = isnan(after) ? before : after;
		ratio[out->n++] = ns.value / ((before + after) / 2);
	}
	if (!out->n)
		return false;
	qsort(ratio, (size_t)out->n, sizeof(*ratio), by_value);
	out->on_share = on_s / all_s;
	out->while_on_pct =
		(stats_quantile_sorted(ratio, (size_t)out->n, 0.5) - 1) * 100;
	out->pct = out->while_on_pct * out->on_share;
	return true;
}
