/* SPDX-License-Identifier: MIT */
/* Whose shootdowns: of this process, on the one CPU it is pinned to. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/live_program.h"

enum { CPUS = 4096, EACH = 3 };

static uint32_t counts[CPUS];

static struct sample sample_of_counts(void)
{
	struct sample s;

	memset(&s, 0, sizeof(s));
	s.cpu_shootdowns = counts;
	s.n_cpus = CPUS;
	return s;
}

static int pin_here(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
	return cpu;
}

static void what_came_elsewhere_is_background(void **state)
{
	struct live_program p;
	struct sample s = sample_of_counts();
	int cpu = pin_here();

	(void)state;
	for (int i = 0; i < CPUS; i++)
		counts[i] = EACH;
	counts[cpu] = 1000;
	counts[CPUS - 1] = SAMPLE_CPU_ABSENT;
	live_program_begin(&p, getpid(), NULL, 0);
	live_program_put(&p, 0, &s);
	/* A sanitizer's thread may sit on another CPU. */
	int extra = cpumask_count(live_program_cpus(&p)) - 1;

	assert_in_range(extra, 0, 2);
	assert_in_range(sample_get(&s, CH_SHOOTDOWNS_BACKGROUND).value,
			EACH * (CPUS - 2 - 2 * extra), EACH * (CPUS - 2));
	assert_true(cpumask_has(live_program_cpus(&p), cpu));
}

static void what_was_not_seen_all_along_is_not_judged(void **state)
{
	struct live_program p;
	struct sample s = sample_of_counts();

	(void)state;
	live_program_begin(&p, getpid(), NULL, 0);
	live_program_put(&p, 1, &s); /* a run ended */
	assert_false(reading_present(sample_get(&s, CH_SHOOTDOWNS_BACKGROUND)));
	live_program_begin(&p, 4194304 + 1, NULL, 0); /* no such process */
	live_program_put(&p, 0, &s);
	assert_false(reading_present(sample_get(&s, CH_SHOOTDOWNS_BACKGROUND)));
	assert_null(live_program_cpus(&p));
	p.on = false;
	live_program_put(&p, 0, &s);
	assert_null(live_program_cpus(&p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_elsewhere_is_background),
		cmocka_unit_test(what_was_not_seen_all_along_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
