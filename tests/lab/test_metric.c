/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/lab/metric.h"

static const char *const contract_names[METRIC_N] = {"ns_per_op",
						     "ops_per_s",
						     "runtime_s",
						     "shootdowns_per_op",
						     "shootdowns_per_s",
						     "full_flushes_per_op",
						     "ranged_flushes_per_op",
						     "dtlb_walk_cycles_per_op",
						     "dtlb_walk_cycles_pct",
						     "dtlb_walks_per_op",
						     "refill_ns_per_page",
						     "victim_slowdown",
						     "victim_stall_p99_ns",
						     "victim_stall_p999_ns",
						     "victim_stall_max_ns",
						     "dtlb_walk_mean_cycles",
						     "victim_lost_ns_per_op",
						     "cpus_told_per_op",
						     "cpus_told_per_s",
						     "flushing_workers_pct",
						     "flushing_cpus_pct",
						     "kernel_flush_mean_ns",
						     "kernel_flush_p50_ns",
						     "kernel_flush_p99_ns"};

static void names_are_the_contracts_in_its_order(void **state)
{
	(void)state;
	for (int m = 0; m < METRIC_N; m++) {
		assert_string_equal(metric_table[m].name, contract_names[m]);
		assert_int_equal(metric_find(contract_names[m]), m);
		assert_true(strlen(metric_table[m].title) > 3);
		assert_true(strlen(metric_table[m].help) > 10);
		assert_non_null(metric_table[m].unit);
	}
	assert_int_equal(metric_find("ns_per_operation"), METRIC_N);
}

/* Half a second, two workers, everything counted; every figure by hand. */
static struct sample worked_example(void)
{
	struct sample s = {.t_s = 1, .elapsed_s = 0.5};

	sample_put(&s, CH_OPS, 1000, QUALITY_EXACT);
	sample_put(&s, CH_WORKER_NS, 1e9, QUALITY_EXACT);
	sample_put(&s, CH_SHOOTDOWNS, 990, QUALITY_EXACT);
	sample_put(&s, CH_TOLD, 1000, QUALITY_EXACT);
	sample_put(&s, CH_TOLD_BACKGROUND, 10, QUALITY_EXACT);
	sample_put(&s, CH_TOLD_NS, 5e8, QUALITY_EXACT);
	s.told_source = TOLD_ROW;
	sample_put(&s, CH_FLUSH_OPS, 400, QUALITY_EXACT);
	sample_put(&s, CH_FLUSH_FULL, 40, QUALITY_EXACT);
	sample_put(&s, CH_FLUSH_RANGED, 360, QUALITY_EXACT);
	sample_put(&s, CH_CYCLES, 2e6, QUALITY_EXACT);
	sample_put(&s, CH_DTLB_LOAD_WALK_CYCLES, 5e5, QUALITY_EXACT);
	sample_put(&s, CH_DTLB_STORE_WALK_CYCLES, 4e5, QUALITY_EXACT);
	sample_put(&s, CH_DTLB_LOAD_WALKS, 3000, QUALITY_EXACT);
	sample_put(&s, CH_DTLB_LOAD_WALK_PENDING, 9e4, QUALITY_EXACT);
	sample_put(&s, CH_DTLB_STORE_WALKS, 2000, QUALITY_EXACT);
	sample_put(&s, CH_VICTIM_LOOPS, 500, QUALITY_EXACT);
	sample_put(&s, CH_VICTIM_QUIET_LOOPS, 1000, QUALITY_EXACT);
	sample_put(&s, CH_VICTIM_STALL_P99_NS, 11e3, QUALITY_EXACT);
	sample_put(&s, CH_VICTIM_STALL_P999_NS, 15e3, QUALITY_EXACT);
	sample_put(&s, CH_VICTIM_STALL_MAX_NS, 99e3, QUALITY_EXACT);
	sample_put(&s, CH_REFILL_NS_PER_PAGE, 31, QUALITY_EXACT);
	sample_put(&s, CH_FLUSHING_WORKERS_PCT, 50, QUALITY_EXACT);
	sample_put(&s, CH_FLUSHING_CPUS_PCT, 90, QUALITY_EXACT);
	sample_put(&s, CH_KERNEL_FLUSH_MEAN_NS, 1398, QUALITY_EXACT);
	sample_put(&s, CH_KERNEL_FLUSH_P50_NS, 1300, QUALITY_EXACT);
	sample_put(&s, CH_KERNEL_FLUSH_P99_NS, 9000, QUALITY_EXACT);
	return s;
}

