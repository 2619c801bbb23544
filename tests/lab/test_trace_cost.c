/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/trace_cost.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void add(struct series *series, int i, double ns_per_op, bool counted,
		uint8_t noise)
{
	struct sample s = {.t_s = 0.1 * (i + 1), .elapsed_s = 0.1, .noise = noise};

	sample_put(&s, CH_WORKER_NS, 1e8, QUALITY_EXACT);
	sample_put(&s, CH_OPS, 1e8 / ns_per_op, QUALITY_EXACT);
	if (counted)
		sample_put(&s, CH_FLUSH_OPS, 1e8 / ns_per_op, QUALITY_EXACT);
	series_add(series, &s);
}

static void assert_near(double got, double want)
{
	if (!(fabs(got - want) < 1e-6))
		fail_msg("%g, not %g", got, want);
}

static void test_slices_against_their_neighbours(void **state)
{
	struct series *series = series_new(1);
	struct trace_cost cost;

	(void)state;
	/* Each operation takes longer from interval to interval: drift is no cost. */
	for (int i = 0; i < 100; i++) {
		double ns = 2000 + 10 * i;

		add(series, i, i % 10 == 5 ? ns * 1.06 : ns, i % 10 == 5, 0);
	}
	assert_true(trace_cost_of(series, 0, &cost));
	assert_int_equal(cost.n, 10);
	assert_near(cost.on_share, 0.1);
	assert_near(cost.while_on_pct, 6);
	assert_near(cost.pct, 0.6);
	/* The warm-up's slices are not the run's. */
	assert_true(trace_cost_of(series, 5.0, &cost));
	assert_int_equal(cost.n, 5);
	series_free(series);
}

static void test_disturbed_intervals_are_not_compared(void **state)
{
	struct series *series = series_new(1);
	struct trace_cost cost;

	(void)state;
	add(series, 0, 1000, false, 0);
	add(series, 1, 9000, false, 1); /* passed over: the one before is taken */
	add(series, 2, 1100, true, 0);
	add(series, 3, 5000, true, 1); /* itself disturbed */
	assert_true(trace_cost_of(series, 0, &cost));
	assert_int_equal(cost.n, 1);
	assert_near(cost.while_on_pct, 10);
	series_free(series);
}

static void test_nothing_to_compare(void **state)
{
	struct series *series = series_new(1);
	struct trace_cost cost;

	(void)state;
	assert_false(trace_cost_of(series, 0, &cost));
	add(series, 0, 1000, true, 0);
	add(series, 1, 1000, true, 0);
	assert_false(trace_cost_of(series, 0, &cost));
	assert_int_equal(cost.n, 0);
	series_clear(series);
	add(series, 0, 1000, false, 0);
	assert_false(trace_cost_of(series, 0, &cost));
	series_free(series);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slices_against_their_neighbours),
		cmocka_unit_test(test_disturbed_intervals_are_not_compared),
		cmocka_unit_test(test_nothing_to_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
