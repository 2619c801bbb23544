/* SPDX-License-Identifier: MIT */
/*
 * The sources of shootdowns that nobody calls by name: what they expect of the kernel,
 * and that they run, or say why not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "workloads/workload_test.h"

#define assert_range(low, high, a, b)                                                  \
	do {                                                                           \
		assert_float_equal(low, a, 1e-9);                                      \
		assert_float_equal(high, b, 1e-9);                                     \
	} while (0)

static void writeback_flushes_every_page_by_itself(void **state)
{
	(void)state;
	struct expectation x = workload_test_expect("writeback", "victims=1 pages=100");

	/* However many: never all at once. */
	assert_int_equal(x.kind, FLUSH_RANGED);
	assert_int_equal(x.pages, 1);
	assert_range(x.flushes_per_op_low, x.flushes_per_op_high, 100, 100);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 90, 100);
	x = workload_test_expect("writeback", "victims=1 pages=4 mode=processes");
	assert_range(x.flushes_per_op_low, x.flushes_per_op_high, 4, 4);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0, 0);
}

static void a_huge_page_costs_three_flushes(void **state)
{
	(void)state;
	struct expectation x = workload_test_expect("thp", "victims=2");

	assert_range(x.flushes_per_op_low, x.flushes_per_op_high, 3, 3);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 5.4, 6);
	x = workload_test_expect("thp", "threads=2 mode=processes");
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0, 0);
}

static void migration_flushes_pages_or_batches(void **state)
{
	(void)state;
	struct expectation x = workload_test_expect("migrate", "victims=1 pages=1025");

	assert_int_equal(x.kind, FLUSH_EITHER);
	assert_range(x.flushes_per_op_low, x.flushes_per_op_high, 3, 1025);
	x = workload_test_expect("migrate", "victims=1 pages=1");
	assert_range(x.flushes_per_op_low, x.flushes_per_op_high, 1, 1);
}

static void each_runs_or_says_why_not(void **state)
{
	static const struct {
		const char *name, *settings;
		int ops;
	} sources[] = {
		{"thp", "", 5},
		{"writeback", "pages=3", 5},
		{"writeback", "pages=3 method=msync", 5},
		{"migrate", "pages=700", 5},
		{"compact", "pages=1", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		const struct workload_ops *o = workload_find(sources[i].name);
		char why[160] = "";

		if (!o->available(why, sizeof(why)))
			assert_int_equal(workload_test_live(sources[i].name,
							    sources[i].settings,
							    sources[i].ops),
					 0);
		else
			assert_in_range(strlen(why), 20, sizeof(why) - 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writeback_flushes_every_page_by_itself),
		cmocka_unit_test(a_huge_page_costs_three_flushes),
		cmocka_unit_test(migration_flushes_pages_or_batches),
		cmocka_unit_test(each_runs_or_says_why_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
