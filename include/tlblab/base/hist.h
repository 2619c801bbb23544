/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_HIST_H
#define TLBLAB_BASE_HIST_H

#include <stdatomic.h>
#include <stdint.h>

/*
 * A log-linear histogram: exact below 2^(HIST_SUB_BITS+1), then HIST_SUBS buckets to
 * each power of two (relative width 1/32, so a quantile is within 3.2 %). One writer,
 * any number of readers in other processes; at most 8 KB with its owner's counters.
 * Values are dimensionless: the owner says whether they are ticks or nanoseconds.
 */
enum {
	HIST_SUB_BITS = 5,
	HIST_SUBS = 1 << HIST_SUB_BITS,
	HIST_MAX_BITS = 40, /* values from 2^40 up share the last bucket */
	HIST_BUCKETS = (HIST_MAX_BITS - HIST_SUB_BITS + 1) * HIST_SUBS,
};

struct hist {
	_Atomic uint32_t count[HIST_BUCKETS]; /* single writer, relaxed; wraps */
};

/* A reader's copy, or the sum or difference of several. */
struct hist_view {
	uint64_t count[HIST_BUCKETS];
	uint64_t total;
};

static inline unsigned int hist_bucket(uint64_t value)
{
	if (value < HIST_SUBS)
		return (unsigned int)value;
	if (value >> HIST_MAX_BITS)
		return HIST_BUCKETS - 1;
	unsigned int shift = 63u - (unsigned int)__builtin_clzll(value) - HIST_SUB_BITS;

	return (shift << HIST_SUB_BITS) + (unsigned int)(value >> shift);
}

/* By the single writer: a plain increment, no locked instruction. */
static inline void hist_record(struct hist *h, uint64_t value)
{
	_Atomic uint32_t *c = &h->count[hist_bucket(value)];

	atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + 1,
			      memory_order_relaxed);
}

/* The half-open range of values [low, high) that fall into bucket i; the last bucket
 * also holds everything above its range. */
void hist_bucket_range(unsigned int i, uint64_t *low, uint64_t *high);
/* view += live - base; base may be NULL (all zero). 32-bit wraps are undone. */
void hist_view_add(struct hist_view *view, const struct hist *live,
		   const struct hist *base);
void hist_view_merge(struct hist_view *view, const struct hist_view *other);
void hist_copy(struct hist *dst, const struct hist *src);
/* Value at quantile q in [0, 1]: the middle of its bucket; NaN when empty. */
double hist_view_quantile(const struct hist_view *view, double q);
/* The mean of what lies between two quantiles; NaN when empty. */
double hist_view_mean_between(const struct hist_view *view, double low, double high);
/* The largest value that the highest used bucket can hold; NaN when empty. */
double hist_view_max(const struct hist_view *view);

#endif
