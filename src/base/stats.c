/* SPDX-License-Identifier: MIT */
/*
 * Summaries of small samples, and the generator that everything seeded draws from.
 * A field that needs more numbers than there are is NaN: one number has a mean but
 * no spread.
 */
#include "tlblab/base/stats.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

int stats_of(const double *values, size_t n, struct stats *out)
{
	double *sorted = malloc((n ? n : 1) * sizeof(*sorted));
	size_t kept = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (!isnan(values[i]))
			sorted[kept++] = values[i];
	*out = (struct stats){kept, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	if (kept) {
		gsl_sort(sorted, 1, kept);
		out->mean = gsl_stats_mean(sorted, 1, kept);
		out->median = gsl_stats_median_from_sorted_data(sorted, 1, kept);
		out->min = sorted[0];
		out->max = sorted[kept - 1];
	}
	if (kept > 1) {
		out->stddev = gsl_stats_sd_m(sorted, 1, kept, out->mean);
		double half = gsl_cdf_tdist_Pinv(0.975, (double)(kept - 1)) *
			      out->stddev / sqrt((double)kept);

		out->ci95_low = out->mean - half;
		out->ci95_high = out->mean + half;
	}
	free(sorted);
	return 0;
}

double stats_quantile_sorted(const double *sorted, size_t n, double q)
{
	if (!n || isnan(q))
		return NAN;
	return gsl_stats_quantile_from_sorted_data(sorted, 1, n, fmin(fmax(q, 0), 1));
}

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators". */
uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t rng_below(struct rng *r, uint64_t bound)
{
	/* The 2^64 mod bound lowest draws would favour the small results. */
	uint64_t reject_below = -bound % bound;
	uint64_t draw;

	do
		draw = rng_next(r);
	while (draw < reject_below);
	return draw % bound;
}

double rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

/* Fisher and Yates. */
void rng_order(struct rng *r, int *order, int n)
{
	for (int i = 0; i < n; i++)
		order[i] = i;
	for (int i = n - 1; i > 0; i--) {
		int k = (int)rng_below(r, (uint64_t)i + 1), kept = order[i];

		order[i] = order[k];
		order[k] = kept;
	}
}
