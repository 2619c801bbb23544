/* SPDX-License-Identifier: MIT */
/*
 * Two samples against each other. Student's t on the difference of means, with Welch's
 * variance or a pooled one; and a bootstrap for statistics that have no formula.
 *
 * The variance of after - before is the sum of both means' variances. That of after /
 * before is, to first order, (v_after + (after/before)^2 v_before) / before^2: the
 * reference of a percentage is itself uncertain. So both come from one function that
 * weighs before's variance, with 1 or with the square of the ratio.
 */
#include "tlblab/base/compare_stats.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

static const double t_probability = 0.975; /* two-sided 95 % */

struct spread {
	double error;		/* standard error of the difference */
	double before2, after2; /* of either mean, squared */
	double degrees;
};

static struct spread stats_spread(const struct stats *before, const struct stats *after,
				  enum stats_variance variance)
{
	double d1 = (double)before->n - 1, d2 = (double)after->n - 1;
	double n1 = (double)before->n, n2 = (double)after->n;
	double var1 = before->stddev * before->stddev;
	double var2 = after->stddev * after->stddev;
	struct spread s = {
		.degrees = d1 + d2, .before2 = var1 / n1, .after2 = var2 / n2};

	if (variance == STATS_POOLED) {
		s.error = sqrt((d1 * var1 + d2 * var2) / (d1 + d2) * (1 / n1 + 1 / n2));
		return s;
	}
	double both = s.before2 + s.after2;

	s.error = sqrt(both);
	/* Welch and Satterthwaite; without any spread every number of degrees gives the
	 * same empty interval. */
	if (s.error > 0)
		s.degrees = both * both /
			    (s.before2 * s.before2 / d1 + s.after2 * s.after2 / d2);
	return s;
}

/*
 * Fieller's interval of the ratio of two means, which leaves out 1 exactly when that of
 * their difference does 0 (Welch's). Where the reference is not told from 0 itself it
 * has no bounds: NaN.
 */
static void stats_ratio_interval(double before, double after, struct spread s, double t,
				 struct stats_difference *out)
{
	double square = before * before - t * t * s.before2;
	double product = before * after, sign = before < 0 ? -1 : 1;
	double root = sqrt(fmax(
		product * product - square * (after * after - t * t * s.after2), 0));

	if (!(square > 0))
		return;
	out->ci95_low_pct = 100 * ((product - sign * root) / square - 1) * sign;
	out->ci95_high_pct = 100 * ((product + sign * root) / square - 1) * sign;
}

static double stats_p_value(double difference, struct spread s)
{
	if (s.error == 0)
		return difference == 0 ? 1 : 0;
	return 2 * gsl_cdf_tdist_Q(fabs(difference) / s.error, s.degrees);
}

/* Hedges' correction makes Cohen's d, too large for few values, unbiased. */
static double stats_hedges_g(double difference, double stddev, double degrees)
{
	if (difference == 0 && stddev == 0)
		return 0;
	return difference / stddev * (1 - 3 / (4 * degrees - 1));
}

void stats_difference_of(const struct stats *before, const struct stats *after,
			 enum stats_variance variance, struct stats_difference *out)
{
	double to_pct = 100 / fabs(before->mean);
	double d1 = (double)before->n - 1, d2 = (double)after->n - 1;
	struct spread s;
	double t;

	*out = (struct stats_difference){NAN, NAN, NAN, NAN, NAN,
					 NAN, NAN, NAN, NAN, NAN};
	out->difference = after->mean - before->mean;
	if (before->mean != 0)
		out->difference_pct = out->difference * to_pct;
	if (before->n < 2 || after->n < 2)
		return;

	s = stats_spread(before, after, variance);
	t = gsl_cdf_tdist_Pinv(t_probability, s.degrees);
	out->ci95_low = out->difference - t * s.error;
	out->ci95_high = out->difference + t * s.error;
	out->degrees_of_freedom = s.degrees;
	out->p_value = stats_p_value(out->difference, s);
	out->pooled_stddev = sqrt((d1 * before->stddev * before->stddev +
				   d2 * after->stddev * after->stddev) /
				  (d1 + d2));
	out->effect_size = stats_hedges_g(out->difference, out->pooled_stddev, d1 + d2);
	stats_ratio_interval(before->mean, after->mean, s, t, out);
}

static double stats_median_of(const struct stats_sample *sample)
{
	struct stats s;

	return stats_of(sample->values, sample->n, &s) ? NAN : s.median;
}

double stats_median_difference(const struct stats_sample *samples, size_t n_samples,
			       const void *context)
{
	(void)n_samples;
	(void)context;
	return stats_median_of(&samples[1]) - stats_median_of(&samples[0]);
}

/* Draws every sample anew from itself, with replacement, one after the other. */
static void stats_redraw(const struct stats_sample *samples, size_t n_samples,
			 double *values, struct rng *rng)
{
	for (size_t i = 0; i < n_samples; i++)
		for (size_t j = 0; j < samples[i].n; j++)
			*values++ = samples[i].values[rng_below(rng, samples[i].n)];
}

int stats_bootstrap(const struct stats_sample *samples, size_t n_samples,
		    stats_statistic *statistic, const void *context, size_t resamples,
		    struct rng *rng, struct stats_interval *out)
{
	size_t n_values = 0, kept = 0, i;
	struct stats_sample *drawn = calloc(n_samples, sizeof(*drawn));
	double *results = calloc(resamples, sizeof(*results));
	double *values = NULL;
	int err = -ENOMEM;

	if (!drawn || !results)
		goto out;
	*out = (struct stats_interval){NAN, NAN, NAN};
	for (i = 0; i < n_samples; i++)
		n_values += samples[i].n;
	values = calloc(n_values ? n_values : 1, sizeof(*values));
	if (!values)
		goto out;
	err = 0;
	out->estimate = statistic(samples, n_samples, context);
	n_values = 0;
	for (i = 0; i < n_samples; i++) {
		if (samples[i].n < 2)
			goto out;
		drawn[i] = (struct stats_sample){values + n_values, samples[i].n};
		n_values += samples[i].n;
	}
	for (i = 0; i < resamples; i++) {
		stats_redraw(samples, n_samples, values, rng);
		results[kept] = statistic(drawn, n_samples, context);
		kept += !isnan(results[kept]);
	}
	gsl_sort(results, 1, kept);
	out->ci95_low = stats_quantile_sorted(results, kept, 0.025);
	out->ci95_high = stats_quantile_sorted(results, kept, 0.975);
out:
	free(values);
	free(results);
	free(drawn);
	return err;
}

int stats_trimmed(const double *values, size_t n, double confidence,
		  struct stats_interval *out)
{
	size_t cut = n / 5, left = n - 2 * cut;
	double *sorted = calloc(n ? n : 1, sizeof(*sorted));

	*out = (struct stats_interval){NAN, NAN, NAN};
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		sorted[i] = values[i];
	gsl_sort(sorted, 1, n);
	if (left)
		out->estimate = gsl_stats_mean(sorted + cut, 1, left);
	for (size_t i = 0; i < cut; i++) {
		sorted[i] = sorted[cut];
		sorted[n - 1 - i] = sorted[n - 1 - cut];
	}
	if (left > 2) {
		double error =
			gsl_stats_sd(sorted, 1, n) *
			sqrt(((double)n - 1) / ((double)left * ((double)left - 1)));
		double half = error * gsl_cdf_tdist_Pinv(0.5 + confidence / 2,
							 (double)left - 1);

		out->ci95_low = out->estimate - half;
		out->ci95_high = out->estimate + half;
	}
	free(sorted);
	return 0;
}
