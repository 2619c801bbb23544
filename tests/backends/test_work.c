/* SPDX-License-Identifier: MIT */
/*
 * Operations that last longer than an interval: two that take 0.7 s and 0.6 s of a
 * third are 2.86 operations in 2 s, whatever the intervals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backends/work.h"
#include "support/check.h"
#include "tlblab/lab/metric.h"

enum { MS = 1000000, START_NS = 5 * MS };

/* A worker whose operations take op_ms each, seen at t_ms after it started. */
static struct rig_reading seen_at(int t_ms, int op_ms)
{
	struct rig_reading r = {.start_ns = START_NS, .ops = 0};

	r.ops = (uint64_t)(t_ms / op_ms);
	r.ended_ns = r.ops ? START_NS + r.ops * (uint64_t)op_ms * MS : 0;
	return r;
}

static struct sample interval(struct work_seen *seen, int workers, int from_ms,
			      int to_ms, int op_ms)
{
	struct sample s = {.t_s = to_ms * 1e-3, .elapsed_s = (to_ms - from_ms) * 1e-3};
	struct rig_reading now = seen_at(to_ms, op_ms);
	struct work work;

	work_begin(&work, (uint64_t)(START_NS + (int64_t)from_ms * MS),
		   (uint64_t)(START_NS + (int64_t)to_ms * MS));
	for (int i = 0; i < workers; i++)
		work_add(&work, &seen[i], &now);
	work_put(&work, &s);
	return s;
}

static struct sample run(int workers, int from_ms, int to_ms, int step_ms, int op_ms,
			 int *observed)
{
	struct work_seen seen[4] = {{0, 0}};
	struct sample total = {.t_s = 0};

	*observed = 0;
	for (int t = 0; t < to_ms; t += step_ms) {
		struct sample s = interval(seen, workers, t, t + step_ms, op_ms);

		if (t < from_ms)
			continue;
		*observed += reading_present(metric_of(METRIC_NS_PER_OP, &s));
		sample_merge(&total, &s);
	}
	return total;
}

static void a_long_operation_belongs_to_the_time_it_took(void **state)
{
	int observed;
	struct sample s = run(1, 0, 2000, 100, 700, &observed);

	(void)state;
	/* Two intervals in which one ended, and no other is an observation. */
	assert_int_equal(observed, 2);
	assert_near(metric_of(METRIC_NS_PER_OP, &s).value, 700e6, 1);
	assert_near(metric_of(METRIC_OPS_PER_S, &s).value, 1 / 0.7, 1e-9);
	assert_near(sample_ops(&s).value, 2 / 0.7, 1e-9);
	assert_near(s.value[CH_OPS], 2, 0);
	assert_near(s.value[CH_WORKER_NS], 2e9, 0);
	assert_near(s.value[CH_RUNNING_OPS], 1, 0);
	assert_near(s.value[CH_RUNNING_NS], 600e6, 0);
	/* The same however it is cut, and wherever the warm-up ends. */
	s = run(1, 0, 2000, 50, 700, &observed);
	assert_near(metric_of(METRIC_NS_PER_OP, &s).value, 700e6, 1);
	s = run(3, 1000, 3000, 100, 700, &observed);
	assert_near(metric_of(METRIC_NS_PER_OP, &s).value, 700e6, 1);
	assert_near(metric_of(METRIC_OPS_PER_S, &s).value, 3 / 0.7, 1e-9);
	s = run(1, 0, 2200, 100, 1100, &observed);
	assert_near(metric_of(METRIC_NS_PER_OP, &s).value, 1100e6, 1);
}

static void what_is_counted_meanwhile_is_counted_by_the_part(void **state)
{
	struct work_seen seen = {0, 0};
	struct sample s;
	int observed;

	(void)state;
	s = run(1, 0, 2000, 100, 700, &observed);
	/* Ten a second, evenly. */
	sample_put(&s, CH_SHOOTDOWNS, 20, QUALITY_EXACT);
	assert_near(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s).value, 7, 1e-9);
	for (int t = 0; t < 700; t += 100)
		s = interval(&seen, 1, t, t + 100, 700);
	sample_put(&s, CH_SHOOTDOWNS, 1, QUALITY_EXACT);
	assert_near(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s).value, 7, 1e-9);
}

