/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/lab/metric.h"
#include "tlblab/lab/told.h"

static const char silent_row[] = "the row is 0 since boot";

/* A tenth of a second of one initiator and one running victim, 1,000 operations, of
 * which nothing was counted so far. */
static struct sample interval(void)
{
	struct sample s = {.t_s = 1, .elapsed_s = 0.1};

	sample_put(&s, CH_OPS, 1000, QUALITY_EXACT);
	sample_put(&s, CH_WORKER_NS, 1e8, QUALITY_EXACT);
	return s;
}

static struct sample traced(double sent, double local)
{
	struct sample s = interval();

	sample_put(&s, CH_FLUSH_OPS, 1000, QUALITY_EXACT);
	sample_put(&s, CH_FLUSH_NS, 1e8, QUALITY_EXACT);
	sample_put(&s, CH_FLUSH_REMOTE_IPI_SEND, sent, QUALITY_EXACT);
	sample_put(&s, CH_FLUSH_LOCAL_MM_SHOOTDOWN, local, QUALITY_EXACT);
	return s;
}

static struct told_facts facts_of_two(void)
{
	return (struct told_facts){
		.mm_cpus = 2, .mm_sure = true, .told_per_op = 1, .flushes_per_op = 1};
}

static double per_op(const struct sample *s)
{
	struct reading r = metric_of(METRIC_CPUS_TOLD_PER_OP, s);

	return reading_present(r) ? r.value : NAN;
}

static double per_s(const struct sample *s)
{
	struct reading r = metric_of(METRIC_CPUS_TOLD_PER_S, s);

	return reading_present(r) ? r.value : NAN;
}

static void the_row_comes_first(void **state)
{
	struct told_facts f = facts_of_two();
	struct sample s = traced(1000, 1000);
	struct told t = {0};

	(void)state;
	sample_put(&s, CH_SHOOTDOWNS, 990, QUALITY_EXACT);
	sample_put(&s, CH_SHOOTDOWNS_BACKGROUND, 10, QUALITY_EXACT);
	told_put(&t, &f, &s);
	assert_int_equal(s.told_source, TOLD_ROW);
	assert_true(fabs(per_op(&s) - 0.98) < 1e-9);
	assert_true(fabs(per_s(&s) - 9800) < 1e-6);
	assert_true(per_op(&s) == metric_of(METRIC_SHOOTDOWNS_PER_OP, &s).value);
}

/* The counts of a guest whose flushes are calls to its hypervisor (PVM). */
static void sent_stands_in_for_a_row_that_cannot_move(void **state)
{
	struct told_facts f = facts_of_two();
	struct sample s = traced(1000, 1000);
	struct told t = {0};

	(void)state;
	f.row_reason = silent_row;
	told_put(&t, &f, &s);
	assert_int_equal(s.told_source, TOLD_SENT);
	assert_true(per_op(&s) == 1);
	assert_true(fabs(per_s(&s) - 10000) < 1e-6);
	assert_int_equal(sample_get(&s, CH_TOLD).quality, QUALITY_EXACT);
	assert_false(reading_present(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s)));
}

static void a_request_reaches_all_others_of_the_mask(void **state)
{
	struct told_facts f = facts_of_two();
	struct sample s = traced(1000, 1000);
	struct told t = {0};

	(void)state;
	f.row_reason = silent_row;
	f.mm_cpus = 8;
	f.told_per_op = 7;
	told_put(&t, &f, &s);
	assert_true(per_op(&s) == 7);
	/* How many of them really: not known. */
	assert_int_equal(sample_get(&s, CH_TOLD).quality, QUALITY_SCALED);
}

/* Slices: operations and time outside them belong to no count. */
static void what_is_counted_in_slices_is_divided_by_slices(void **state)
{
	struct told_facts f = facts_of_two();
	struct sample slice = traced(1000, 1000), between = interval(), sum;
	struct told t = {0};

	(void)state;
	f.row_reason = silent_row;
	told_put(&t, &f, &slice);
	told_put(&t, &f, &between);
	assert_int_equal(between.told_source, TOLD_ABSENT);
	assert_true(isnan(per_op(&between)));
	sum = slice;
	for (int i = 0; i < 7; i++)
		sample_merge(&sum, &between);
	assert_true(per_op(&sum) == 1);
	assert_true(fabs(per_s(&sum) - 10000) < 1e-6);
}

static void a_silent_trace_is_passed_over_for_the_hypervisors(void **state)
{
	struct told_facts f = facts_of_two();
	struct sample s = traced(0, 0);
	struct told t = {0};

	(void)state;
	f.row_reason = silent_row;
	sample_put(&s, CH_HYPERVISOR_FLUSHES, 1000, QUALITY_EXACT);
	told_put(&t, &f, &s);
	assert_int_equal(s.told_source, TOLD_HYPERVISOR);
	assert_true(per_op(&s) == 1);
}

