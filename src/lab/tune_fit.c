/* SPDX-License-Identifier: MIT */
/*
 * Fitting the lines. Each batch gives lines of its own (least squares, weighted by how
 * the spread grows with the size); the means of their coefficients are
 * the fit, and how the coefficients scatter from batch to batch is its covariance. So
 * noise that a batch's sizes share, or that grows with the size, is in the interval.
 *
 * The crossover is a ratio, -offset / flush. Fieller's interval holds all k for which
 * offset + flush * k, a plain mean, does not differ from 0 (Student's t): unlike the
 * delta method it stays right when the slope is uncertain, and says so by not ending:
 * where the slope is not proven to be above 0 but the offset is below, it begins
 * somewhere and has no end.
 */
#include "lab/tune_fit.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

enum { TUNE_MIN_BATCHES = 3, TUNE_RESAMPLES = 500 };

static const double t_probability = 0.975; /* two-sided 95 % */
static const double rounding_ns = 1e-6;

/* What is fitted. */
struct observed {
	const struct tune_data *d; /* for its sizes */
	const struct tune_batches *b;
};

/* Coefficients of every batch, as columns. */
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

static double pair_of(const struct observed *o, int batch, int size)
{
	return o->b->batch[batch].pair_ns[size];
}

static double pair_mean(const struct observed *o, int size)
{
	double sum = 0;

	for (int b = 0; b < o->b->n; b++)
		sum += pair_of(o, b, size);
	return sum / o->b->n;
}

/*
 * One over the variance of each size's pairs, as a smooth function of the size: weights
 * that followed every accident of the sample would make the interval too narrow.
 */
