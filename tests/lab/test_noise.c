/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/check.h"

#include "tlblab/lab/metric.h"
#include "tlblab/lab/noise.h"

/* A tenth of a second of two workers and one victim on three CPUs. */
static struct sample quiet_interval(void)
{
	struct sample s = {.t_s = 1, .elapsed_s = 0.1};

	sample_put(&s, CH_WORKER_NS, 0.2e9, QUALITY_EXACT);
	sample_put(&s, CH_VICTIM_NS, 0.1e9, QUALITY_EXACT);
	sample_put(&s, CH_STEAL_NS, 0, QUALITY_EXACT);
	sample_put(&s, CH_CPUS_NS, 0.3e9, QUALITY_EXACT);
	sample_put(&s, CH_INVOLUNTARY_SWITCHES, 2, QUALITY_EXACT);
	sample_put(&s, CH_THROTTLES, 0, QUALITY_EXACT);
	sample_put(&s, CH_MIGRATIONS, 1, QUALITY_EXACT);
	sample_put(&s, CH_FREQUENCY_CHANGE_PCT, 3, QUALITY_EXACT);
	return s;
}

static void each_kind_past_its_threshold(void **state)
{
	struct sample s = quiet_interval();

	(void)state;
	assert_int_equal(noise_judge(&s), 0);
	sample_put(&s, CH_STEAL_NS, 10e6, QUALITY_EXACT);
	assert_int_equal(noise_judge(&s), 0);
	sample_put(&s, CH_STEAL_NS, 20e6, QUALITY_EXACT);
	assert_int_equal(noise_judge(&s), 1 << NOISE_STEAL);
	s = quiet_interval();
	sample_put(&s, CH_INVOLUNTARY_SWITCHES, 14, QUALITY_EXACT);
	assert_int_equal(noise_judge(&s), 0);
	sample_put(&s, CH_INVOLUNTARY_SWITCHES, 16, QUALITY_EXACT);
	assert_int_equal(noise_judge(&s), 1 << NOISE_SWITCHES);
	sample_put(&s, CH_THROTTLES, 1, QUALITY_EXACT);
	assert_int_equal(noise_judge(&s), 1 << NOISE_SWITCHES | 1 << NOISE_THROTTLED);
	s = quiet_interval();
	sample_put(&s, CH_MIGRATIONS, 5, QUALITY_EXACT);
	assert_int_equal(noise_judge(&s), 0);
	sample_put(&s, CH_MIGRATIONS, 7, QUALITY_EXACT);
	assert_int_equal(noise_judge(&s), 1 << NOISE_MIGRATIONS);
	s = quiet_interval();
	sample_put(&s, CH_FREQUENCY_CHANGE_PCT, 9.9, QUALITY_EXACT);
	assert_int_equal(noise_judge(&s), 0);
	sample_put(&s, CH_FREQUENCY_CHANGE_PCT, 10, QUALITY_EXACT);
	assert_int_equal(noise_judge(&s), 1 << NOISE_FREQUENCY);
}

/* Whoever reads it is told, in words of their own. */
static void every_kind_has_its_names(void **state)
{
	(void)state;
	for (int i = 0; i < NOISE_KINDS; i++) {
		assert_non_null(noise_name[i]);
		assert_non_null(noise_word[i]);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(noise_word[i], noise_word[k]);
	}
}

static void what_was_not_measured_accuses_nobody(void **state)
{
	struct sample s = {.t_s = 1, .elapsed_s = 0.1};

	(void)state;
	assert_int_equal(noise_judge(&s), 0);
	s = quiet_interval();
	sample_put(&s, CH_THROTTLES, 7, QUALITY_ABSENT);
	sample_put(&s, CH_MIGRATIONS, 700, QUALITY_ABSENT);
	sample_put(&s, CH_FREQUENCY_CHANGE_PCT, 50, QUALITY_ABSENT);
	sample_put(&s, CH_STEAL_NS, 3e8, QUALITY_ABSENT);
	assert_int_equal(noise_judge(&s), 0);
}

static void a_merged_interval_keeps_its_noise(void **state)
{
	struct sample s = quiet_interval(), next = quiet_interval();

	(void)state;
	next.noise = 1 << NOISE_STEAL;
	sample_merge(&s, &next);
	next.noise = 0;
	sample_merge(&s, &next);
	assert_int_equal(s.noise, 1 << NOISE_STEAL);
}

static void the_background_is_taken_from_shootdowns(void **state)
{
	struct sample s = quiet_interval();

	(void)state;
	sample_put(&s, CH_OPS, 100, QUALITY_EXACT);
	sample_put(&s, CH_SHOOTDOWNS, 150, QUALITY_EXACT);
	assert_true(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s).value == 1.5);
	sample_put(&s, CH_SHOOTDOWNS_BACKGROUND, 50, QUALITY_EXACT);
	assert_true(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s).value == 1);
	assert_near(metric_of(METRIC_SHOOTDOWNS_PER_S, &s).value, 1000, 1e-9);
	sample_put(&s, CH_SHOOTDOWNS_BACKGROUND, 200, QUALITY_EXACT);
	assert_true(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s).value == 0);
	sample_put(&s, CH_SHOOTDOWNS, 0, QUALITY_ABSENT);
	assert_int_equal(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s).quality,
			 QUALITY_ABSENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_past_its_threshold),
		cmocka_unit_test(every_kind_has_its_names),
		cmocka_unit_test(what_was_not_measured_accuses_nobody),
		cmocka_unit_test(a_merged_interval_keeps_its_noise),
		cmocka_unit_test(the_background_is_taken_from_shootdowns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
