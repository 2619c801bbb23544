/* SPDX-License-Identifier: MIT */
#include "tlblab/base/clock.h"

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

static void measures_the_counter(void **state)
{
	struct clock_tsc_rate rate;

	(void)state;
	clock_tsc_calibrate(&rate, 0);
	assert_true(rate.source[0]);
	if (!(rate.ns_per_tick > 0)) {
		assert_non_null(strstr(rate.source, "cannot be timed"));
		return;
	}
	double ns_per_tick = rate.ns_per_tick;

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

static struct clock_tsc_rate judge(bool invariant, double said_hz, double a, double b,
				   double c)
{
	const struct clock_tsc_seen seen = {invariant, said_hz, {a, b, c}};
	struct clock_tsc_rate rate;

	clock_tsc_judge(&seen, &rate);
	return rate;
}

static void cpuid_is_believed_when_it_is_confirmed(void **state)
{
	struct clock_tsc_rate r = judge(true, 2.5e9, 0.4, 0.4001, 0.39995);

	(void)state;
	assert_near(r.ns_per_tick, 0.4, 0);
	assert_non_null(strstr(r.source, "CPUID"));
	/* A host that scales the counter and leaves the leaf alone. */
	r = judge(true, 2.5e9, 0.5, 0.5, 0.5);
	assert_near(r.ns_per_tick, 0.5, 0);
	assert_null(strstr(r.source, "CPUID"));
}

static void a_counter_without_a_promise_must_keep_its_rate(void **state)
{
	struct clock_tsc_rate r = judge(false, 0, 1.0, 1.001, 1.002);

	(void)state;
	assert_near(r.ns_per_tick, 1.001, 1e-9); /* as in an emulator */
	assert_non_null(strstr(r.source, "promises no constant rate"));
	r = judge(false, 0, 1.0, 1.3, 0.9);
	assert_true(r.ns_per_tick == 0);
	assert_non_null(strstr(r.source, "changes its rate"));
	r = judge(true, 0, 1.0, 0, 1.0); /* ran backwards once */
	assert_true(r.ns_per_tick == 0);
	assert_non_null(strstr(r.source, "cannot be timed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_runs_backwards),
		cmocka_unit_test(writes_utc),
		cmocka_unit_test(sleeps_to_the_deadline),
		cmocka_unit_test(a_signal_ends_the_sleep),
		cmocka_unit_test(measures_the_counter),
		cmocka_unit_test(cpuid_is_believed_when_it_is_confirmed),
		cmocka_unit_test(a_counter_without_a_promise_must_keep_its_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
