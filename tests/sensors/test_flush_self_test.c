/* SPDX-License-Identifier: MIT */
/* The self-test on this machine, as far as its privilege reaches. */
#include <math.h>
#include <sched.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/sensors/flush_self_test.h"

static struct sensor_env env_of(bool trace_flushes)
{
	return (struct sensor_env){.perf = &perf_opener_direct,
				   .root = "",
				   .trace_flushes = trace_flushes};
}

static void what_is_not_counted_is_unknown(void **state)
{
	struct sensor_env env = env_of(false);
	struct flush_self_test t;

	(void)state;
	flush_self_test_run(&env, 33, &t);
	assert_int_equal(t.at, FLUSH_SEEN_UNKNOWN);
	assert_int_equal(t.past, FLUSH_SEEN_UNKNOWN);
	assert_true(isnan(t.sent));
	assert_non_null(strstr(t.reason, "--no-trace"));
}

static void a_ceiling_out_of_reach_is_not_tested(void **state)
{
	static const int64_t ceilings[] = {0, 1 << 20};
	struct sensor_env env = env_of(true);
	struct flush_self_test t;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ceilings); i++) {
		flush_self_test_run(&env, ceilings[i], &t);
		assert_int_equal(t.at, FLUSH_SEEN_UNKNOWN);
		assert_true(*t.reason && t.calls == 0);
	}
}

/* One page more is never flushed by less; where it is counted, it is a flush. */
static void this_kernel_is_found_out(void **state)
{
	struct sensor_env env = env_of(true);
	struct flush_self_test t;

	(void)state;
	flush_self_test_run(&env, -1, &t);
	assert_int_equal(t.ceiling_pages, 33);
	if (t.at == FLUSH_SEEN_UNKNOWN) {
		assert_true(*t.reason);
		skip();
	}
	assert_true(t.past >= t.at);
	assert_true(t.calls == 0 || t.sent >= 0);
}

static void the_cpus_are_given_back(void **state)
{
	struct sensor_env env = env_of(false);
	struct flush_self_test t;
	cpu_set_t before, after;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	flush_self_test_run(&env, 33, &t);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
	assert_true(t.calls == 0 || CPU_COUNT(&before) > 1);
}

/* A row that is not there is no 0. */
static void what_was_told_is_said(void **state)
{
	struct flush_self_test t = {.calls = 16, .sent = 16, .interrupts = 0};
	char text[96];

	(void)state;
	assert_string_equal(flush_self_test_told(&t, text, sizeof(text)),
			    "16 calls: 16 requests traced, 0 interrupts counted");
	t.sent = t.interrupts = NAN;
	assert_string_equal(flush_self_test_told(&t, text, sizeof(text)),
			    "16 calls: requests not traced, no TLB row");
	t.calls = 0;
	assert_string_equal(flush_self_test_told(&t, text, sizeof(text)), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_counted_is_unknown),
		cmocka_unit_test(a_ceiling_out_of_reach_is_not_tested),
		cmocka_unit_test(this_kernel_is_found_out),
		cmocka_unit_test(the_cpus_are_given_back),
		cmocka_unit_test(what_was_told_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
