/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_STATS_H
#define TLBLAB_BASE_STATS_H

#include <stddef.h>
#include <stdint.h>

/* Summary of n numbers; fields that need more numbers than there are hold NaN. */
struct stats {
	size_t n;
	double mean, median, stddev /* n - 1 */, min, max;
	double ci95_low, ci95_high; /* Student's t for the mean */
};

/* Sorts nothing of the caller's; values that are NaN are left out of n. */
int stats_of(const double *values, size_t n, struct stats *out);
/* Linear interpolation between order statistics (type 7); sorted ascending. */
double stats_quantile_sorted(const double *sorted, size_t n, double q);

/* A small seeded generator (splitmix64), equal on every machine. */
struct rng {
	uint64_t state;
};
uint64_t rng_next(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t bound); /* unbiased, bound > 0 */
double rng_unit(struct rng *r);			   /* [0, 1) */
/* 0 to n - 1, every order as likely. */
void rng_order(struct rng *r, int *order, int n);

#endif
