/* SPDX-License-Identifier: MIT */
#include "tlblab/base/stats.h"

#include <string.h>

#include "support/check.h"

/* The sample of the published will-it-scale mmap1 comparison, as ministat printed it.
 */
static void agrees_with_the_published_sample(void **state)
{
	static const double before[] = {1005918, 1006319, 1009119, 1013143, 1009155};
	struct stats s;

	(void)state;
	assert_int_equal(stats_of(before, COUNT_OF(before), &s), 0);
	assert_int_equal(s.n, 5);
	assert_near(s.min, 1005918, 0);
	assert_near(s.max, 1013143, 0);
	assert_near(s.median, 1009119, 0);
	assert_near(s.mean, 1008730.8, 1e-6);
	assert_near(s.stddev, 2895.1156, 5e-5);
	/* t(0.975, 4) = 2.776445 from any printed table. */
	assert_near(s.mean - s.ci95_low, 2.776445 * 2895.1156 / sqrt(5), 0.01);
	assert_near(s.ci95_high - s.mean, s.mean - s.ci95_low, 1e-6);
}

static void what_needs_more_numbers_is_nan(void **state)
{
	static const double one[] = {42};
	struct stats s;

	(void)state;
	assert_int_equal(stats_of(NULL, 0, &s), 0);
	assert_int_equal(s.n, 0);
	assert_nan(s.mean);
	assert_nan(s.median);
	assert_nan(s.min);
	assert_nan(s.max);
	assert_nan(s.stddev);
	assert_int_equal(stats_of(one, 1, &s), 0);
	assert_int_equal(s.n, 1);
	assert_near(s.mean, 42, 0);
	assert_near(s.median, 42, 0);
	assert_near(s.min, 42, 0);
	assert_near(s.max, 42, 0);
	assert_nan(s.stddev);
	assert_nan(s.ci95_low);
	assert_nan(s.ci95_high);
}

static void missing_values_are_left_out(void **state)
{
	const double values[] = {NAN, 3, NAN, 1, 2, NAN};
	const double nothing[] = {NAN, NAN};
	struct stats s;

	(void)state;
	assert_int_equal(stats_of(values, COUNT_OF(values), &s), 0);
	assert_int_equal(s.n, 3);
	assert_near(s.mean, 2, 1e-15);
	assert_near(s.stddev, 1, 1e-15);
	assert_near(s.ci95_low, 2 - 4.302653 / sqrt(3), 1e-6);
	assert_int_equal(stats_of(nothing, COUNT_OF(nothing), &s), 0);
	assert_int_equal(s.n, 0);
	assert_nan(s.mean);
}

static void equal_values_have_no_spread(void **state)
{
	static const double same[] = {0.1, 0.1, 0.1, 0.1};
	struct stats s;

	(void)state;
	stats_of(same, COUNT_OF(same), &s);
	assert_near(s.stddev, 0, 0);
	assert_near(s.ci95_low, 0.1, 0);
	assert_near(s.ci95_high, 0.1, 0);
	assert_near(s.median, 0.1, 0);
}

static void quantiles_interpolate(void **state)
{
	/* R: quantile(c(10, 20, 40, 80), c(.25, .5, .9), type = 7) */
	static const double sorted[] = {10, 20, 40, 80};

	(void)state;
	assert_near(stats_quantile_sorted(sorted, 4, 0), 10, 0);
	assert_near(stats_quantile_sorted(sorted, 4, 0.25), 17.5, 1e-12);
	assert_near(stats_quantile_sorted(sorted, 4, 0.5), 30, 1e-12);
	assert_near(stats_quantile_sorted(sorted, 4, 0.9), 68, 1e-12);
	assert_near(stats_quantile_sorted(sorted, 4, 1), 80, 0);
	assert_near(stats_quantile_sorted(sorted, 4, 7), 80, 0);
	assert_near(stats_quantile_sorted(sorted, 1, 0.3), 10, 0);
	assert_nan(stats_quantile_sorted(sorted, 0, 0.5));
	assert_nan(stats_quantile_sorted(sorted, 4, NAN));
}

static void the_generator_is_the_same_everywhere(void **state)
{
	/* The first outputs of the reference splitmix64 for seed 1234567. */
	static const uint64_t want[] = {
		UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
		UINT64_C(16408922859458223821)};
	struct rng r = {1234567};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(want); i++)
		assert_true(rng_next(&r) == want[i]);
}

static void draws_below_a_bound_are_even(void **state)
{
	enum { FACES = 7, DRAWS = 70000 };
	struct rng r = {11};
	int seen[FACES] = {0};
	double chi2 = 0, sum = 0;

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		uint64_t face = rng_below(&r, FACES);

		assert_true(face < FACES);
		seen[face]++;
	}
	for (int i = 0; i < FACES; i++)
		chi2 += pow(seen[i] - DRAWS / FACES, 2) / (DRAWS / FACES);
	assert_true(chi2 <
		    22.46); /* 6 degrees of freedom, p = 0.001; the seed is fixed */
	for (int i = 0; i < 100; i++)
		assert_true(rng_below(&r, 1) == 0);
	/* A bound just over half the range: a bare modulo would hit the low half twice
	 * as often. */
	int low = 0;

	for (int i = 0; i < 10000; i++)
		low += rng_below(&r, UINT64_C(3) << 62) < UINT64_C(1) << 62;
	assert_near(low, 10000.0 / 3, 250);
	for (int i = 0; i < 10000; i++) {
		double u = rng_unit(&r);

		assert_true(u >= 0 && u < 1);
		sum += u;
	}
	assert_near(sum / 10000, 0.5, 0.02);
}

/* Each of the six orders of three as often, and every one a permutation. */
static void every_order_is_as_likely(void **state)
{
	enum { THINGS = 3, ORDERS = 6, DRAWS = 60000 };
	struct rng r = {5};
	int seen[THINGS * THINGS * THINGS] = {0}, kinds = 0;
	double chi2 = 0;

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		int order[THINGS];

		rng_order(&r, order, THINGS);
		assert_int_equal(1 << order[0] | 1 << order[1] | 1 << order[2], 7);
		seen[(order[0] * THINGS + order[1]) * THINGS + order[2]]++;
	}
	for (size_t i = 0; i < COUNT_OF(seen); i++) {
		if (!seen[i])
			continue;
		kinds++;
		chi2 += pow(seen[i] - DRAWS / ORDERS, 2) / (DRAWS / ORDERS);
	}
	assert_int_equal(kinds, ORDERS);
	assert_true(chi2 < 20.52); /* 5 degrees of freedom, p = 0.001; seeded */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_published_sample),
		cmocka_unit_test(what_needs_more_numbers_is_nan),
		cmocka_unit_test(missing_values_are_left_out),
		cmocka_unit_test(equal_values_have_no_spread),
		cmocka_unit_test(quantiles_interpolate),
		cmocka_unit_test(the_generator_is_the_same_everywhere),
		cmocka_unit_test(draws_below_a_bound_are_even),
		cmocka_unit_test(every_order_is_as_likely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
