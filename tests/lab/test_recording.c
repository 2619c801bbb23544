/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/recording.h"

#include <errno.h>
#include <math.h>

#include "support/check.h"

static struct sample interval(double t_s, double ops, const uint32_t *row, int n)
{
	struct sample s = {.t_s = t_s, .elapsed_s = 0.1};

	sample_put(&s, CH_OPS, ops, QUALITY_EXACT);
	sample_put(&s, CH_WORKER_NS, 1e8, QUALITY_EXACT);
	s.cpu_shootdowns = row;
	s.n_cpus = n;
	return s;
}

static void runs_follow_each_other(void **state)
{
	struct recording *r = recording_new(0);
	struct sample a = interval(0.1, 5, NULL, 0), b = interval(0.2, 7, NULL, 0);

	(void)state;
	assert_non_null(r);
	assert_int_equal(recording_add(r, &a, NULL, NULL), 0);
	assert_int_equal(recording_add(r, &b, NULL, NULL), 0);
	assert_int_equal(recording_begin_run(r), 0);
	assert_int_equal(recording_add(r, &a, NULL, NULL), 0);
	assert_int_equal(recording_n_runs(r), 2);
	assert_true(fabs(recording_run(r, 1)->base_s - 0.2) < 1e-9);
	assert_true(fabs(recording_end_s(r) - 0.3) < 1e-9);
	assert_int_equal(recording_run_at(r, 0.1), 0);
	assert_int_equal(recording_run_at(r, 0.25), 1);
	assert_int_equal(recording_find(r, 0.1 + 1e-9), 1);
	assert_int_equal(recording_find(r, 9), 3);
	recording_free(r);
}

static void time_does_not_go_back(void **state)
{
	struct recording *r = recording_new(0);
	struct sample a = interval(0.5, 5, NULL, 0), b = interval(0.2, 7, NULL, 0);
	struct sample never = interval(NAN, 7, NULL, 0);

	(void)state;
	assert_int_equal(recording_add(r, &a, NULL, NULL), 0);
	assert_int_equal(recording_add(r, &b, NULL, NULL), -EINVAL);
	assert_int_equal(recording_add(r, &never, NULL, NULL), -EINVAL);
	assert_int_equal(recording_count(r), 1);
	recording_free(r);
}

/* Far more than fits: counts add up, a spike stays, the end is the end. */
static void endless_is_bounded(void **state)
{
	struct recording *r = recording_new(2);
	int n = 3 * RECORDING_POINTS + 17;
	double ops = 0;
	float highest = 0;

	(void)state;
	for (int i = 0; i < n; i++) {
		uint32_t row[2] = {1, i == 70000 ? 1000 : 0};
		struct sample s = interval((i + 1) * 0.1, i == 70000 ? 1 : 100, row, 2);

		assert_int_equal(recording_add(r, &s, NULL, NULL), 0);
	}
	assert_true(recording_count(r) <= RECORDING_POINTS);
	for (int i = 0; i < recording_count(r); i++) {
		const struct series_point *p = recording_at(r, i);

		ops += sample_get(&p->sample, CH_OPS).value;
		highest = fmaxf(highest, p->high[METRIC_NS_PER_OP]);
	}
	assert_true(ops == (n - 1) * 100.0 + 1);
	assert_true(highest > 0.9e8f);

	uint64_t totals[2];

	assert_true(recording_cpus(r, 0, recording_end_s(r), totals));
	assert_true(fabs((double)totals[0] - n) <= n * 1e-6 + 1);
	assert_true(totals[1] >= 999 && totals[1] <= 1001);
	recording_free(r);
}

static void cpus_of_a_window(void **state)
{
	struct recording *r = recording_new(3);
	uint64_t totals[3];

	(void)state;
	assert_false(recording_cpus(r, 0, 1, totals));
	for (int i = 0; i < 10; i++) {
		uint32_t row[3] = {10, (uint32_t)i, SAMPLE_CPU_ABSENT};
		struct sample s = interval((i + 1) * 0.1, 1, row, 3);

		recording_add(r, &s, NULL, NULL);
	}
	assert_true(recording_cpus(r, 0.5, 0.8, totals));
	assert_int_equal(totals[0], 30);
	assert_int_equal(totals[1], 5 + 6 + 7);
	assert_true(totals[2] == SERIES_CPU_ABSENT);
	recording_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_follow_each_other),
		cmocka_unit_test(time_does_not_go_back),
		cmocka_unit_test(endless_is_bounded),
		cmocka_unit_test(cpus_of_a_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