static void weigh_sizes(const struct observed *o, double *weights)
{
	double log_pages[TUNE_MAX_SIZES], log_variance[TUNE_MAX_SIZES];
	double at_0, slope, v00, v01, v11, rest;
	const struct tune_data *d = o->d;

	for (int s = 0; s < d->n_sizes; s++)
		weights[s] = 1;
	for (int s = 0; s < d->n_sizes; s++) {
		double mean = pair_mean(o, s), sum = 0;

		for (int b = 0; b < o->b->n; b++)
			sum += pow(pair_of(o, b, s) - mean, 2);
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

static void fit_batches(const struct observed *o, struct lines *l)
{
	double pages[TUNE_MAX_SIZES], weights[TUNE_MAX_SIZES];
	int n = o->d->n_sizes;

	weigh_sizes(o, weights);
	for (int s = 0; s < n; s++)
		pages[s] = o->d->pages[s];
	for (int b = 0; b < o->b->n; b++) {
		const struct tune_batch *batch = &o->b->batch[b];

		fit_line(pages, weights, batch->ranged_ns, n, &l->ranged0[b],
			 &l->ranged1[b]);
		fit_line(pages, weights, batch->full_ns, n, &l->full0[b], &l->full1[b]);
		fit_line(pages, weights, batch->pair_ns, n, &l->offset[b],
			 &l->flush[b]);
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

/* A few values redrawn from themselves scatter less than their mean does: by how much
 * Student's interval is wider than what redrawing shows. */
static double redrawing_falls_short(int n)
{
	return gsl_cdf_tdist_Pinv(t_probability, n - 1) /
	       gsl_cdf_ugaussian_Pinv(t_probability) * sqrt(n / (n - 1.0));
}

/* Batches are drawn whole: what they share stays together. Deterministic. */
static int crossover_direct(const struct observed *o, struct stats_interval *out)
{
	double *found = calloc(TUNE_RESAMPLES, sizeof(*found));
	double means[TUNE_MAX_SIZES], wider = redrawing_falls_short(o->b->n);
	int n_sizes = o->d->n_sizes, n = o->b->n;
	struct rng rng = {(uint64_t)n};
	size_t kept = 0;

	*out = (struct stats_interval){NAN, NAN, NAN};
	if (!found)
		return -ENOMEM;
	for (int s = 0; s < n_sizes; s++)
		means[s] = pair_mean(o, s);
	out->estimate = cross_means(o->d->pages, means, n_sizes);
	for (int i = 0; i < TUNE_RESAMPLES && !isnan(out->estimate); i++) {
		for (int s = 0; s < n_sizes; s++)
			means[s] = 0;
		for (int b = 0; b < n; b++) {
			int drawn = (int)rng_below(&rng, (uint64_t)n);

			for (int s = 0; s < n_sizes; s++)
				means[s] += pair_of(o, drawn, s);
		}
		found[kept] = cross_means(o->d->pages, means, n_sizes);
		kept += !isnan(found[kept]);
	}
	qsort(found, kept, sizeof(*found), compare_doubles);
	/* Where one draw in twenty has no crossing there is no interval either. */
	if (kept > TUNE_RESAMPLES * 19 / 20) {
		double low = stats_quantile_sorted(found, kept, 0.025);
		double high = stats_quantile_sorted(found, kept, 0.975);

		out->ci95_low = out->estimate - wider * (out->estimate - low);
		out->ci95_high = out->estimate + wider * (high - out->estimate);
	}
	free(found);
	return 0;
}

static void check_residuals(const struct observed *o, const struct lines *l,
			    struct tune_fit *f)
{
	int n_sizes = o->d->n_sizes;
	double limit = gsl_cdf_tdist_Pinv(1 - 0.025 / n_sizes, f->degrees_of_freedom);

	f->agrees = true;
	f->worst_residual_ns = 0;
	for (int s = 0; s < n_sizes; s++) {
		double sum = 0, squares = 0, n = o->b->n;

		for (int b = 0; b < o->b->n; b++) {
			double e = pair_of(o, b, s) - l->offset[b] -
				   l->flush[b] * o->d->pages[s];

			sum += e;
			squares += e * e;
		}
		double mean = sum / n;
		double variance = fmax(squares - n * mean * mean, 0) / (n - 1);

		if (fabs(mean) > limit * sqrt(variance / n) + rounding_ns)
			f->agrees = false;
		if (fabs(mean) >= fabs(f->worst_residual_ns)) {
			f->worst_residual_ns = mean;
			f->worst_pages = o->d->pages[s];
		}
	}
	/* Two sizes leave nothing over. */
	f->agrees = f->agrees || n_sizes < 3;
}

int tune_fit_make(const struct tune_data *d, const struct tune_batches *batches,
		  struct tune_fit *out)
{
	const struct observed o = {d, batches};
	size_t n = (size_t)batches->n;
	struct lines l;
	int err;

	*out = (struct tune_fit){.degrees_of_freedom = (double)n - 1};
	if (batches->n < TUNE_MIN_BATCHES || d->n_sizes < 2)
		return -ENODATA;
	err = lines_init(&l, batches->n);
	if (err)
		return err;
	fit_batches(&o, &l);
	out->fixed_ranged_ns = gsl_stats_mean(l.ranged0, 1, n);
	out->per_page_ranged_ns = gsl_stats_mean(l.ranged1, 1, n);
	out->fixed_full_ns = gsl_stats_mean(l.full0, 1, n);
	out->per_page_full_ns = gsl_stats_mean(l.full1, 1, n);
	out->offset_ns = gsl_stats_mean(l.offset, 1, n);
	out->flush_ns_per_page = gsl_stats_mean(l.flush, 1, n);
	out->var_offset = gsl_stats_variance(l.offset, 1, n) / (double)n;
	out->var_flush = gsl_stats_variance(l.flush, 1, n) / (double)n;
	out->covariance = gsl_stats_covariance(l.offset, 1, l.flush, 1, n) / (double)n;
	out->bounded = fieller(out, 1, &out->crossover);
	/* Two values that scatter alike lie apart with twice the variance of one. */
	fieller(out, 2, &out->repeatable);
	check_residuals(&o, &l, out);
	err = crossover_direct(&o, &out->direct);
	lines_fini(&l);
	return err;
}
