/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/base/stats.h"
#include "tlblab/lab/series.h"

enum { CPUS = 64 };

/* An interval of 100 ms with ops operations, each of ns_per_op. */
static struct sample interval(int i, double ops, double ns_per_op)
{
	struct sample s = {.t_s = (i + 1) * 0.1, .elapsed_s = 0.1};

	sample_put(&s, CH_OPS, ops, QUALITY_EXACT);
	sample_put(&s, CH_WORKER_NS, ops * ns_per_op, QUALITY_EXACT);
	return s;
}

static void an_empty_series_has_nothing(void **state)
{
	struct series *s = series_new(4);
	struct sample out;

	(void)state;
	assert_int_equal(series_count(s), 0);
	assert_int_equal(series_thinning(s), 1);
	assert_int_equal(series_n_cpus(s), 4);
	assert_null(series_at(s, 0));
	assert_null(series_at(s, -1));
	assert_null(series_marker(s, 0));
	assert_false(series_window(s, -1, 1e9, &out, NULL));
	series_free(s);
	series_free(NULL);
}

static void keeps_every_interval_until_full(void **state)
{
	struct series *s = series_new(0);

	(void)state;
	for (int i = 0; i < SERIES_POINTS; i++) {
		struct sample in = interval(i, 10 + i, 1);

		series_add(s, &in);
	}
	assert_int_equal(series_count(s), SERIES_POINTS);
	assert_int_equal(series_thinning(s), 1);
	for (int i = 0; i < SERIES_POINTS; i++)
		assert_true(series_at(s, i)->sample.value[CH_OPS] == 10 + i);

	struct sample next = interval(SERIES_POINTS, 5, 1);

	series_add(s, &next);
	assert_int_equal(series_count(s), SERIES_POINTS / 2 + 1);
	assert_int_equal(series_thinning(s), 2);
	assert_true(series_at(s, 0)->sample.value[CH_OPS] == 10 + 11);
	assert_true(series_at(s, SERIES_POINTS / 2)->sample.value[CH_OPS] == 5);
	series_free(s);
}

struct totals {
	double ops, elapsed_s, flushes;
	uint64_t cpu[CPUS];
};

/* One of a long run of random intervals: rows and flushes come and go. */
static void add_random(struct series *s, struct rng *rng, int i, struct totals *t)
{
	uint32_t row[CPUS];
	struct sample in = interval(i, (double)rng_below(rng, 1000), 1);

	for (int cpu = 0; cpu < CPUS; cpu++) {
		bool absent = cpu == CPUS - 1 || rng_below(rng, 50) == 0;

		row[cpu] = absent ? SAMPLE_CPU_ABSENT : (uint32_t)rng_below(rng, 100);
	}
	if (rng_below(rng, 10)) {
		in.cpu_shootdowns = row;
		in.n_cpus = CPUS;
		for (int cpu = 0; cpu < CPUS; cpu++)
			t->cpu[cpu] += row[cpu] == SAMPLE_CPU_ABSENT ? 0 : row[cpu];
	}
	if (i % 4 == 0) {
		sample_put(&in, CH_FLUSH_FULL, i % 7, QUALITY_EXACT);
		t->flushes += i % 7;
	}
	t->ops += in.value[CH_OPS];
	t->elapsed_s += in.elapsed_s;
	series_add(s, &in);
	memset(row, 0xee, sizeof(row)); /* it was borrowed */
}

static void assert_totals(const struct series *s, const struct totals *t)
{
	uint64_t cpu[CPUS];
	struct sample all;

	assert_true(series_window(s, 0, INFINITY, &all, cpu));
	assert_true(all.value[CH_OPS] == t->ops);
	assert_true(all.value[CH_FLUSH_FULL] == t->flushes);
	assert_true(fabs(all.elapsed_s - t->elapsed_s) < 1e-6 * t->elapsed_s);
	assert_null(all.cpu_shootdowns);
	for (int i = 0; i < CPUS - 1; i++)
		assert_int_equal(cpu[i], t->cpu[i]);
	assert_true(cpu[CPUS - 1] == SERIES_CPU_ABSENT);
}

