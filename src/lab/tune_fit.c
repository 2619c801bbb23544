/* SPDX-License-Identifier: MIT */
/*
 * Fitting the lines. Each round gives lines of its own (least squares, weighted by how
 * the spread grows with the size); the means of their coefficients are
 * the fit, and how the coefficients scatter from round to round is its covariance. So
 * noise that a round's sizes share, or that grows with the size, is in the interval.
 *
 * The crossover is a ratio, -offset / flush. Fieller's interval holds all k for which
 * offset + flush * k, a plain mean, does not differ from 0 (Student's t): unlike the
 * delta method it stays right when the slope is uncertain, and says so by not ending.
 */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "tlblab/lab/tune.h"

enum { TUNE_MIN_ROUNDS = 3, TUNE_RESAMPLES = 500 };

static const double t_probability = 0.975; /* two-sided 95 % */
static const double rounding_ns = 1e-6;

/* Coefficients of every round, as columns. */
struct lines {
	int n;
	double *offset, *flush, *ranged0, *ranged1, *full0, *full1;
};

static void lines_fini(struct lines *l)
{
	free(l->offset);
}

static int lines_init(struct lines *l, int n)
{
	double *all = calloc((size_t)n * 6, sizeof(*all));

	l->n = n;
	l->offset = all;
	if (!all)
		return -ENOMEM;
	l->flush = all + n;
	l->ranged0 = all + 2 * n;
	l->ranged1 = all + 3 * n;
	l->full0 = all + 4 * n;
	l->full1 = all + 5 * n;
	return 0;
}

static double pair_of(const struct tune_data *d, int round, int size)
{
	return d->rounds[round].ranged_ns[size] - d->rounds[round].full_ns[size];
}

static double pair_mean(const struct tune_data *d, int size)
{
	double sum = 0;

	for (int r = 0; r < d->n_rounds; r++)
		sum += pair_of(d, r, size);
	return sum / d->n_rounds;
}

/*
 * One over the variance of each size's pairs, as a smooth function of the size: weights
 * that followed every accident of the sample would make the interval too narrow.
 */
static void weigh_sizes(const struct tune_data *d, double *weights)
{
	double log_pages[TUNE_MAX_SIZES], log_variance[TUNE_MAX_SIZES];
	double at_0, slope, v00, v01, v11, rest;

	for (int s = 0; s < d->n_sizes; s++)
		weights[s] = 1;
	for (int s = 0; s < d->n_sizes; s++) {
		double mean = pair_mean(d, s), sum = 0;

		for (int r = 0; r < d->n_rounds; r++)
			sum += pow(pair_of(d, r, s) - mean, 2);
		if (!(sum > 0))
			return;
		log_pages[s] = log(d->pages[s]);
		log_variance[s] = log(sum);
	}
	gsl_fit_linear(log_pages, 1, log_variance, 1, (size_t)d->n_sizes, &at_0, &slope,
		       &v00, &v01, &v11, &rest);
	for (int s = 0; s < d->n_sizes; s++)
		weights[s] = exp(-slope * log_pages[s]);
}

static void fit_line(const double *x, const double *w, const double *y, int n,
		     double *at_0, double *slope)
{
	double v00, v01, v11, chi_squared;

	gsl_fit_wlinear(x, 1, w, 1, y, 1, (size_t)n, at_0, slope, &v00, &v01, &v11,
			&chi_squared);
}

static void fit_rounds(const struct tune_data *d, struct lines *l)
{
	double pages[TUNE_MAX_SIZES], weights[TUNE_MAX_SIZES];

	weigh_sizes(d, weights);
	for (int s = 0; s < d->n_sizes; s++)
		pages[s] = d->pages[s];
	for (int r = 0; r < d->n_rounds; r++) {
		const struct tune_round *round = &d->rounds[r];

		fit_line(pages, weights, round->ranged_ns, d->n_sizes, &l->ranged0[r],
			 &l->ranged1[r]);
		fit_line(pages, weights, round->full_ns, d->n_sizes, &l->full0[r],
			 &l->full1[r]);
		l->offset[r] = l->ranged0[r] - l->full0[r];
		l->flush[r] = l->ranged1[r] - l->full1[r];
	}
}

static void crossover_fieller(struct tune_fit *f)
{
	double t = gsl_cdf_tdist_Pinv(t_probability, f->degrees_of_freedom);
	double a = f->flush_ns_per_page * f->flush_ns_per_page - t * t * f->var_flush;
	double b = f->offset_ns * f->flush_ns_per_page - t * t * f->covariance;
	double c = f->offset_ns * f->offset_ns - t * t * f->var_offset;
	double root = sqrt(fmax(b * b - a * c, 0));

	f->crossover.estimate = -f->offset_ns / f->flush_ns_per_page;
	f->bounded = a > 0 && f->flush_ns_per_page > 0;
	f->crossover.ci95_low = f->bounded ? (-b - root) / a : -INFINITY;
	f->crossover.ci95_high = f->bounded ? (-b + root) / a : INFINITY;
}

