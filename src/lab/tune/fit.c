/* SPDX-License-Identifier: MIT */
/*
 * Fitting the lines: least squares, weighted by how the spread grows with the size. The
 * coefficients are weighted sums of the sizes' means, so the covariance of these gives
 * theirs: noise that a batch's sizes share, or that grows with the size, is in the
 * interval.
 *
 * The crossover is a ratio, -offset / flush. Fieller's interval holds all k for which
 * offset + flush * k, a plain mean, does not differ from 0 (Student's t): unlike the
 * delta method it stays right when the slope is uncertain, and says so by not ending:
 * where the slope is not proven to be above 0 but the offset is below, it begins
 * somewhere and has no end.
 */
#include "lab/tune/fit.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <math.h>
#include <string.h>

static const double t_probability = 0.975; /* two-sided 95 % */
static const double rounding_ns = 1e-6;

/* The sizes a line is laid through, and how much each weighs. */
struct sizes {
	int n, at[TUNE_MAX_SIZES];
	double pages[TUNE_MAX_SIZES], weight[TUNE_MAX_SIZES];
};

/* Those with half as many batches as the others at least: one that was added just now
 * would widen every interval. */
static void sizes_choose(const struct tune_pairs *p, struct sizes *out)
{
	int most = 0;

	out->n = 0;
	for (int s = 0; s < p->n_sizes; s++)
		most = p->n[s] > most ? p->n[s] : most;
	for (int s = 0; s < p->n_sizes; s++) {
		if (p->n[s] < TUNE_MIN_BATCHES || 2 * p->n[s] < most)
			continue;
		out->pages[out->n] = p->pages[s];
		out->at[out->n++] = s;
	}
}

/*
 * One over the variance of each size's pairs, as a smooth function of the size: weights
 * that followed every accident of the sample would make the interval too narrow.
 */
static void sizes_weigh(const struct tune_pairs *p, struct sizes *sizes)
{
	double log_pages[TUNE_MAX_SIZES], log_variance[TUNE_MAX_SIZES];
	double at_0, slope, v00, v01, v11, rest;

	for (int i = 0; i < sizes->n; i++)
		sizes->weight[i] = 1;
	for (int i = 0; i < sizes->n; i++) {
		int s = sizes->at[i];

		if (!(p->covariance[s][s] > 0))
			return;
		log_pages[i] = log(sizes->pages[i]);
		log_variance[i] = log(p->covariance[s][s] * p->n[s]);
	}
	gsl_fit_linear(log_pages, 1, log_variance, 1, (size_t)sizes->n, &at_0, &slope,
		       &v00, &v01, &v11, &rest);
	for (int i = 0; i < sizes->n; i++)
		sizes->weight[i] = exp(-slope * log_pages[i]);
}

/* What each size's mean counts for in the offset and in the slope. */
static void line_weights(const struct sizes *z, double *offset, double *slope)
{
	double sum = 0, middle = 0, square = 0;

	for (int i = 0; i < z->n; i++) {
		sum += z->weight[i];
		middle += z->weight[i] * z->pages[i];
	}
	middle /= sum;
	for (int i = 0; i < z->n; i++)
		square += z->weight[i] * pow(z->pages[i] - middle, 2);
	memset(offset, 0, TUNE_MAX_SIZES * sizeof(*offset));
	memset(slope, 0, TUNE_MAX_SIZES * sizeof(*slope));
	for (int i = 0; i < z->n; i++) {
		int s = z->at[i];

		slope[s] = z->weight[i] * (z->pages[i] - middle) / square;
		offset[s] = z->weight[i] / sum - middle * slope[s];
	}
}

/* The line through one kind's costs. */
static void kind_fit(const struct tune_batches *b, bool full, const double *offset,
		     const double *slope, double *at_0, double *per_page)
{
	*at_0 = *per_page = 0;
	for (int s = 0; s < TUNE_MAX_SIZES; s++) {
		double sum = 0;
		int n = 0;

		if (offset[s] == 0 && slope[s] == 0)
			continue;
		for (int i = 0; i < b->n; i++) {
			double cost = full ? b->batch[i].full_ns[s]
					   : b->batch[i].ranged_ns[s];

			if (isnan(cost))
				continue;
			sum += cost;
			n++;
		}
		*at_0 += offset[s] * sum / n;
		*per_page += slope[s] * sum / n;
	}
}