static void nothing_ended_is_no_figure_at_all(void **state)
{
	int observed;
	struct sample s = run(1, 0, 1000, 100, 5000, &observed);

	(void)state;
	assert_int_equal(observed, 0);
	assert_false(reading_present(metric_of(METRIC_NS_PER_OP, &s)));
	assert_false(reading_present(metric_of(METRIC_OPS_PER_S, &s)));
	assert_false(reading_present(sample_ops(&s)));
	assert_near(s.value[CH_RUNNING_NS], 1e9, 0);
}

static void one_under_way_for_longer_makes_the_mean_longer(void **state)
{
	struct sample s = {.elapsed_s = 2};

	(void)state;
	sample_put(&s, CH_OPS, 1, QUALITY_EXACT);
	sample_put(&s, CH_OPS_NS, 0.1e9, QUALITY_EXACT);
	sample_put(&s, CH_WORKER_NS, 2e9, QUALITY_EXACT);
	sample_put(&s, CH_RUNNING_OPS, 1, QUALITY_EXACT);
	sample_put(&s, CH_RUNNING_NS, 1.9e9, QUALITY_EXACT);
	assert_near(metric_of(METRIC_NS_PER_OP, &s).value, 1e9, 0);
	assert_near(sample_ops(&s).value, 2, 0);
}

static void short_operations_are_whole_numbers(void **state)
{
	struct work_seen seen = {0, 0};
	struct sample total = {.t_s = 0};

	(void)state;
	for (int t = 0; t < 1000; t += 100) {
		const struct rig_reading now = {.start_ns = START_NS + 30 * MS,
						.ops = (uint64_t)(t + 100) * 977};
		struct sample s = {.t_s = t * 1e-3 + 0.1, .elapsed_s = 0.1};
		struct work work;

		work_begin(&work, (uint64_t)(START_NS + t * MS),
			   (uint64_t)(START_NS + (t + 100) * MS));
		work_add(&work, &seen, &now);
		work_put(&work, &s);
		assert_true(sample_ops(&s).value == s.value[CH_OPS]);
		assert_true(s.value[CH_RUNNING_OPS] == 0);
		sample_merge(&total, &s);
	}
	assert_near(total.value[CH_WORKER_NS], 970e6, 0);
	assert_near(metric_of(METRIC_NS_PER_OP, &total).value, 970e6 / 977e3, 1e-6);
}

/* One of many short ones hangs: its time is not that of those before it. */
static void a_short_one_that_hangs_is_under_way(void **state)
{
	struct work_seen seen = {0, 0};
	struct rig_reading now = {.start_ns = START_NS, .ops = 100};
	struct work work;

	(void)state;
	work_begin(&work, START_NS, START_NS + 100 * MS);
	work_add(&work, &seen, &now);
	work_begin(&work, START_NS + 100 * MS, START_NS + 200 * MS);
	work_add(&work, &seen, &now);
	assert_int_equal(work.ops, 0);
	assert_int_equal(work.running, 1);
	assert_near(work.running_ns, 100e6, 0);
	assert_near(work.took_ns, 0, 0);
	/* A worker that has done all it was to do has nothing under way. */
	now.ops = 101;
	now.ended_ns = now.end_ns = START_NS + 250 * MS;
	work_begin(&work, START_NS + 200 * MS, START_NS + 300 * MS);
	work_add(&work, &seen, &now);
	assert_int_equal(work.running, 0);
	assert_near(work.took_ns, 150e6, 0);
	assert_near(work.worker_ns, 50e6, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_operation_belongs_to_the_time_it_took),
		cmocka_unit_test(what_is_counted_meanwhile_is_counted_by_the_part),
		cmocka_unit_test(nothing_ended_is_no_figure_at_all),
		cmocka_unit_test(one_under_way_for_longer_makes_the_mean_longer),
		cmocka_unit_test(short_operations_are_whole_numbers),
		cmocka_unit_test(a_short_one_that_hangs_is_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
