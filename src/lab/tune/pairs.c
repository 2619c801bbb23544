/* SPDX-License-Identifier: MIT */
/*
 * Everything that is concluded is a weighted sum of the sizes' mean differences: the
 * coefficients of a line, a difference between two sizes, a gain on a mix. So their
 * covariance over the batches is taken once, and what noise the sizes of a batch share
 * is in every interval. Means over different numbers of batches covary by what their
 * common batches do.
 */
#include "lab/tune/pairs.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static const double t_probability = 0.975; /* two-sided 95 % */

static double pairs_covary(const struct tune_batches *b, int s, int t, double n_s,
			   double n_t)
{
	double n = 0, sum_s = 0, sum_t = 0, product = 0;

	for (int i = 0; i < b->n; i++) {
		double x = b->batch[i].pair_ns[s], y = b->batch[i].pair_ns[t];

		if (isnan(x) || isnan(y))
			continue;
		n++;
		sum_s += x;
		sum_t += y;
	}
	for (int i = 0; i < b->n && n > 1; i++) {
		double x = b->batch[i].pair_ns[s], y = b->batch[i].pair_ns[t];

		if (!isnan(x) && !isnan(y))
			product += (x - sum_s / n) * (y - sum_t / n);
	}
	return n > 1 ? product / (n - 1) * n / (n_s * n_t) : 0;
}

void tune_pairs_make(const struct tune_data *d, const struct tune_batches *b,
		     struct tune_pairs *out)
{
	*out = (struct tune_pairs){.n_sizes = d->n_sizes};
	memcpy(out->pages, d->pages, sizeof(out->pages));
	for (int s = 0; s < d->n_sizes; s++) {
		for (int i = 0; i < b->n; i++) {
			if (isnan(b->batch[i].pair_ns[s]))
				continue;
			out->n[s]++;
			out->mean[s] += b->batch[i].pair_ns[s];
		}
		out->mean[s] = out->n[s] ? out->mean[s] / out->n[s] : NAN;
	}
	for (int s = 0; s < d->n_sizes; s++)
		for (int t = 0; t < d->n_sizes; t++)
			out->covariance[s][t] =
				pairs_covary(b, s, t, out->n[s], out->n[t]);
}

double tune_pairs_covariance(const struct tune_pairs *p, const double *a,
			     const double *b)
{
	double sum = 0;

	for (int s = 0; s < p->n_sizes; s++)
		for (int t = 0; t < p->n_sizes; t++)
			if (a[s] != 0 && b[t] != 0)
				sum += a[s] * b[t] * p->covariance[s][t];
	return sum;
}

/* A size's share of the variance of a sum, with what it shares with the others. */
static double share_of(const struct tune_pairs *p, const double *weights, int s)
{
	double share = 0;

	for (int t = 0; t < p->n_sizes; t++)
		if (weights[t] != 0)
			share += weights[s] * weights[t] * p->covariance[s][t];
	return fmax(share, 0);
}

/* Satterthwaite's: sizes with as many batches as each other are one sample, and those
 * with few count by what they add to the variance. Never fewer than the fewest. */
static double degrees_of(const struct tune_pairs *p, const double *weights)
{
	double share[TUNE_MAX_SIZES] = {0}, all = 0, sum = 0, fewest = INFINITY;

	for (int s = 0; s < p->n_sizes; s++) {
		if (weights[s] == 0)
			continue;
		share[s] = share_of(p, weights, s);
		all += share[s];
		fewest = fmin(fewest, p->n[s] - 1);
	}
	for (int s = 0; s < p->n_sizes; s++)
		for (int t = 0; t < p->n_sizes; t++)
			if (share[s] > 0 && p->n[s] == p->n[t])
				sum += share[s] * share[t] / (p->n[s] - 1);
	return sum > 0 && fewest >= 1 ? fmax(all * all / sum, fewest) : fewest;
}

struct tune_sum tune_pairs_sum(const struct tune_pairs *p, const double *weights)
{
	struct tune_sum sum = {.degrees_of_freedom = degrees_of(p, weights)};

	for (int s = 0; s < p->n_sizes; s++)
		if (weights[s] != 0)
			sum.estimate += weights[s] * p->mean[s];
	sum.variance = fmax(tune_pairs_covariance(p, weights, weights), 0);
	return sum;
}

bool tune_pairs_at(const struct tune_pairs *p, double x, double *weights)
{
	int below = -1, above = -1;

	memset(weights, 0, (size_t)p->n_sizes * sizeof(*weights));
	for (int s = 0; s < p->n_sizes; s++) {
		if (p->n[s] < TUNE_MIN_BATCHES)
			continue;
		if (p->pages[s] <= x)
			below = s;
		if (p->pages[s] >= x && above < 0)
			above = s;
	}
	if (below < 0 && above < 0)
		return false;
	if (below < 0 || above < 0 || below == above) {
		weights[below < 0 ? above : below] = 1;
		return true;
	}
	weights[above] = (x - p->pages[below]) / (p->pages[above] - p->pages[below]);
	weights[below] = 1 - weights[above];
	return true;
}

double tune_sum_half_width(const struct tune_sum *s)
{
	if (!(s->degrees_of_freedom >= 1) || isinf(s->degrees_of_freedom))
		return INFINITY;
	return gsl_cdf_tdist_Pinv(t_probability, s->degrees_of_freedom) *
	       sqrt(s->variance);
}
