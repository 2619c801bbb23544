/* SPDX-License-Identifier: MIT */
/* By how many operations the flushes of a slice are divided. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sensors/flush_counts.h"
#include "support/check.h"

static struct flush_work interval(double ops, double ops_ns, double worker_ns)
{
	struct flush_work w = {.ops = 0};
	struct sample s = {.elapsed_s = 0.1};

	sample_put(&s, CH_OPS, ops, QUALITY_EXACT);
	sample_put(&s, CH_OPS_NS, ops_ns, QUALITY_EXACT);
	sample_put(&s, CH_WORKER_NS, worker_ns, QUALITY_EXACT);
	flush_work_add(&w, &s);
	return w;
}

static void the_part_of_an_operation_under_way_counts(void **state)
{
	struct flush_work all = {.ops = 0}, slice;

	(void)state;
	/* The first lasts 0.7 s; the slice ends a tenth of a second later. */
	slice = interval(1, 0.7e9, 0.8e9);
	assert_near(flush_work_ops(&slice, &all), 0.8 / 0.7, 1e-12);
	/* None ends in the next one. */
	slice = interval(0, 0, 0.35e9);
	assert_near(flush_work_ops(&slice, &all), 0.5, 1e-12);
	slice = interval(1, 0.7e9, 0.25e9);
	assert_near(flush_work_ops(&slice, &all), 0.25 / 0.7, 1e-12);
}

static void short_operations_are_counted_whole(void **state)
{
	struct flush_work all = {.ops = 0}, slice = interval(12345, 1e8, 1e8);

	(void)state;
	assert_true(flush_work_ops(&slice, &all) == 12345);
	slice = interval(77, 0, 0); /* nobody said how long they took */
	assert_true(flush_work_ops(&slice, &all) == 77);
	all = (struct flush_work){.ops = 0};
	slice = interval(0, 0, 1e8);
	assert_true(flush_work_ops(&slice, &all) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_part_of_an_operation_under_way_counts),
		cmocka_unit_test(short_operations_are_counted_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
