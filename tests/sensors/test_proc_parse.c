/* SPDX-License-Identifier: MIT */
#include "sensors/proc_parse.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char stat_text[] = "cpu  30 0 12 900 0 0 0 77 0 0\n"
				"cpu0 10 0 4 300 0 0 0 5 0 0\n"
				"cpu2 10 0 4 300 0 0 0 70 0 0\n"
				"cpu10 10 0 4 300 0 0 0 2 0 0\n"
				"intr 123 0 0\n";

static int steal_of(const char *text, size_t bytes, const char *cpus, uint64_t *ticks)
{
	struct cpumask which;

	assert_int_equal(cpumask_parse(&which, cpus), 0);
	return proc_stat_steal(text, bytes, &which, ticks);
}

static void test_steal_of_some_cpus(void **state)
{
	uint64_t ticks;

	(void)state;
	assert_int_equal(steal_of(stat_text, strlen(stat_text), "0,10", &ticks), 2);
	assert_int_equal(ticks, 7);
	assert_int_equal(steal_of(stat_text, strlen(stat_text), "0-63", &ticks), 3);
	assert_int_equal(ticks, 77);
	/* CPU 1 is offline: it is not there and not zero. */
	assert_int_equal(steal_of(stat_text, strlen(stat_text), "1", &ticks), 0);
	assert_int_equal(steal_of("cpu0 1 2 3 4 5 6 7 8\ncpu0 1 2 3 4 5 6 7 9\n", 42,
				  "0", &ticks),
			 1);
	assert_int_equal(ticks, 8);
}

static void test_stat_cut_anywhere(void **state)
{
	uint64_t ticks;

	(void)state;
	for (size_t n = 0; n <= strlen(stat_text); n++) {
		char copy[sizeof(stat_text)];
		int cpus;

		memcpy(copy, stat_text, n);
		copy[n] = '\0';
		cpus = steal_of(copy, n, "0-63", &ticks);
		assert_in_range(cpus, 0, 3);
		assert_true(ticks == (cpus == 0	  ? 0u
				      : cpus == 1 ? 5u
				      : cpus == 2 ? 75u
						  : 77u));
	}
	assert_int_equal(steal_of("cpu3 1 2\n", 9, "0-9", &ticks), 0);
}

static void test_numbers_by_key(void **state)
{
	static const char text[] = "cat (7785, #threads: 1)\n"
				   "se.nr_migrations                    :    12\n"
				   "nr_switches                         :   900\n"
				   "nr_involuntary_switches             :     3\n";
	static const char status[] = "Name:\tnonvoluntary_ctxt_switches\n"
				     "voluntary_ctxt_switches:\t150\n"
				     "nonvoluntary_ctxt_switches:\t545\n";
	uint64_t n;

	(void)state;
	assert_int_equal(proc_find_number(text, "se.nr_migrations", &n), 0);
	assert_int_equal(n, 12);
	assert_int_equal(proc_find_number(text, "nr_involuntary_switches", &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(proc_find_number(text, "nr_", &n), -ENOENT);
	assert_int_equal(proc_find_number(status, "nonvoluntary_ctxt_switches", &n), 0);
	assert_int_equal(n, 545);
	assert_int_equal(proc_find_number("", "x", &n), -ENOENT);
}

static void test_processor_behind_a_hostile_name(void **state)
{
	int cpu;

	(void)state;
	assert_int_equal(proc_stat_processor(
				 "4171 (a) b (c) S 1 4171 4171 0 -1 4194304 100 0 0 0 "
				 "5 6 0 0 20 0 1 0 98765 2252800 229 "
				 "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 13 "
				 "0 0 0 0 0\n",
				 &cpu),
			 0);
	assert_int_equal(cpu, 13);
	assert_int_equal(proc_stat_processor("4171 (x) S 1 2 3", &cpu), -EINVAL);
	assert_int_equal(proc_stat_processor("", &cpu), -EINVAL);
	assert_int_equal(
		proc_stat_processor("7 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 "
				    "18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 "
				    "34 35 -4 0",
				    &cpu),
		-EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steal_of_some_cpus),
		cmocka_unit_test(test_stat_cut_anywhere),
		cmocka_unit_test(test_numbers_by_key),
		cmocka_unit_test(test_processor_behind_a_hostile_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
