/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_COMPARE_STATS_H
#define TLBLAB_BASE_COMPARE_STATS_H

#include <stddef.h>

#include "tlblab/base/stats.h"

/*
 * How far two samples of one metric lie apart, and how sure that is. "before" is the
 * reference of every percentage; a positive difference means that "after" is larger,
 * which is better or worse as the metric has it.
 */
enum stats_variance {
	STATS_WELCH,  /* each sample has a spread of its own: the one to report */
	STATS_POOLED, /* one spread for both, as ministat prints it */
};

struct stats_difference {
	double difference; /* after.mean - before.mean, in the metric's unit */
	double ci95_low, ci95_high;
	/* The same in percent of before.mean, and the interval with how uncertain that
	 * mean itself is: it holds 0 whenever the other does. NaN where before.mean is
	 * 0; the interval also where it cannot be told from 0. */
	double difference_pct;
	double ci95_low_pct, ci95_high_pct;
	double pooled_stddev;
	double degrees_of_freedom;
	double p_value;	    /* two-sided, of a difference at least as large by chance */
	double effect_size; /* Hedges' g: differences in pooled_stddev, small-sample */
};

/* From summaries alone, as a result file holds them. Where either n is below 2 only
 * difference and difference_pct can be known; the rest is NaN. */
void stats_difference_of(const struct stats *before, const struct stats *after,
			 enum stats_variance variance, struct stats_difference *out);

struct stats_sample {
	const double *values;
	size_t n;
};

struct stats_interval {
	double estimate, ci95_low, ci95_high;
};

/* A number computed from samples, such as stats_median_difference. */
typedef double stats_statistic(const struct stats_sample *samples, size_t n_samples,
			       const void *context);

/* median(samples[1]) - median(samples[0]); needs no context. */
stats_statistic stats_median_difference;

enum { STATS_RESAMPLES = 2000 };

/*
 * Percentile bootstrap: each sample is redrawn from itself with replacement
 * `resamples` times, and the middle 95 % of what the statistic then says is the
 * interval. It supposes no distribution, but with fewer than about ten values a sample
 * it is too narrow. The same rng state gives the same interval. Resamples for which the
 * statistic is NaN are left out; with fewer than 2 values in any sample, the interval
 * is NaN. 0 or -ENOMEM.
 */
int stats_bootstrap(const struct stats_sample *samples, size_t n_samples,
		    stats_statistic *statistic, const void *context, size_t resamples,
		    struct rng *rng, struct stats_interval *out);

/*
 * The trimmed mean, a fifth cut off at either end, with Yuen's interval (Student's t
 * on the winsorized variance): for values of which some lie far out to
 * either side. confidence as in 0.95. NaN bounds with fewer than 3 values left; 0 or
 * -ENOMEM.
 */
int stats_trimmed(const double *values, size_t n, double confidence,
		  struct stats_interval *out);

#endif
