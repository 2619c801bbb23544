/* SPDX-License-Identifier: MIT */
#include "tlblab/base/clock.h"

#include <cpuid.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "support/check.h"

static void never_runs_backwards(void **state)
{
	uint64_t last = clock_now_ns();

	(void)state;
	assert_true(last > 0);
	for (int i = 0; i < 10000; i++) {
		uint64_t now = clock_now_ns();

		assert_true(now >= last);
		last = now;
	}
}

static void writes_utc(void **state)
{
	char buf[32], small[4] = "abc";
	int y, mo, d, h, mi, s, used = 0;

	(void)state;
	clock_utc(buf, sizeof(buf));
	assert_int_equal(sscanf(buf, "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &y, &mo, &d, &h, &mi,
				&s, &used),
			 6);
	assert_int_equal(used, 20);
	assert_int_equal(buf[19], 'Z');
	assert_true(y >= 2024 && mo <= 12 && d <= 31 && h < 24 && mi < 60 && s <= 60);
	assert_string_equal(clock_utc(small, sizeof(small)), "");
}

static void sleeps_to_the_deadline(void **state)
{
	uint64_t deadline = clock_now_ns() + 2000000;

	(void)state;
	assert_int_equal(clock_sleep_until(deadline), 0);
	assert_true(clock_now_ns() >= deadline);
	assert_int_equal(clock_sleep_until(deadline), 0); /* one that has passed */
}

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

static void a_signal_ends_the_sleep(void **state)
{
	struct sigaction act = {.sa_handler = on_alarm, .sa_flags = SA_RESTART}, before;
	struct itimerval soon = {.it_interval = {0, 5000}, .it_value = {0, 5000}};
	struct itimerval never = {0};

	(void)state;
	sigaction(SIGALRM, &act, &before);
	setitimer(ITIMER_REAL, &soon, NULL);
	int err = clock_sleep_until(clock_now_ns() + UINT64_C(600000000000));

	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
	assert_int_equal(err, -EINTR);
}

static void measures_the_counter_where_it_is_invariant(void **state)
{
	unsigned int a, b, c, d;
	int invariant = __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & 0x100);
	double ns_per_tick = clock_tsc_ns_per_tick(0);

	(void)state;
	if (!invariant) {
		assert_true(ns_per_tick == 0);
		return;
	}
	/* No x86 counter is slower than 100 MHz or faster than 10 GHz. */
	assert_true(ns_per_tick > 0.1 && ns_per_tick < 10);

	uint64_t ns = clock_now_ns(), ticks = clock_tsc();

	clock_sleep_until(ns + 20000000);
	ticks = clock_tsc() - ticks;
	ns = clock_now_ns() - ns;
	/* Ticks were read inside the nanoseconds, so they can only be fewer. The 1 % is
	 * for a MONOTONIC that is being slewed. */
	assert_true((double)ticks * ns_per_tick <= (double)ns * 1.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_runs_backwards),
		cmocka_unit_test(writes_utc),
		cmocka_unit_test(sleeps_to_the_deadline),
		cmocka_unit_test(a_signal_ends_the_sleep),
		cmocka_unit_test(measures_the_counter_where_it_is_invariant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
