/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/lab/summary.h"

/* A finished run of two intervals, of which the second is twice as fast. */
static struct run_record *run_new(int point, double ops)
{
	struct run_record *r = calloc(1, sizeof(*r));

	r->series = series_new(0);
	r->point = point;
	r->elapsed_s = 2;
	for (int i = 0; i < 2; i++) {
		struct sample s = {.t_s = i + 1, .elapsed_s = 1};

		sample_put(&s, CH_OPS, ops * (i + 1), QUALITY_EXACT);
		sample_put(&s, CH_WORKER_NS, 1e9, QUALITY_EXACT);
		series_add(r->series, &s);
	}
	run_record_summarise(r, 0);
	return r;
}

static void runs_free(struct run_record **runs, int n)
{
	for (int i = 0; i < n; i++)
		run_record_free(runs[i]);
}

static void one_value_a_run_over_the_repeats(void **state)
{
	struct run_record *runs[] = {run_new(1, 100), run_new(0, 10), run_new(0, 30),
				     run_new(1, 300), NULL,	      run_new(0, 20)};
	struct point_summary out[3];

	(void)state;
	assert_int_equal(points_summarise(runs, 6, 3, out), 0);
	assert_int_equal(out[0].n_runs, 3);
	assert_int_equal(out[1].n_runs, 2);
	assert_int_equal(out[2].n_runs, 0);
	assert_int_equal(out[2].point, 2);

	const struct stats *rate = &out[0].metric[METRIC_OPS_PER_S];

	assert_int_equal(rate->n, 3);
	assert_near(rate->mean, 30, 1e-12); /* (15 + 45 + 30) / 3 */
	assert_near(rate->median, 30, 1e-12);
	assert_near(rate->min, 15, 1e-12);
	/* The counts are divided once: not the mean of the intervals' 1e8 and 5e7. */
	assert_near(out[0].metric[METRIC_NS_PER_OP].max, 2e9 / 30, 1e-3);
	assert_near(out[1].metric[METRIC_OPS_PER_S].mean, 300, 1e-12);
	assert_near(out[1].metric[METRIC_RUNTIME_S].mean, 2, 0);
	assert_int_equal(out[0].metric[METRIC_SHOOTDOWNS_PER_OP].n, 0);
	assert_int_equal(out[2].metric[METRIC_OPS_PER_S].n, 0);
	runs_free(runs, 6);
}

/* Which source counted is part of a point: a mean over several is of no one thing. */
static void a_point_names_the_sources_of_cpus_told(void **state)
{
	static const enum told_source source[] = {TOLD_ROW, TOLD_SENT, TOLD_ROW,
						  TOLD_SENT};
	struct run_record *runs[] = {run_new(0, 10), run_new(0, 20), run_new(1, 30),
				     run_new(1, 90)};
	struct point_summary out[2];

	(void)state;
	for (int i = 0; i < 4; i++) {
		sample_put(&runs[i]->total, CH_TOLD, 10, QUALITY_EXACT);
		sample_put(&runs[i]->total, CH_TOLD_NS, 2e9, QUALITY_EXACT);
		runs[i]->total.told_source = (uint8_t)source[i];
		runs[i]->told_source = source[i];
	}
	strcpy(runs[3]->failure, "worker 1 crashed");
	assert_int_equal(points_summarise(runs, 4, 2, out), 0);
	assert_int_equal(out[0].told, 1u << TOLD_ROW | 1u << TOLD_SENT);
	assert_int_equal(out[1].told, 1u << TOLD_ROW);
	runs_free(runs, 4);
}

static void failed_and_interrupted_runs(void **state)
{
	struct run_record *runs[] = {run_new(0, 10), run_new(0, 20), run_new(0, 90)};
	struct point_summary out[1];

	(void)state;
	runs[1]->interrupted = true;
	strcpy(runs[2]->failure, "worker 1 crashed");
	assert_int_equal(points_summarise(runs, 3, 1, out), 0);
	assert_int_equal(out[0].n_runs, 3);
	assert_int_equal(out[0].n_failed, 1);
	assert_int_equal(out[0].metric[METRIC_OPS_PER_S].n, 2);
	assert_near(out[0].metric[METRIC_OPS_PER_S].max, 30, 1e-12);
	assert_int_equal(out[0].metric[METRIC_RUNTIME_S].n, 1);
	runs_free(runs, 3);
}

static void stalls_come_from_the_victims_histograms(void **state)
{
	struct run_record *r = run_new(0, 10);

	(void)state;
	assert_false(reading_present(run_record_metric(r, METRIC_VICTIM_STALL_MAX_NS)));
	r->ns_per_tick = 0.5;
	r->n_victims = 2;
	r->victims = calloc(2, sizeof(*r->victims));
	for (int v = 0; v < 2; v++) {
		struct worker_record *w = &r->victims[v];

		w->latency.count[hist_bucket(20000)] = 500;
		w->latency.total = 500;
		w->max_ns = 10100;
	}
	r->victims[1].latency.count[hist_bucket(1000000)] = 1;
	r->victims[1].latency.total++;
	r->victims[1].max_ns = 499000;
	assert_near(run_record_metric(r, METRIC_VICTIM_STALL_P99_NS).value, 10000, 320);
	assert_near(run_record_metric(r, METRIC_VICTIM_STALL_MAX_NS).value, 499000, 0);
	run_record_free(r);
}

static void runs_of_no_point_are_refused(void **state)
{
	struct run_record *runs[] = {run_new(2, 10)};
	struct point_summary out[2];

	(void)state;
	assert_int_equal(points_summarise(runs, 1, 2, out), -ERANGE);
	runs[0]->point = -1;
	assert_int_equal(points_summarise(runs, 1, 2, out), -ERANGE);
	assert_int_equal(points_summarise(runs, 0, 0, out), 0);
	runs_free(runs, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_point_names_the_sources_of_cpus_told),
		cmocka_unit_test(one_value_a_run_over_the_repeats),
		cmocka_unit_test(failed_and_interrupted_runs),
		cmocka_unit_test(stalls_come_from_the_victims_histograms),
		cmocka_unit_test(runs_of_no_point_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