static void totals_hold_however_many_are_added(void **state)
{
	struct series *s = series_new(CPUS);
	struct totals t = {0};
	struct rng rng = {42};

	(void)state;
	for (int i = 0; i < 100000; i++) {
		add_random(s, &rng, i, &t);
		assert_true(series_count(s) <= SERIES_POINTS);
		if (i % 9973 == 9972)
			assert_totals(s, &t);
	}
	assert_totals(s, &t);
	assert_int_equal(series_thinning(s), 32);
	/* All but the newest point hold the same span, and times only grow. */
	for (int i = 1; i < series_count(s); i++)
		assert_true(series_at(s, i)->sample.t_s >
			    series_at(s, i - 1)->sample.t_s);
	for (int i = 0; i < series_count(s) - 1; i++)
		assert_true(fabs(series_at(s, i)->sample.elapsed_s - 3.2) < 1e-9);
	series_free(s);
}

static void a_spike_stays_in_high(void **state)
{
	struct series *s = series_new(0);
	float high = 0, low = INFINITY;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		double ns = i == 31337 ? 1e6 : i == 50000 ? 1 : 200;
		struct sample in = interval(i, 1000, ns);

		series_add(s, &in);
	}
	for (int i = 0; i < series_count(s); i++) {
		const struct series_point *p = series_at(s, i);

		high = fmaxf(high, p->high[METRIC_NS_PER_OP]);
		low = fminf(low, p->low[METRIC_NS_PER_OP]);
		assert_true(isnan(p->high[METRIC_VICTIM_SLOWDOWN]));
		assert_true(isnan(p->low[METRIC_VICTIM_SLOWDOWN]));
	}
	assert_true(high == 1e6f);
	assert_true(low == 1.0f);
	series_free(s);
}

static void an_hour_at_ten_hertz_of_64_cpus_stays_below_8_MB(void **state)
{
	struct series *s = series_new(64);
	size_t bytes = series_bytes(s);
	struct totals t = {0};
	struct rng rng = {1};

	(void)state;
	assert_true(bytes <= 8u << 20);
	assert_true(bytes > sizeof(struct series_point) * SERIES_POINTS);
	for (int i = 0; i < 36000; i++)
		add_random(s, &rng, i, &t);
	assert_int_equal(series_bytes(s), bytes);
	/* Still at least one point for every two seconds. */
	assert_true(series_count(s) >= 1800);
	series_free(s);
}

static void rows_shrink_the_store_on_machines_of_many_cpus(void **state)
{
	static const int cpus[] = {1, 255, 256, 257, 512, 1024, 8192};

	(void)state;
	for (size_t i = 0; i < sizeof(cpus) / sizeof(cpus[0]); i++) {
		struct series *s = series_new(cpus[i]);
		struct sample in = interval(0, 1, 1);

		assert_true(series_bytes(s) <= 8u << 20);
		for (int k = 0; k < 2 * SERIES_POINTS + 1; k++) {
			in.t_s = k;
			series_add(s, &in);
		}
		assert_true(series_count(s) >= 64);
		series_free(s);
	}
}

static void cpus_absent_and_present(void **state)
{
	const uint32_t A = SAMPLE_CPU_ABSENT;
	uint32_t first[4] = {1, A, A, A - 1}, second[3] = {2, 5, A};
	struct series *s = series_new(4);
	struct sample in;

	(void)state;
	for (int i = 0; i < SERIES_POINTS + 1; i++) {
		in = interval(i, 1, 1);
		in.cpu_shootdowns = i % 2 ? second : first;
		in.n_cpus = i % 2 ? 3 : 4; /* a CPU came online in between */
		series_add(s, &in);
	}
	const uint32_t *row = series_at(s, 7)->sample.cpu_shootdowns;

	assert_int_equal(series_at(s, 7)->sample.n_cpus, 4);
	assert_int_equal(row[0], 3);
	assert_int_equal(row[1], 5);
	assert_int_equal(row[2], A);
	assert_int_equal(row[3], A - 1);
	/* Sums that do not fit stop below the mark of absence. */
	for (int i = 0; i < SERIES_POINTS; i++) {
		in = interval(SERIES_POINTS + 1 + i, 1, 1);
		in.cpu_shootdowns = first;
		in.n_cpus = 4;
		series_add(s, &in);
	}
	assert_int_equal(series_at(s, series_count(s) - 2)->sample.cpu_shootdowns[3],
			 A - 1);
	series_free(s);
}

