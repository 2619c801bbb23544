/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "support/check.h"
#include "tlblab/lab/result.h"

static struct run_record *record_new(void)
{
	struct run_record *r = calloc(1, sizeof(*r));

	r->series = series_new(2);
	return r;
}

/* One interval of a tenth of a second; flushes are counted in every other one. */
static void add(struct run_record *r, int i, double ops, double shootdowns)
{
	struct sample s = {.t_s = (i + 1) * 0.1, .elapsed_s = 0.1};

	sample_put(&s, CH_OPS, ops, QUALITY_EXACT);
	sample_put(&s, CH_WORKER_NS, 2e8, QUALITY_EXACT);
	sample_put(&s, CH_SHOOTDOWNS, shootdowns, QUALITY_EXACT);
	if (i % 2) {
		sample_put(&s, CH_FLUSH_OPS, ops, QUALITY_EXACT);
		sample_put(&s, CH_FLUSH_FULL, ops / 4, QUALITY_EXACT);
		sample_put(&s, CH_FLUSH_RANGED, ops, QUALITY_EXACT);
	}
	series_add(r->series, &s);
}

static void summarises_what_follows_the_warm_up(void **state)
{
	struct run_record *r = record_new();

	(void)state;
	for (int i = 0; i < 10; i++)
		add(r, i, 1, 1000); /* warming up: nothing like what follows */
	for (int i = 10; i < 20; i++)
		add(r, i, i % 2 ? 100 : 300, i % 2 ? 100 : 150);
	r->elapsed_s = 1.0;
	run_record_summarise(r, 1.0);

	const struct stats *ops = &r->summary[METRIC_OPS_PER_S];

	assert_int_equal(ops->n, 10);
	assert_near(ops->mean, 2000, 1e-6);
	assert_near(ops->min, 1000, 1e-6);
	assert_near(ops->max, 3000, 1e-6);
	/* 1,250 over 2,000, not the mean of the intervals' ratios, 1 and 0.5. */
	assert_near(r->summary[METRIC_SHOOTDOWNS_PER_OP].mean, 0.625, 1e-12);
	assert_near(run_record_metric(r, METRIC_SHOOTDOWNS_PER_OP).value, 0.625, 1e-12);
	assert_near(r->summary[METRIC_SHOOTDOWNS_PER_OP].ci95_high +
			    r->summary[METRIC_SHOOTDOWNS_PER_OP].ci95_low,
		    2 * 0.625, 1e-12);
	/* Flush metrics speak only of intervals in which flushes were counted. */
	assert_int_equal(r->summary[METRIC_FULL_FLUSHES_PER_OP].n, 5);
	assert_near(r->summary[METRIC_FULL_FLUSHES_PER_OP].mean, 0.25, 1e-12);
	assert_near(r->summary[METRIC_RANGED_FLUSHES_PER_OP].mean, 1, 1e-12);
	assert_int_equal(r->summary[METRIC_RUNTIME_S].n, 1);
	assert_near(r->summary[METRIC_RUNTIME_S].mean, 1.0, 0);
	assert_int_equal(r->summary[METRIC_VICTIM_SLOWDOWN].n, 0);
	run_record_free(r);
}

static void extremes_outlive_thinning(void **state)
{
	struct run_record *r = record_new();

	(void)state;
	for (int i = 0; i < 3 * SERIES_POINTS; i++)
		add(r, i, i == 5000 ? 10 : 100, 0);
	assert_true(series_thinning(r->series) > 1);
	run_record_summarise(r, 0);
	assert_near(r->summary[METRIC_OPS_PER_S].min, 100, 1e-3);
	assert_near(r->summary[METRIC_OPS_PER_S].max, 1000, 1e-3);
	assert_near(r->summary[METRIC_OPS_PER_S].median, 1000, 1e-3);
	run_record_free(r);
}

static void a_run_without_intervals_has_no_figures(void **state)
{
	struct run_record *r = record_new();

	(void)state;
	run_record_summarise(r, 0);
	for (int m = 0; m < METRIC_N; m++)
		assert_int_equal(r->summary[m].n, 0);
	add(r, 0, 1, 1);
	run_record_summarise(r, 5);
	for (int m = 0; m < METRIC_N; m++)
		assert_int_equal(r->summary[m].n, 0);
	series_free(r->series);
	r->series = NULL;
	run_record_summarise(r, 0);
	assert_int_equal(r->summary[METRIC_NS_PER_OP].n, 0);
	run_record_free(r);
	run_record_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(summarises_what_follows_the_warm_up),
		cmocka_unit_test(extremes_outlive_thinning),
		cmocka_unit_test(a_run_without_intervals_has_no_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
