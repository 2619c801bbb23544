/* SPDX-License-Identifier: MIT */
/* Which part of a trial's operations met the other CPU, by the source that counted. */
#include "commands/calibrate/trials.h"

#include <stddef.h>

#include "support/check.h"

/* The share of a run of 1,000 operations that told so many CPUs; NaN: not counted. */
static double share_of(enum told_source source, double told)
{
	struct run_record run = {.told_source = source};
	struct sample *s = &run.total;

	s->elapsed_s = 1;
	sample_put(s, CH_OPS, 1000, QUALITY_EXACT);
	if (source) {
		sample_put(s, CH_TOLD, 1000 * told, QUALITY_EXACT);
		sample_put(s, CH_TOLD_NS, 1e9, QUALITY_EXACT);
		s->told_source = (uint8_t)source;
	}
	return trial_company_share(&run);
}

static void counts_are_taken_and_estimates_only_judge(void **state)
{
	(void)state;
	assert_near(share_of(TOLD_ROW, 0.8), 0.8, 1e-9);
	assert_near(share_of(TOLD_SENT, 0.8), 0.8, 1e-9);
	assert_near(share_of(TOLD_SENT, 1.2), 1, 0);
	assert_near(share_of(TOLD_STALLS, 0.8), 1, 0);
	assert_near(share_of(TOLD_STALLS, 0.2), 0.2, 1e-9);
	assert_near(share_of(TOLD_ABSENT, 0), 1, 0);
}

/* A result from before CPUs told were counted has the row alone. */
static void the_row_serves_where_nothing_else_was_kept(void **state)
{
	struct run_record run = {.told_source = TOLD_ABSENT};

	(void)state;
	run.total.elapsed_s = 1;
	sample_put(&run.total, CH_OPS, 1000, QUALITY_EXACT);
	sample_put(&run.total, CH_SHOOTDOWNS, 300, QUALITY_EXACT);
	assert_near(trial_company_share(&run), 0.3, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_taken_and_estimates_only_judge),
		cmocka_unit_test(the_row_serves_where_nothing_else_was_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
