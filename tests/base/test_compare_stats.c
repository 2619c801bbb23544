/* SPDX-License-Identifier: MIT */
#include "tlblab/base/compare_stats.h"

#include "support/check.h"

/* mmap1 of will-it-scale with 96 processes, without and with the epoch scheme, as the
 * published comparison prints both samples. */
static const struct stats published_before = {
	.n = 5, .mean = 1008730.8, .stddev = 2895.1156, .min = 1005918, .max = 1013143};
static const struct stats published_after = {
	.n = 5, .mean = 3550909, .stddev = 2039.8783, .min = 3548585, .max = 3552587};

static void agrees_with_the_published_comparison(void **state)
{
	struct stats_difference d;

	(void)state;
	stats_difference_of(&published_before, &published_after, STATS_POOLED, &d);
	assert_near(d.difference, 2.54218e6, 5);
	/* It was printed with a table's t = 2.306; the exact one is 2.306004. */
	assert_near(d.ci95_high - d.difference, 3652.34, 0.02);
	assert_near(d.difference - d.ci95_low, 3652.34, 0.02);
	assert_near(d.pooled_stddev, 2504.28, 0.005);
	assert_near(d.difference_pct, 252.018, 0.0005);
	/* Printed as if the ratio's interval were even on both sides. */
	assert_near((d.ci95_high_pct - d.ci95_low_pct) / 2, 1.06257, 0.0001);
	assert_near(d.ci95_high_pct + d.ci95_low_pct - 2 * d.difference_pct, 0, 0.01);
	assert_near(d.degrees_of_freedom, 8, 0);
	assert_true(d.p_value < 1e-15);
}

