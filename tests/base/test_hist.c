/* SPDX-License-Identifier: MIT */
#include "tlblab/base/hist.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/base/stats.h"

static struct hist live, base;
static struct hist_view view, other;

static int setup(void **state)
{
	(void)state;
	memset(&live, 0, sizeof(live));
	memset(&base, 0, sizeof(base));
	memset(&view, 0, sizeof(view));
	memset(&other, 0, sizeof(other));
	return 0;
}

static void buckets_cover_every_value_once(void **state)
{
	uint64_t low, high, next = 0;

	(void)state;
	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		hist_bucket_range(i, &low, &high);
		assert_true(low == next && high > low);
		assert_int_equal(hist_bucket(low), i);
		assert_int_equal(hist_bucket(high - 1), i);
		/* One value each below 2 * HIST_SUBS, then at most 1/HIST_SUBS wide. */
		assert_true(low < 2 * HIST_SUBS ? high - low == 1
						: (high - low) * HIST_SUBS <= low);
		next = high;
	}
	assert_true(next == UINT64_C(1) << HIST_MAX_BITS);
	assert_int_equal(hist_bucket(next), HIST_BUCKETS - 1);
	assert_int_equal(hist_bucket(UINT64_MAX), HIST_BUCKETS - 1);
	assert_true(sizeof(struct hist) <= 8192);
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Against exact quantiles of values from 1 ns to an hour: log-uniform, so that every
 * width of bucket is met. */
static void quantiles_are_within_their_bound(void **state)
{
	static const double qs[] = {0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1};
	static double values[20000];
	const size_t n = COUNT_OF(values);
	struct rng r = {7};

	(void)state;
	for (size_t i = 0; i < n; i++) {
		uint64_t value = (uint64_t)pow(2, 39.9 * rng_unit(&r));

		values[i] = (double)value;
		hist_record(&live, value);
	}
	hist_view_add(&view, &live, NULL);
	assert_true(view.total == n);
	qsort(values, n, sizeof(values[0]), compare_doubles);
	for (size_t i = 0; i < COUNT_OF(qs); i++) {
		size_t rank = (size_t)ceil(qs[i] * (double)n);
		double exact = values[rank ? rank - 1 : 0];

		assert_near(hist_view_quantile(&view, qs[i]), exact, exact / 64);
	}
	assert_true(hist_view_max(&view) >= values[n - 1]);
	assert_true(hist_view_max(&view) <= values[n - 1] * (1 + 1.0 / HIST_SUBS));
}

static void small_values_are_exact(void **state)
{
	(void)state;
	for (uint64_t v = 1; v <= 2 * HIST_SUBS - 1; v++)
		hist_record(&live, v);
	hist_view_add(&view, &live, NULL);
	assert_near(hist_view_quantile(&view, 0), 1, 0);
	assert_near(hist_view_quantile(&view, 0.5), 32, 0);
	assert_near(hist_view_quantile(&view, 1), 63, 0);
	assert_near(hist_view_max(&view), 63, 0);
}

/* Two speeds and a straggler: the middle is between the two, and knows nothing of it.
 */
static void a_middle_mean_leaves_the_ends_out(void **state)
{
	(void)state;
	assert_nan(hist_view_mean_between(&view, 0.1, 0.9));
	view.count[hist_bucket(10)] = 50;
	view.count[hist_bucket(20)] = 49;
	view.count[hist_bucket(1 << 30)] = 1;
	view.total = 100;
	assert_near(hist_view_mean_between(&view, 0.1, 0.9), 15, 1e-9);
	assert_near(hist_view_mean_between(&view, 0, 0.5), 10, 1e-9);
	assert_near(hist_view_mean_between(&view, 0.25, 0.75), 15, 1e-9);
	assert_near(hist_view_mean_between(&view, 0.55, 0.95), 20, 1e-9);
	assert_nan(hist_view_mean_between(&view, 0.5, 0.5));
}

static void an_empty_one_has_no_quantile(void **state)
{
	(void)state;
	assert_nan(hist_view_quantile(&view, 0.5));
	assert_nan(hist_view_max(&view));
	hist_record(&live, 5);
	hist_view_add(&view, &live, NULL);
	assert_nan(hist_view_quantile(&view, NAN));
	assert_near(hist_view_quantile(&view, -1), 5, 0);
	assert_near(hist_view_quantile(&view, 2), 5, 0);
}

static void a_wrapped_counter_still_counts(void **state)
{
	(void)state;
	atomic_store(&live.count[9], UINT32_MAX - 2);
	hist_record(&live, 3);
	hist_copy(&base, &live);
	for (int i = 0; i < 10; i++)
		hist_record(&live, 9);
	assert_true(atomic_load(&live.count[9]) == 7);
	hist_view_add(&view, &live, &base);
	assert_true(view.count[9] == 10 && view.count[3] == 0 && view.total == 10);
}

static void views_add_up(void **state)
{
	(void)state;
	hist_record(&live, 10);
	hist_record(&live, 1000);
	hist_view_add(&view, &live, NULL);
	hist_view_add(&other, &live, NULL);
	hist_view_add(&other, &live, NULL);
	hist_view_merge(&view, &other);
	assert_true(view.total == 6);
	assert_true(view.count[hist_bucket(10)] == 3);
	assert_true(view.count[hist_bucket(1000)] == 3);

	/* More than 32 bits once several are summed. */
	atomic_store(&live.count[4], UINT32_MAX);
	setup(NULL);
	atomic_store(&live.count[4], UINT32_MAX);
	hist_view_add(&view, &live, NULL);
	hist_view_add(&view, &live, NULL);
	assert_true(view.total == 2 * (uint64_t)UINT32_MAX);
}

enum { RECORDS = 300000 };

static void *record_many(void *unused)
{
	for (uint64_t i = 0; i < RECORDS; i++)
		hist_record(&live, i % 5000);
	return unused;
}

/* Under SAN=tsan this also shows that the two do not race. */
static void a_reader_beside_the_writer_loses_nothing(void **state)
{
	uint64_t sum = 0, last = 0;
	pthread_t writer;

	(void)state;
	assert_int_equal(pthread_create(&writer, NULL, record_many, NULL), 0);
	/* Interval by interval, as the session does it: each base is what was read. */
	do {
		static struct hist now;

		hist_copy(&now, &live);
		memset(&view, 0, sizeof(view));
		hist_view_add(&view, &now, &base);
		hist_copy(&base, &now);
		sum += view.total;
		assert_true(sum >= last && sum <= RECORDS);
		last = sum;
	} while (sum < RECORDS);
	pthread_join(writer, NULL);
	memset(&view, 0, sizeof(view));
	hist_view_add(&view, &live, NULL);
	assert_true(view.total == RECORDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(buckets_cover_every_value_once, setup),
		cmocka_unit_test_setup(quantiles_are_within_their_bound, setup),
		cmocka_unit_test_setup(small_values_are_exact, setup),
		cmocka_unit_test_setup(a_middle_mean_leaves_the_ends_out, setup),
		cmocka_unit_test_setup(an_empty_one_has_no_quantile, setup),
		cmocka_unit_test_setup(a_wrapped_counter_still_counts, setup),
		cmocka_unit_test_setup(views_add_up, setup),
		cmocka_unit_test_setup(a_reader_beside_the_writer_loses_nothing, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
