/* SPDX-License-Identifier: MIT */
/*
 * The readers' side of the histogram. Buckets 0 to 2*HIST_SUBS-1 hold one value each;
 * above, bucket (shift+1)*HIST_SUBS+k holds the 2^shift values from (HIST_SUBS+k) <<
 * shift. A quantile is a rank: the smallest bucket with at least q of all values at or
 * below it.
 */
#include "tlblab/base/hist.h"

#include <math.h>

void hist_bucket_range(unsigned int i, uint64_t *low, uint64_t *high)
{
	if (i >= HIST_BUCKETS)
		i = HIST_BUCKETS - 1;
	if (i < HIST_SUBS) {
		*low = i;
		*high = i + 1u;
		return;
	}
	unsigned int shift = (i >> HIST_SUB_BITS) - 1;
	uint64_t top = HIST_SUBS + (i & (HIST_SUBS - 1));

	*low = top << shift;
	*high = (top + 1) << shift;
}

void hist_view_add(struct hist_view *view, const struct hist *live,
		   const struct hist *base)
{
	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		uint32_t now =
			atomic_load_explicit(&live->count[i], memory_order_relaxed);
		uint32_t was = base ? atomic_load_explicit(&base->count[i],
							   memory_order_relaxed)
				    : 0;
		uint32_t grown = now - was; /* modulo 2^32: undoes one wrap */

		view->count[i] += grown;
		view->total += grown;
	}
}

void hist_view_merge(struct hist_view *view, const struct hist_view *other)
{
	for (unsigned int i = 0; i < HIST_BUCKETS; i++)
		view->count[i] += other->count[i];
	view->total += other->total;
}

void hist_copy(struct hist *dst, const struct hist *src)
{
	for (unsigned int i = 0; i < HIST_BUCKETS; i++)
		atomic_store_explicit(
			&dst->count[i],
			atomic_load_explicit(&src->count[i], memory_order_relaxed),
			memory_order_relaxed);
}

double hist_view_quantile(const struct hist_view *view, double q)
{
	if (!view->total || isnan(q))
		return NAN;
	if (q > 1)
		q = 1;

	double rank = ceil(q * (double)view->total);
	uint64_t seen = 0, low, high;
	unsigned int i;

	if (rank < 1)
		rank = 1;
	for (i = 0; i < HIST_BUCKETS - 1; i++) {
		seen += view->count[i];
		if ((double)seen >= rank)
			break;
	}
	hist_bucket_range(i, &low, &high);
	return ((double)low + (double)(high - 1)) / 2;
}

double hist_view_mean_between(const struct hist_view *view, double low, double high)
{
	double from = low * (double)view->total, to = high * (double)view->total;
	double before = 0, sum = 0, weight = 0;

	for (unsigned int i = 0; i < HIST_BUCKETS && before < to; i++) {
		double n = (double)view->count[i], after = before + n;
		/* The part of this bucket that lies between. */
		double part =
			(after < to ? after : to) - (before > from ? before : from);

		if (part > 0) {
			uint64_t first, end;

			hist_bucket_range(i, &first, &end);
			sum += part * ((double)first + (double)(end - 1)) / 2;
			weight += part;
		}
		before = after;
	}
	return weight > 0 ? sum / weight : NAN;
}

double hist_view_max(const struct hist_view *view)
{
	uint64_t low, high;

	for (unsigned int i = HIST_BUCKETS; i-- > 0;) {
		if (!view->count[i])
			continue;
		hist_bucket_range(i, &low, &high);
		return (double)(high - 1);
	}
	return NAN;
}