/* Student's own sleep data, with the results R's manual prints for t.test(). */
static const double sleep_1[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double sleep_2[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

static void agrees_with_welch_and_student_on_the_sleep_data(void **state)
{
	struct stats_difference d;
	struct stats one, two;

	(void)state;
	stats_of(sleep_1, COUNT_OF(sleep_1), &one);
	stats_of(sleep_2, COUNT_OF(sleep_2), &two);
	stats_difference_of(&one, &two, STATS_WELCH, &d);
	assert_near(d.difference, 1.58, 1e-12);
	assert_near(d.degrees_of_freedom, 17.776, 0.0005);
	assert_near(d.p_value, 0.07939, 0.000005);
	assert_near(d.ci95_low, -0.2054832, 5e-8);
	assert_near(d.ci95_high, 3.3654832, 5e-8);
	/* Hedges' g = 0.8322 * (1 - 3/71) */
	assert_near(d.effect_size, 0.7970, 0.0001);
	stats_difference_of(&one, &two, STATS_POOLED, &d);
	assert_near(d.degrees_of_freedom, 18, 0);
	assert_near(d.p_value, 0.07919, 0.000005);
	assert_near(d.ci95_low, -0.203874, 5e-7);
	assert_near(d.ci95_high, 3.363874, 5e-7);
}

/* Self-awareness data (Dana, 1990), with what Wilcox, "Introduction to Robust
 * Estimation and Hypothesis Testing", prints for a fifth trimmed: 282.7 and the
 * interval from 160.3913 to 404.9933. He divides by 0.6 sqrt(n), where Yuen counts the
 * values that are left: 13 of 19. */
static void agrees_with_the_published_trimmed_mean(void **state)
{
	static const double dana[] = {77,  87,	88,  114, 151, 210, 219, 246,  253, 262,
				      296, 299, 306, 376, 428, 515, 666, 1310, 2611};
	struct stats_interval t;

	(void)state;
	assert_int_equal(stats_trimmed(dana, COUNT_OF(dana), 0.95, &t), 0);
	assert_near(t.estimate, 282.6923, 5e-5);
	double half = (404.9933 - 160.3913) / 2 * 0.6 * sqrt(19) * sqrt(18.0 / 13 / 12);

	assert_near(t.ci95_low, 282.6923 - half, 1e-4);
	assert_near(t.ci95_high, 282.6923 + half, 1e-4);
	assert_int_equal(stats_trimmed(dana, 2, 0.95, &t), 0);
	assert_near(t.estimate, 82, 0);
	assert_nan(t.ci95_low);
	assert_int_equal(stats_trimmed(dana, 0, 0.95, &t), 0);
	assert_nan(t.estimate);
}

static void says_only_what_can_be_known(void **state)
{
	static const struct stats one = {.n = 1, .mean = 50, .stddev = NAN};
	static const struct stats none = {.n = 0, .mean = NAN, .stddev = NAN};
	static const struct stats zero = {.n = 5, .mean = 0, .stddev = 1};
	static const struct stats vague = {.n = 5, .mean = 1, .stddev = 2};
	static const struct stats minus = {.n = 5, .mean = -10, .stddev = 1};
	static const struct stats less = {.n = 5, .mean = -5, .stddev = 1};
	static const struct stats flat = {.n = 5, .mean = 50, .stddev = 0};
	static const struct stats flat_60 = {.n = 5, .mean = 60, .stddev = 0};
	struct stats_difference d;

	(void)state;
	stats_difference_of(&one, &flat_60, STATS_WELCH, &d);
	assert_near(d.difference, 10, 0);
	assert_near(d.difference_pct, 20, 1e-12);
	assert_nan(d.ci95_low);
	assert_nan(d.ci95_low_pct);
	assert_nan(d.p_value);
	assert_nan(d.effect_size);
	stats_difference_of(&none, &flat, STATS_WELCH, &d);
	assert_nan(d.difference);
	assert_nan(d.difference_pct);
	stats_difference_of(&zero, &published_after, STATS_WELCH, &d);
	assert_nan(d.difference_pct);
	assert_nan(d.ci95_high_pct);
	assert_false(isnan(d.ci95_high));
	/* A reference that may well be 0: per cent of it mean nothing. */
	stats_difference_of(&vague, &flat_60, STATS_WELCH, &d);
	assert_near(d.difference_pct, 5900, 1e-9);
	assert_nan(d.ci95_low_pct);
	assert_nan(d.ci95_high_pct);
	assert_true(d.ci95_low > 0);
	/* What is negative: less of it is a rise. */
	stats_difference_of(&minus, &less, STATS_WELCH, &d);
	assert_near(d.difference_pct, 50, 1e-12);
	assert_true(d.ci95_low_pct < 50 && 50 < d.ci95_high_pct);
	assert_true(d.ci95_low_pct > 0 && d.ci95_low > 0);
	stats_difference_of(&flat, &flat_60, STATS_WELCH, &d);
	assert_near(d.ci95_low, 10, 0);
	assert_near(d.ci95_high, 10, 0);
	assert_near(d.p_value, 0, 0);
	assert_true(isinf(d.effect_size));
	stats_difference_of(&flat, &flat, STATS_WELCH, &d);
	assert_near(d.p_value, 1, 0);
	assert_near(d.effect_size, 0, 0);
}

/* Marsaglia's polar method. */
static double draw_normal(struct rng *r, double mean, double stddev)
{
	double x, y, s;

	do {
		x = 2 * rng_unit(r) - 1;
		y = 2 * rng_unit(r) - 1;
		s = x * x + y * y;
	} while (s >= 1 || s == 0);
	return mean + stddev * x * sqrt(-2 * log(s) / s);
}

static void draw_many(struct rng *r, double *values, size_t n, double mean,
		      double stddev)
{
	for (size_t i = 0; i < n; i++)
		values[i] = draw_normal(r, mean, stddev);
}

/* The point of Welch: 95 % intervals hold the truth 95 % of the time also where the
 * smaller sample has the larger spread, where a pooled interval fails. */
static void intervals_hold_the_truth_as_often_as_they_say(void **state)
{
	enum { ROUNDS = 4000, MANY = 20, FEW = 5 };
	int welch = 0, welch_pct = 0, pooled = 0;
	struct rng r = {2024};

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		double before[MANY], after[FEW];
		struct stats_difference d;
		struct stats s1, s2;

		draw_many(&r, before, MANY, 100, 1);
		draw_many(&r, after, FEW, 110, 5);
		stats_of(before, MANY, &s1);
		stats_of(after, FEW, &s2);
		stats_difference_of(&s1, &s2, STATS_WELCH, &d);
		welch += d.ci95_low <= 10 && 10 <= d.ci95_high;
		welch_pct += d.ci95_low_pct <= 10 && 10 <= d.ci95_high_pct;
		stats_difference_of(&s1, &s2, STATS_POOLED, &d);
		pooled += d.ci95_low <= 10 && 10 <= d.ci95_high;
	}
	/* Three standard deviations of a count of 4000 with p = 0.95 are 1 %. */
	assert_near(welch / (double)ROUNDS, 0.95, 0.011);
	assert_near(welch_pct / (double)ROUNDS, 0.95, 0.011);
	assert_true(pooled / (double)ROUNDS < 0.80);
}

static double mean_of_first(const struct stats_sample *samples, size_t n_samples,
			    const void *context)
{
	struct stats s;

	(void)n_samples;
	stats_of(samples[0].values, samples[0].n, &s);
	return s.mean * *(const double *)context;
}

static void bootstrap_repeats_with_its_seed(void **state)
{
	const struct stats_sample samples[] = {{sleep_1, COUNT_OF(sleep_1)},
					       {sleep_2, COUNT_OF(sleep_2)}};
	struct stats_interval first, again, other;
	struct rng r = {9};

	(void)state;
	assert_int_equal(stats_bootstrap(samples, 2, stats_median_difference, NULL,
					 STATS_RESAMPLES, &r, &first),
			 0);
	stats_bootstrap(samples, 2, stats_median_difference, NULL, STATS_RESAMPLES, &r,
			&other);
	r = (struct rng){9};
	stats_bootstrap(samples, 2, stats_median_difference, NULL, STATS_RESAMPLES, &r,
			&again);
	assert_near(first.estimate, 1.75 - 0.35, 1e-12);
	assert_true(first.ci95_low < first.estimate &&
		    first.estimate < first.ci95_high);
	assert_memory_equal(&first, &again, sizeof(first));
	assert_memory_not_equal(&first, &other, sizeof(first));
}

/* Where there is a formula, the bootstrap comes to it. */
static void bootstrap_agrees_with_the_t_interval_of_a_mean(void **state)
{
	static const double factor = 2;
	double values[200];
	const struct stats_sample sample = {values, COUNT_OF(values)};
	struct stats_interval boot;
	struct rng r = {77};
	struct stats s;

	(void)state;
	draw_many(&r, values, COUNT_OF(values), 50, 4);
	stats_of(values, COUNT_OF(values), &s);
	stats_bootstrap(&sample, 1, mean_of_first, &factor, 4000, &r, &boot);
	assert_near(boot.estimate, factor * s.mean, 1e-9);
	assert_near(boot.ci95_low, factor * s.ci95_low, 0.1);
	assert_near(boot.ci95_high, factor * s.ci95_high, 0.1);
}

static void bootstrap_needs_two_of_each(void **state)
{
	const struct stats_sample samples[] = {{sleep_1, COUNT_OF(sleep_1)},
					       {sleep_2, 1}};
	const struct stats_sample empty[] = {{NULL, 0}, {sleep_2, 2}};
	struct stats_interval interval;
	struct rng r = {9};

	(void)state;
	assert_int_equal(stats_bootstrap(samples, 2, stats_median_difference, NULL, 100,
					 &r, &interval),
			 0);
	assert_near(interval.estimate, 1.9 - 0.35, 1e-12);
	assert_nan(interval.ci95_low);
	assert_nan(interval.ci95_high);
	assert_int_equal(stats_bootstrap(empty, 2, stats_median_difference, NULL, 100,
					 &r, &interval),
			 0);
	assert_nan(interval.estimate);
	assert_nan(interval.ci95_low);
}

static double nan_below_zero(const struct stats_sample *samples, size_t n_samples,
			     const void *context)
{
	double x = samples[0].values[0];

	(void)n_samples;
	(void)context;
	return x < 0 ? NAN : x;
}

static void bootstrap_leaves_out_what_has_no_answer(void **state)
{
	static const double values[] = {-1, 3}, bad[] = {-1, -2};
	struct stats_sample sample = {values, 2};
	struct stats_interval interval;
	struct rng r = {4};

	(void)state;
	stats_bootstrap(&sample, 1, nan_below_zero, NULL, 100, &r, &interval);
	assert_nan(interval.estimate);
	assert_near(interval.ci95_low, 3, 0);
	assert_near(interval.ci95_high, 3, 0);
	sample.values = bad;
	stats_bootstrap(&sample, 1, nan_below_zero, NULL, 100, &r, &interval);
	assert_nan(interval.ci95_low);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_published_comparison),
		cmocka_unit_test(agrees_with_welch_and_student_on_the_sleep_data),
		cmocka_unit_test(agrees_with_the_published_trimmed_mean),
		cmocka_unit_test(says_only_what_can_be_known),
		cmocka_unit_test(intervals_hold_the_truth_as_often_as_they_say),
		cmocka_unit_test(bootstrap_repeats_with_its_seed),
		cmocka_unit_test(bootstrap_agrees_with_the_t_interval_of_a_mean),
		cmocka_unit_test(bootstrap_needs_two_of_each),
		cmocka_unit_test(bootstrap_leaves_out_what_has_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