static void values_by_hand(void **state)
{
	static const double want[METRIC_N] = {
		1e6,  2000, NAN,  0.99, 1980, 0.1,  0.9,  500, 25, 5,	 31,   2,
		11e3, 15e3, 99e3, 30,	25e4, 0.99, 1980, 50,  90, 1398, 1300, 9000};
	struct sample s = worked_example();

	(void)state;
	for (int m = 0; m < METRIC_N; m++) {
		struct reading r = metric_of(m, &s);

		if (m == METRIC_RUNTIME_S) {
			assert_false(reading_present(r));
			continue;
		}
		assert_int_equal(r.quality, QUALITY_EXACT);
		if (fabs(r.value - want[m]) > 1e-9 * fabs(want[m]))
			fail_msg("%s is %g, not %g", metric_table[m].name, r.value,
				 want[m]);
	}
}

static void absent_in_absent_out(void **state)
{
	struct sample s = {.elapsed_s = 1};

	(void)state;
	for (int m = 0; m < METRIC_N; m++)
		assert_false(reading_present(metric_of(m, &s)));
	s = worked_example();
	sample_put(&s, CH_SHOOTDOWNS, 0, QUALITY_ABSENT);
	assert_false(reading_present(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s)));
	assert_false(reading_present(metric_of(METRIC_SHOOTDOWNS_PER_S, &s)));
}

static void nothing_is_divided_by_nothing(void **state)
{
	struct sample s = worked_example();

	(void)state;
	sample_put(&s, CH_OPS, 0, QUALITY_EXACT);
	sample_put(&s, CH_FLUSH_OPS, 0, QUALITY_EXACT);
	sample_put(&s, CH_CYCLES, 0, QUALITY_EXACT);
	sample_put(&s, CH_VICTIM_LOOPS, 0, QUALITY_EXACT);
	s.elapsed_s = 0;
	for (int m = 0; m < METRIC_REFILL_NS_PER_PAGE; m++)
		assert_false(reading_present(metric_of(m, &s)));
	assert_false(reading_present(metric_of(METRIC_VICTIM_SLOWDOWN, &s)));
}

static void a_measured_zero_is_a_zero(void **state)
{
	struct sample s = worked_example();

	(void)state;
	sample_put(&s, CH_SHOOTDOWNS, 0, QUALITY_EXACT);
	assert_true(reading_present(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s)));
	assert_true(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s).value == 0);
}

static void quality_is_that_of_the_worst_input(void **state)
{
	struct sample s = worked_example();

	(void)state;
	sample_put(&s, CH_CYCLES, 2e6, QUALITY_SCALED);
	assert_int_equal(metric_of(METRIC_DTLB_WALK_CYCLES_PCT, &s).quality,
			 QUALITY_SCALED);
	sample_put(&s, CH_DTLB_STORE_WALKS, 1, QUALITY_SCALED);
	assert_int_equal(metric_of(METRIC_DTLB_WALKS_PER_OP, &s).quality,
			 QUALITY_SCALED);
	/* One counter for loads and stores, as on AMD. */
	sample_put(&s, CH_DTLB_STORE_WALKS, 0, QUALITY_ABSENT);
	assert_true(metric_of(METRIC_DTLB_WALKS_PER_OP, &s).value == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_the_contracts_in_its_order),
		cmocka_unit_test(values_by_hand),
		cmocka_unit_test(absent_in_absent_out),
		cmocka_unit_test(nothing_is_divided_by_nothing),
		cmocka_unit_test(a_measured_zero_is_a_zero),
		cmocka_unit_test(quality_is_that_of_the_worst_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