/* All k at which the line, with all variances so many times as large, is not proven to
 * lie to one side of 0. False where that is everywhere, or has no end. */
static bool fieller(const struct tune_fit *f, double times, struct stats_interval *out)
{
	double t = gsl_cdf_tdist_Pinv(t_probability, f->degrees_of_freedom);
	double t2 = t * t * times;
	double a = f->flush_ns_per_page * f->flush_ns_per_page - t2 * f->var_flush;
	double b = f->offset_ns * f->flush_ns_per_page - t2 * f->covariance;
	double c = f->offset_ns * f->offset_ns - t2 * f->var_offset;
	double root = sqrt(fmax(b * b - a * c, 0));

	*out = (struct stats_interval){-f->offset_ns / f->flush_ns_per_page, -INFINITY,
				       INFINITY};
	if (!(f->flush_ns_per_page > 0))
		return false;
	if (a > 0) {
		out->ci95_low = (-b - root) / a;
		out->ci95_high = (-b + root) / a;
		return true;
	}
	/* The slope may be 0: with the offset surely below, from the larger root up. */
	if (f->offset_ns < 0 && c > 0)
		out->ci95_low = a < 0 ? (-b - root) / a : -c / (2 * b);
	return false;
}

/* The line against every size that counts, also those it was not laid through. */
static void check_residuals(const struct tune_pairs *p, const double *offset,
			    const double *slope, struct tune_fit *f)
{
	int counted = 0;

	for (int s = 0; s < p->n_sizes; s++)
		counted += p->n[s] >= TUNE_MIN_BATCHES;
	f->agrees = true;
	f->worst_residual_ns = 0;
	for (int s = 0; s < p->n_sizes && counted > 2; s++) {
		double weights[TUNE_MAX_SIZES];

		if (p->n[s] < TUNE_MIN_BATCHES)
			continue;
		for (int i = 0; i < p->n_sizes; i++)
			weights[i] = (i == s) - offset[i] - slope[i] * p->pages[s];
		struct tune_sum rest = tune_pairs_sum(p, weights);
		double limit = gsl_cdf_tdist_Pinv(1 - 0.025 / counted,
						  rest.degrees_of_freedom) *
			       sqrt(rest.variance);

		if (fabs(rest.estimate) > limit + rounding_ns)
			f->agrees = false;
		if (fabs(rest.estimate) >= fabs(f->worst_residual_ns)) {
			f->worst_residual_ns = rest.estimate;
			f->worst_pages = p->pages[s];
		}
	}
}

int tune_fit_make(const struct tune_batches *batches, const struct tune_pairs *pairs,
		  struct tune_fit *out)
{
	double offset[TUNE_MAX_SIZES], slope[TUNE_MAX_SIZES];
	struct sizes sizes;

	*out = (struct tune_fit){.direct = tune_direct_crossing(pairs, 1),
				 .direct_repeatable = tune_direct_crossing(pairs, 2),
				 .crossover = {NAN, NAN, NAN}};
	sizes_choose(pairs, &sizes);
	if (sizes.n < 2)
		return -ENODATA;
	sizes_weigh(pairs, &sizes);
	line_weights(&sizes, offset, slope);
	kind_fit(batches, false, offset, slope, &out->fixed_ranged_ns,
		 &out->per_page_ranged_ns);
	kind_fit(batches, true, offset, slope, &out->fixed_full_ns,
		 &out->per_page_full_ns);
	struct tune_sum at_0 = tune_pairs_sum(pairs, offset);
	struct tune_sum per_page = tune_pairs_sum(pairs, slope);

	out->offset_ns = at_0.estimate;
	out->flush_ns_per_page = per_page.estimate;
	out->var_offset = at_0.variance;
	out->var_flush = per_page.variance;
	out->covariance = tune_pairs_covariance(pairs, offset, slope);
	out->degrees_of_freedom =
		fmin(at_0.degrees_of_freedom, per_page.degrees_of_freedom);
	out->bounded = fieller(out, 1, &out->crossover);
	/* Two values that scatter alike lie apart with twice the variance of one. */
	fieller(out, 2, &out->repeatable);
	check_residuals(pairs, offset, slope, out);
	return 0;
}
