/* SPDX-License-Identifier: MIT */
/* The window before a run, over a /proc/interrupts that the test rewrites. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "backends/live_background.h"
#include "support/scratch.h"

static const uint64_t ms = 1000000;

struct bench {
	struct scratch scratch;
	struct machine machine;
	struct sensor_set sensors;
	struct live_background background;
};

static void counts_write(struct bench *b, const char *row)
{
	char text[128] = "           CPU0       CPU1       \n";

	strcat(text, row);
	scratch_write(&b->scratch, "/proc/interrupts", text);
}

static void bench_open(struct bench *b, const char *row)
{
	memset(b, 0, sizeof(*b));
	b->machine.topology.max_cpu_id = 1;
	scratch_make(&b->scratch);
	const struct sensor_env env = {.machine = &b->machine, .root = b->scratch.root};

	counts_write(b, row);
	assert_int_equal(sensor_set_open(&b->sensors, &env), 0);
}

static void bench_close(struct bench *b)
{
	sensor_set_close(&b->sensors);
	scratch_remove(&b->scratch);
}

static void what_comes_in_the_window_is_expected_in_every_interval(void **state)
{
	struct bench b;
	struct sample s = {.elapsed_s = 0.5};

	(void)state;
	bench_open(&b, "TLB:         10         20   TLB shootdowns\n");
	counts_write(&b, "TLB:        500         20   TLB shootdowns\n");
	/* What came before the window is not in it. */
	assert_false(live_background_watch(&b.background, &b.sensors, 1000 * ms));
	counts_write(&b, "TLB:        505         25   TLB shootdowns\n");
	assert_false(live_background_watch(&b.background, &b.sensors, 1099 * ms));
	assert_true(live_background_watch(&b.background, &b.sensors, 1125 * ms));
	assert_true(b.background.per_s == 80);
	live_background_put(&b.background, &s);
	assert_int_equal(sample_get(&s, CH_SHOOTDOWNS_BACKGROUND).quality,
			 QUALITY_ABSENT);
	sample_put(&s, CH_SHOOTDOWNS, 100, QUALITY_EXACT);
	live_background_put(&b.background, &s);
	assert_true(sample_get(&s, CH_SHOOTDOWNS_BACKGROUND).value == 40);
	live_background_forget(&b.background);
	assert_false(live_background_watch(&b.background, &b.sensors, 2000 * ms));
	bench_close(&b);
}

static void without_the_row_nobody_waits(void **state)
{
	struct bench b;
	struct sample s = {.elapsed_s = 0.5};

	(void)state;
	bench_open(&b, "LOC:         10         20   Local timer interrupts\n");
	assert_true(live_background_watch(&b.background, &b.sensors, 1000 * ms));
	live_background_put(&b.background, &s);
	assert_int_equal(sample_get(&s, CH_SHOOTDOWNS_BACKGROUND).quality,
			 QUALITY_ABSENT);
	bench_close(&b);
}

static void a_count_that_was_reset_subtracts_nothing(void **state)
{
	struct bench b;
	struct sample s = {.elapsed_s = 0.5};

	(void)state;
	bench_open(&b, "TLB:        500         20   TLB shootdowns\n");
	assert_false(live_background_watch(&b.background, &b.sensors, 1000 * ms));
	counts_write(&b, "TLB:          0         25   TLB shootdowns\n");
	assert_true(live_background_watch(&b.background, &b.sensors, 1125 * ms));
	sample_put(&s, CH_SHOOTDOWNS, 100, QUALITY_EXACT);
	live_background_put(&b.background, &s);
	assert_int_equal(sample_get(&s, CH_SHOOTDOWNS_BACKGROUND).quality,
			 QUALITY_ABSENT);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_comes_in_the_window_is_expected_in_every_interval),
		cmocka_unit_test(without_the_row_nobody_waits),
		cmocka_unit_test(a_count_that_was_reset_subtracts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
