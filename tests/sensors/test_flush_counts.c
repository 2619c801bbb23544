/* SPDX-License-Identifier: MIT */
/* Counts of the traced threads become channels of all threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/flush_counts.h"

/* Reason r of a worker: 10 + r; of a victim: 100 + r. Sizes as seen on the initiator's
 * own CPU: 1 to 5; as sent: none. */
static struct flush_counts counted(int workers, int victims)
{
	uint64_t worker[FLUSH_COLUMNS] = {0}, victim[FLUSH_COLUMNS] = {0};
	struct flush_counts c;

	for (int r = 0; r < FLUSH_REASONS; r++) {
		worker[FLUSH_REASON + r] = 10 + (uint64_t)r;
		victim[FLUSH_REASON + r] = 100 + (uint64_t)r;
	}
	for (int i = 0; i < FLUSH_SIZES; i++)
		worker[FLUSH_LOCAL + i] = 1 + (uint64_t)i;
	memset(&c, 0, sizeof(c));
	for (int i = 0; i < workers; i++)
		flush_counts_add(&c, worker, true);
	for (int i = 0; i < victims; i++)
		flush_counts_add(&c, victim, false);
	return c;
}

static void test_workers_and_victims_are_kept_apart(void **state)
{
	struct flush_counts c = counted(2, 3);

	(void)state;
	for (int r = 0; r < FLUSH_REASONS; r++) {
		assert_true(c.worker_reason[r] == 2 * (10 + r));
		assert_true(c.victim_reason[r] == 3 * (100 + r));
	}
	for (int i = 0; i < FLUSH_SIZES; i++)
		assert_true(c.size[i] == 2 * (1 + i));
}

static void test_all_traced_is_exact(void **state)
{
	const struct flush_population p = {
		.n_workers = 2,
		.n_victims = 3,
		.n_traced_workers = 2,
		.n_traced_victims = 3,
	};
	struct flush_counts c = counted(2, 3);
	struct sample s = {0};

	(void)state;
	flush_counts_put(&c, &p, 500, &s);
	assert_true(s.value[CH_FLUSH_OPS] == 500);
	for (int r = 0; r < FLUSH_REASONS; r++)
		assert_true(s.value[CH_FLUSH_TASK_SWITCH + r] ==
			    2 * (10 + r) + 3 * (100 + r));
	assert_true(s.value[CH_FLUSH_FULL] == 2);
	assert_true(s.value[CH_FLUSH_RANGED] == 2 * (2 + 3 + 4 + 5));
	for (int c0 = CH_FLUSH_FULL; c0 <= CH_FLUSH_PAGES_34_UP; c0++)
		if (c0 != CH_HYPERVISOR_FLUSHES)
			assert_int_equal(s.quality[c0], QUALITY_EXACT);
}

/* Eight workers stand for 24, two victims for ten: each by its own factor, operations
 * by the workers'. */
static void test_some_traced_are_scaled(void **state)
{
	const struct flush_population p = {
		.n_workers = 24,
		.n_victims = 10,
		.n_traced_workers = 8,
		.n_traced_victims = 2,
	};
	struct flush_counts c = counted(8, 2);
	struct sample s = {0};

	(void)state;
	flush_counts_put(&c, &p, 500, &s);
	assert_true(s.value[CH_FLUSH_OPS] == 1500);
	for (int r = 0; r < FLUSH_REASONS; r++)
		assert_true(s.value[CH_FLUSH_TASK_SWITCH + r] ==
			    24 * (10 + r) + 10 * (100 + r));
	for (int i = 0; i < FLUSH_SIZES; i++)
		assert_true(s.value[flush_size_channel[i]] == 24 * (1 + i));
	assert_true(s.value[CH_FLUSH_RANGED] == 24 * (2 + 3 + 4 + 5));
	for (int c0 = CH_FLUSH_FULL; c0 <= CH_FLUSH_PAGES_34_UP; c0++)
		if (c0 != CH_HYPERVISOR_FLUSHES)
			assert_int_equal(s.quality[c0], QUALITY_SCALED);
}

/* A watched program's operations are counted of all its threads together. */
static void test_operations_of_all_are_not_scaled(void **state)
{
	const struct flush_population p = {
		.n_workers = 24,
		.n_traced_workers = 8,
		.ops_of_all = true,
	};
	struct flush_counts c = counted(8, 0);
	struct sample s = {0};

	(void)state;
	flush_counts_put(&c, &p, 500, &s);
	assert_true(s.value[CH_FLUSH_OPS] == 500);
	assert_int_equal(s.quality[CH_FLUSH_OPS], QUALITY_EXACT);
	assert_true(s.value[CH_FLUSH_FULL] == 24);
	assert_int_equal(s.quality[CH_FLUSH_FULL], QUALITY_SCALED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_workers_and_victims_are_kept_apart),
		cmocka_unit_test(test_all_traced_is_exact),
		cmocka_unit_test(test_some_traced_are_scaled),
		cmocka_unit_test(test_operations_of_all_are_not_scaled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
