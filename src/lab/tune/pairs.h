/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_LAB_TUNE_PAIRS_H
#define TLBLAB_SRC_LAB_TUNE_PAIRS_H

#include "lab/tune/batch.h"

/* The differences ranged - full of all sizes, as means over the batches, and how these
 * means vary together. A size that was added later has fewer batches. */
struct tune_pairs {
	int n_sizes, pages[TUNE_MAX_SIZES];
	int n[TUNE_MAX_SIZES]; /* batches with a value */
	double mean[TUNE_MAX_SIZES];
	double covariance[TUNE_MAX_SIZES][TUNE_MAX_SIZES]; /* of the means */
};

/* With fewer a size counts for nothing: its interval would know no end. */
enum { TUNE_MIN_BATCHES = 3 };

/* A weighted sum of the means. */
struct tune_sum {
	double estimate, variance;
	double degrees_of_freedom; /* of the size with the fewest batches */
};

void tune_pairs_make(const struct tune_data *d, const struct tune_batches *b,
		     struct tune_pairs *out);
struct tune_sum tune_pairs_sum(const struct tune_pairs *p, const double *weights);
double tune_pairs_covariance(const struct tune_pairs *p, const double *a,
			     const double *b);
/* Weights that interpolate the difference at x pages, straight between neighbouring
 * sizes that count, level outside. False when none does. */
bool tune_pairs_at(const struct tune_pairs *p, double x, double *weights);
/* Half the width of the two-sided 95 % interval. */
double tune_sum_half_width(const struct tune_sum *s);

#endif