static void stalls_need_no_privilege(void **state)
{
	struct told_facts f = facts_of_two();
	struct sample s = interval();
	struct told t = {0};

	(void)state;
	f.row_reason = silent_row;
	f.trace_reason = "run with sudo";
	f.victims = 1;
	sample_put(&s, CH_VICTIM_STALLS, 1010, QUALITY_EXACT);
	sample_put(&s, CH_VICTIM_QUIET_STALLS, 10, QUALITY_EXACT);
	told_put(&t, &f, &s);
	assert_int_equal(s.told_source, TOLD_STALLS);
	assert_true(per_op(&s) == 1);
	assert_int_equal(metric_of(METRIC_CPUS_TOLD_PER_OP, &s).quality,
			 QUALITY_SCALED);
}

/* Two victims and two workers, pinned: each flush tells three CPUs and stalls each
 * victim once. */
static void stalls_stand_for_receivers_that_do_not_watch(void **state)
{
	struct told_facts f = facts_of_two();
	struct sample s = interval();
	struct told t = {0};

	(void)state;
	f.row_reason = silent_row;
	f.trace_reason = "run with sudo";
	f.mm_cpus = 4;
	f.victims = 2;
	sample_put(&s, CH_VICTIM_STALLS, 2000, QUALITY_EXACT);
	sample_put(&s, CH_VICTIM_QUIET_STALLS, 0, QUALITY_EXACT);
	told_put(&t, &f, &s);
	assert_true(per_op(&s) == 3);
}

static void absent_with(struct told_facts f, struct sample s, const char *words)
{
	struct told t = {0};
	char why[240];

	told_put(&t, &f, &s);
	assert_int_equal(s.told_source, TOLD_ABSENT);
	assert_true(isnan(per_op(&s)));
	assert_true(isnan(per_s(&s)));
	told_reason(&t, &f, why, sizeof(why));
	if (!strstr(why, words))
		fail_msg("\"%s\" does not say \"%s\"", why, words);
}

static void each_absence_has_its_reason(void **state)
{
	struct told_facts f = facts_of_two();

	(void)state;
	absent_with(f, interval(), "was not counted here");
	f.row_reason = silent_row;
	absent_with(f, traced(0, 0), "no request was traced either");
	absent_with(f, traced(0, 0), silent_row);
	absent_with(f, interval(), "too little was traced");
	f.trace_reason = "run with sudo";
	absent_with(f, interval(), "run with sudo");
	absent_with(f, interval(), "set victims to 1 or more");
	f.victims = 1;
	absent_with(f, interval(), "left alone are not known");
	f.mm_cpus = 1; /* victims of another address space */
	absent_with(f, interval(), "set victims to 1 or more");
}

/* Nothing was meant to be told. A flush of its own CPU shows that a request would have
 * been seen; without one the silence proves nothing. */
static void zero_is_told_from_silence(void **state)
{
	struct told_facts f = facts_of_two();
	struct sample alone = traced(0, 1000), nothing = traced(0, 0);
	struct told t = {0}, u = {0};

	(void)state;
	f.row_reason = silent_row;
	f.told_per_op = 0;
	told_put(&t, &f, &alone);
	assert_int_equal(alone.told_source, TOLD_SENT);
	assert_true(per_op(&alone) == 0);
	f.flushes_per_op = 0;
	told_put(&u, &f, &nothing);
	assert_int_equal(nothing.told_source, TOLD_ABSENT);
}

static void merged_the_weaker_source_is_kept(void **state)
{
	struct told_facts f = facts_of_two();
	struct sample row = traced(1000, 1000), sent = traced(1000, 1000), ab, ba;
	struct told t = {0};

	(void)state;
	sample_put(&row, CH_SHOOTDOWNS, 0, QUALITY_EXACT);
	told_put(&t, &f, &row);
	assert_true(per_op(&row) == 0);
	f.row_reason = silent_row;
	told_put(&t, &f, &sent);
	ab = row;
	ba = sent;
	sample_merge(&ab, &sent);
	sample_merge(&ba, &row);
	assert_int_equal(ab.told_source, TOLD_SENT);
	assert_int_equal(ba.told_source, TOLD_SENT);
	assert_true(per_op(&ab) == 1);
	assert_true(per_op(&ba) == 1);
	assert_true(per_s(&ab) == per_s(&ba));
}

static void sources_have_names_that_are_found(void **state)
{
	(void)state;
	for (int i = TOLD_ROW; i < TOLD_SOURCES; i++)
		assert_int_equal(told_source_find(told_source_name[i]), i);
	assert_int_equal(told_source_find(""), TOLD_ABSENT);
	assert_int_equal(told_source_find("guess"), TOLD_ABSENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_row_comes_first),
		cmocka_unit_test(sent_stands_in_for_a_row_that_cannot_move),
		cmocka_unit_test(a_request_reaches_all_others_of_the_mask),
		cmocka_unit_test(what_is_counted_in_slices_is_divided_by_slices),
		cmocka_unit_test(a_silent_trace_is_passed_over_for_the_hypervisors),
		cmocka_unit_test(stalls_need_no_privilege),
		cmocka_unit_test(stalls_stand_for_receivers_that_do_not_watch),
		cmocka_unit_test(each_absence_has_its_reason),
		cmocka_unit_test(zero_is_told_from_silence),
		cmocka_unit_test(merged_the_weaker_source_is_kept),
		cmocka_unit_test(sources_have_names_that_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
