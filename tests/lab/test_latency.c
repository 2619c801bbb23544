/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "support/check.h"
#include "tlblab/lab/latency.h"

static void empty_is_not_zero(void **state)
{
	struct hist_view *v = calloc(1, sizeof(*v));
	struct latency_summary l;

	(void)state;
	latency_summarise(v, 0.5, NAN, &l);
	assert_int_equal(l.count, 0);
	assert_true(isnan(l.p50_ns) && isnan(l.p999_ns) && isnan(l.max_ns));
	free(v);
}

static void assert_bucket(double got, double want)
{
	/* A bucket is a thirty-second wide. */
	if (fabs(got - want) > want / 32)
		fail_msg("%g is not near %g", got, want);
}

static void quantiles_come_in_nanoseconds(void **state)
{
	struct hist_view *v = calloc(1, sizeof(*v));
	struct latency_summary l;

	(void)state;
	for (uint64_t tick = 1; tick <= 10000; tick++) {
		v->count[hist_bucket(tick)]++;
		v->total++;
	}
	latency_summarise(v, 0.5, NAN, &l);
	assert_int_equal(l.count, 10000);
	assert_bucket(l.p50_ns, 2500);
	assert_bucket(l.p90_ns, 4500);
	assert_bucket(l.p99_ns, 4950);
	assert_bucket(l.p999_ns, 4995);
	assert_bucket(l.max_ns, 5000);
	free(v);
}

static void nothing_exceeds_the_exact_largest(void **state)
{
	struct hist_view *v = calloc(1, sizeof(*v));
	struct latency_summary l;

	(void)state;
	v->count[hist_bucket(100000)] = v->total = 1;
	latency_summarise(v, 1, 99000, &l);
	assert_true(l.max_ns == 99000 && l.p50_ns <= 99000 && l.p999_ns <= 99000);
	free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_is_not_zero),
		cmocka_unit_test(quantiles_come_in_nanoseconds),
		cmocka_unit_test(nothing_exceeds_the_exact_largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
