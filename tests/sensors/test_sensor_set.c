/* SPDX-License-Identifier: MIT */
/* All sensors together on a machine that has nothing: each says why, none fails. */
#include "tlblab/sensors/sensor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "support/scratch.h"

static void test_nothing_to_measure_with(void **state)
{
	static struct machine machine;
	struct sensor_set set;
	struct sample sample = {0};
	struct scratch scratch;
	struct sensor_env env = {.machine = &machine, .trace_flushes = true};
	pid_t tid = 1;
	int cpu = 0, n = 0;
	struct sensor_target target = {.n_workers = 1, .tids = &tid, .cpus = &cpu};

	(void)state;
	scratch_make(&scratch);
	env.root = scratch.root;
	assert_int_equal(sensor_set_open(&set, &env), 0);
	while (sensor_table[n])
		n++;
	assert_int_equal(set.n, n);
	sensor_set_attach(&set, &target);
	sensor_set_read(&set, &sample);
	for (int i = 0; i < set.n; i++) {
		const struct availability *a =
			sensor_set_availability(&set, set.ops[i]->name);

		assert_ptr_equal(a, &set.availability[i]);
		assert_false(a->available);
		assert_string_not_equal(a->reason, "");
		assert_string_not_equal(set.ops[i]->summary, "");
	}
	for (int c = 0; c < CH_N; c++)
		assert_int_equal(sample.quality[c], QUALITY_ABSENT);
	assert_null(sample.cpu_shootdowns);
	assert_null(sensor_set_availability(&set, "no such sensor"));
	sensor_set_close(&set);
	scratch_remove(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_to_measure_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