/* Where the means of the pairs first go from page by page to all at once. */
static double cross_means(const int *pages, const double *means, int n)
{
	for (int s = 0; s + 1 < n; s++)
		if (means[s] <= 0 && means[s + 1] > 0)
			return pages[s] + (pages[s + 1] - pages[s]) * -means[s] /
						  (means[s + 1] - means[s]);
	return NAN;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Rounds are drawn whole: what they share stays together. Deterministic. */
static int crossover_direct(const struct tune_data *d, struct stats_interval *out)
{
	double *found = calloc(TUNE_RESAMPLES, sizeof(*found));
	double means[TUNE_MAX_SIZES];
	struct rng rng = {(uint64_t)d->n_rounds};
	size_t kept = 0;

	*out = (struct stats_interval){NAN, NAN, NAN};
	if (!found)
		return -ENOMEM;
	for (int s = 0; s < d->n_sizes; s++)
		means[s] = pair_mean(d, s);
	out->estimate = cross_means(d->pages, means, d->n_sizes);
	for (int i = 0; i < TUNE_RESAMPLES && !isnan(out->estimate); i++) {
		for (int s = 0; s < d->n_sizes; s++)
			means[s] = 0;
		for (int r = 0; r < d->n_rounds; r++) {
			int drawn = (int)rng_below(&rng, (uint64_t)d->n_rounds);

			for (int s = 0; s < d->n_sizes; s++)
				means[s] += pair_of(d, drawn, s);
		}
		found[kept] = cross_means(d->pages, means, d->n_sizes);
		kept += !isnan(found[kept]);
	}
	qsort(found, kept, sizeof(*found), compare_doubles);
	/* Where one draw in twenty has no crossing there is no interval either. */
	if (kept > TUNE_RESAMPLES * 19 / 20) {
		out->ci95_low = stats_quantile_sorted(found, kept, 0.025);
		out->ci95_high = stats_quantile_sorted(found, kept, 0.975);
	}
	free(found);
	return 0;
}

static void check_residuals(const struct tune_data *d, const struct lines *l,
			    struct tune_fit *f)
{
	double limit =
		gsl_cdf_tdist_Pinv(1 - 0.025 / d->n_sizes, f->degrees_of_freedom);

	f->agrees = true;
	f->worst_residual_ns = 0;
	for (int s = 0; s < d->n_sizes; s++) {
		double sum = 0, squares = 0, n = d->n_rounds;

		for (int r = 0; r < d->n_rounds; r++) {
			double e = pair_of(d, r, s) - l->offset[r] -
				   l->flush[r] * d->pages[s];

			sum += e;
			squares += e * e;
		}
		double mean = sum / n;
		double variance = fmax(squares - n * mean * mean, 0) / (n - 1);

		if (fabs(mean) > limit * sqrt(variance / n) + rounding_ns)
			f->agrees = false;
		if (fabs(mean) >= fabs(f->worst_residual_ns)) {
			f->worst_residual_ns = mean;
			f->worst_pages = d->pages[s];
		}
	}
	/* Two sizes leave nothing over. */
	f->agrees = f->agrees || d->n_sizes < 3;
}

int tune_fit_make(const struct tune_data *d, struct tune_fit *out)
{
	size_t n = (size_t)d->n_rounds;
	struct lines l;
	int err;

	*out = (struct tune_fit){.degrees_of_freedom = d->n_rounds - 1};
	if (d->n_rounds < TUNE_MIN_ROUNDS || d->n_sizes < 2)
		return -ENODATA;
	err = lines_init(&l, d->n_rounds);
	if (err)
		return err;
	fit_rounds(d, &l);
	out->fixed_ranged_ns = gsl_stats_mean(l.ranged0, 1, n);
	out->per_page_ranged_ns = gsl_stats_mean(l.ranged1, 1, n);
	out->fixed_full_ns = gsl_stats_mean(l.full0, 1, n);
	out->per_page_full_ns = gsl_stats_mean(l.full1, 1, n);
	out->offset_ns = gsl_stats_mean(l.offset, 1, n);
	out->flush_ns_per_page = gsl_stats_mean(l.flush, 1, n);
	out->var_offset = gsl_stats_variance(l.offset, 1, n) / (double)n;
	out->var_flush = gsl_stats_variance(l.flush, 1, n) / (double)n;
	out->covariance = gsl_stats_covariance(l.offset, 1, l.flush, 1, n) / (double)n;
	crossover_fieller(out);
	check_residuals(d, &l, out);
	err = crossover_direct(d, &out->direct);
	lines_fini(&l);
	return err;
}