static void a_window_takes_points_by_their_end(void **state)
{
	struct series *s = series_new(0);
	struct sample out;

	(void)state;
	for (int i = 0; i < 10; i++) {
		struct sample in = interval(i, 1 << i, 1);

		in.t_s = i + 1;
		series_add(s, &in);
	}
	assert_true(series_window(s, 3, 5, &out, NULL));
	assert_true(out.value[CH_OPS] == 8 + 16);
	assert_true(out.t_s == 5);
	assert_false(series_window(s, 10, 20, &out, NULL));
	assert_false(reading_present(sample_get(&out, CH_OPS)));
	series_free(s);
}

static void clear_forgets_everything(void **state)
{
	struct series *s = series_new(2);
	uint32_t row[2] = {3, 4};
	struct sample in = interval(0, 1, 1);
	struct marker m = {1, "threads", "1", "2"};

	(void)state;
	for (int i = 0; i < 3 * SERIES_POINTS; i++) {
		in.cpu_shootdowns = row;
		in.n_cpus = 2;
		series_add(s, &in);
	}
	series_mark(s, &m);
	series_clear(s);
	assert_int_equal(series_count(s), 0);
	assert_int_equal(series_thinning(s), 1);
	assert_int_equal(series_n_markers(s), 0);
	in.cpu_shootdowns = NULL;
	in.n_cpus = 0;
	series_add(s, &in);
	assert_int_equal(series_count(s), 1);
	assert_null(series_at(s, 0)->sample.cpu_shootdowns);
	series_free(s);
}

static void old_markers_make_room(void **state)
{
	struct series *s = series_new(0);

	(void)state;
	for (int i = 0; i < SERIES_MAX_MARKERS + 10; i++) {
		struct marker m = {i, "ceiling", "33", "1"};

		series_mark(s, &m);
	}
	assert_int_equal(series_n_markers(s), SERIES_MAX_MARKERS);
	assert_true(series_marker(s, 0)->t_s == 10);
	assert_true(series_marker(s, SERIES_MAX_MARKERS - 1)->t_s ==
		    SERIES_MAX_MARKERS + 9);
	assert_null(series_marker(s, SERIES_MAX_MARKERS));
	assert_string_equal(series_marker(s, 5)->what, "ceiling");
	series_free(s);
}

static void a_copy_is_equal_and_its_own(void **state)
{
	struct series *s = series_new(2);
	struct marker m = {1, "threads", "1", "2"};
	uint32_t row[2] = {3, 4};

	(void)state;
	for (int i = 0; i < SERIES_POINTS + 7; i++) {
		struct sample in = interval(i, i, 1);

		in.cpu_shootdowns = row;
		in.n_cpus = 2;
		series_add(s, &in);
	}
	series_mark(s, &m);
	struct series *copy = series_copy(s);
	int n = series_count(s);

	assert_int_equal(series_count(copy), n);
	assert_int_equal(series_thinning(copy), series_thinning(s));
	assert_string_equal(series_marker(copy, 0)->what, "threads");
	double last = series_at(s, n - 1)->sample.value[CH_OPS];
	uint32_t cpu1 = series_at(s, n - 1)->sample.cpu_shootdowns[1];

	series_clear(s);
	series_free(s);
	assert_true(series_at(copy, n - 1)->sample.value[CH_OPS] == last);
	assert_int_equal(series_at(copy, n - 1)->sample.cpu_shootdowns[1], cpu1);
	series_free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_series_has_nothing),
		cmocka_unit_test(keeps_every_interval_until_full),
		cmocka_unit_test(totals_hold_however_many_are_added),
		cmocka_unit_test(a_spike_stays_in_high),
		cmocka_unit_test(an_hour_at_ten_hertz_of_64_cpus_stays_below_8_MB),
		cmocka_unit_test(rows_shrink_the_store_on_machines_of_many_cpus),
		cmocka_unit_test(cpus_absent_and_present),
		cmocka_unit_test(a_window_takes_points_by_their_end),
		cmocka_unit_test(clear_forgets_everything),
		cmocka_unit_test(old_markers_make_room),
		cmocka_unit_test(a_copy_is_equal_and_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
