/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "support/check.h"
#include "tlblab/base/stats.h"
#include "tlblab/lab/steady.h"

enum { N = 100 };

static void noise(double *values, uint64_t seed)
{
	struct rng rng = {seed};

	for (int i = 0; i < N; i++)
		values[i] = 1000 +
			    20 * gsl_cdf_ugaussian_Pinv((rng_unit(&rng) + 1e-9) / 1.1);
}

static void noise_is_steady(void **state)
{
	double values[N];
	int claims = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct steadiness s;

		noise(values, seed);
		assert_int_equal(steady_judge(values, N, 0.1, &s), 0);
		assert_int_equal(s.n, N);
		claims += s.drifts || s.warming;
	}
	assert_in_range(claims, 0, 6);
}

static void a_warm_up_is_found(void **state)
{
	struct steadiness s;
	double values[N];
	char text[128];

	(void)state;
	noise(values, 1);
	for (int i = 0; i < 15; i++)
		values[i] += 400;
	steady_judge(values, N, 0.1, &s);
	assert_in_range(s.warming, 13, 17);
	assert_near(s.warming_s, s.warming * 0.1, 1e-12);
	assert_ptr_equal(
		strstr(steady_text(&s, "ns", text, sizeof(text)), "its first "), text);
}

static void a_drift_is_found_and_an_outlier_is_none(void **state)
{
	struct steadiness s;
	double values[N];
	char text[128];

	(void)state;
	noise(values, 1);
	for (int i = 0; i < N; i++)
		values[i] += 2.0 * i;
	steady_judge(values, N, 0.1, &s);
	assert_true(s.drifts);
	assert_near(s.drift_pct, 18, 2.5); /* 198 of 1080 */
	assert_true(s.drift_p < 1e-6);

	noise(values, 1);
	values[70] = 9000;
	values[71] = 400;
	steady_judge(values, N, 0.1, &s);
	assert_false(s.drifts);
	assert_int_equal(s.warming, 0);
	assert_int_equal(s.outliers, 2);
	assert_near(s.worst, 9000, 0);
	assert_string_equal(steady_text(&s, "ns", text, sizeof(text)),
			    "2 outliers, up to 9.00 µs");
}

static void too_few_values_claim_nothing(void **state)
{
	const double values[] = {1, 2, 3, NAN, 4, 5, 600};
	struct steadiness s;
	char text[128];

	(void)state;
	steady_judge(values, COUNT_OF(values), 0.1, &s);
	assert_int_equal(s.n, 6);
	assert_string_equal(steady_text(&s, "ns", text, sizeof(text)), "");
	assert_int_equal(steady_judge(values, 0, 0.1, &s), 0);
}

/* A finished run of one second with so many operations. */
static struct run_record *run_new(int point, double ops)
{
	struct run_record *r = calloc(1, sizeof(*r));
	struct sample s = {.t_s = 1, .elapsed_s = 1};

	r->point = point;
	r->elapsed_s = 1;
	r->series = series_new(0);
	sample_put(&s, CH_OPS, ops, QUALITY_EXACT);
	series_add(r->series, &s);
	run_record_summarise(r, 0);
	return r;
}

static void a_point_stops_when_its_interval_is_tight(void **state)
{
	struct run_record *runs[] = {run_new(0, 100), run_new(1, 100), run_new(0, 102),
				     run_new(1, 150), run_new(0, 101), run_new(1, 60)};
	struct repeat_goal goal = {METRIC_OPS_PER_S, 5};

	(void)state;
	assert_false(repeat_goal_met(&goal, runs, 4, 0)); /* two runs are too few */
	assert_true(repeat_goal_met(&goal, runs, 6, 0));  /* 101 +- 2.5 */
	assert_false(repeat_goal_met(&goal, runs, 6, 1));
	goal.precision_pct = 2;
	assert_false(repeat_goal_met(&goal, runs, 6, 0));
	goal.precision_pct = 0; /* no goal is never met */
	assert_false(repeat_goal_met(&goal, runs, 6, 0));
	goal.precision_pct = 5;
	strcpy(runs[2]->failure, "worker 0 crashed");
	assert_false(repeat_goal_met(&goal, runs, 6, 0));
	for (int i = 0; i < 6; i++)
		run_record_free(runs[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_is_steady),
		cmocka_unit_test(a_warm_up_is_found),
		cmocka_unit_test(a_drift_is_found_and_an_outlier_is_none),
		cmocka_unit_test(too_few_values_claim_nothing),
		cmocka_unit_test(a_point_stops_when_its_interval_is_tight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
