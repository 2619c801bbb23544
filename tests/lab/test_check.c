/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lab/bench_catalogue.h"
#include "support/check.h"
#include "tlblab/lab/check.h"

/* A run as it should be: two pinned workers, one shootdown and one flush per op. */
struct bench_run {
	struct experiment experiment;
	struct check_facts facts;
	struct check checks[CHECKS_MAX];
	int n;
};

static void good_run(struct bench_run *b)
{
	struct sample *s = &b->facts.total;

	memset(b, 0, sizeof(*b));
	assert_int_equal(experiment_init(&b->experiment, &bench, "zap", NULL), 0);
	b->facts = (struct check_facts){
		.experiment = &b->experiment,
		.expectation = {.kind = FLUSH_RANGED,
				.flushes_per_op_low = 1,
				.flushes_per_op_high = 1,
				.pages = 1,
				.shootdowns_per_op_low = 0.9,
				.shootdowns_per_op_high = 1.05,
				.why = "each op interrupts the other worker"},
		.total = {.t_s = 2, .elapsed_s = 2},
		.measuring = true,
		.pinned = 2,
		.workers_and_victims = 2,
		.ceiling_before = 33,
		.ceiling_now = 33,
		.ceiling_known = true,
		.mechanism_ipi = true,
		.time_one_in = 1,
	};
	s = &b->facts.total;
	sample_put(s, CH_OPS, 1000, QUALITY_EXACT);
	sample_put(s, CH_OPS_MIN, 490, QUALITY_EXACT);
	sample_put(s, CH_OPS_MAX, 510, QUALITY_EXACT);
	sample_put(s, CH_SHOOTDOWNS, 1000, QUALITY_EXACT);
	sample_put(s, CH_FLUSH_OPS, 500, QUALITY_EXACT);
	sample_put(s, CH_FLUSH_FULL, 0, QUALITY_EXACT);
	sample_put(s, CH_FLUSH_RANGED, 500, QUALITY_EXACT);
	sample_put(s, CH_FLUSH_PAGES_1, 500, QUALITY_EXACT);
	sample_put(s, CH_FLUSH_PAGES_2_8, 0, QUALITY_EXACT);
	sample_put(s, CH_FLUSH_PAGES_9_33, 0, QUALITY_EXACT);
	sample_put(s, CH_FLUSH_PAGES_34_UP, 0, QUALITY_EXACT);
	sample_put(s, CH_STEAL_NS, 0, QUALITY_EXACT);
	sample_put(s, CH_CPUS_NS, 4e9, QUALITY_EXACT);
	sample_put(s, CH_MIGRATIONS, 0, QUALITY_EXACT);
	sample_put(s, CH_INVOLUNTARY_SWITCHES, 4, QUALITY_EXACT);
}

static const struct check *checked(struct bench_run *b, const char *name)
{
	b->n = checks_make(&b->facts, b->checks);
	for (int i = 0; i < b->n; i++)
		if (!strcmp(b->checks[i].name, name))
			return &b->checks[i];
	return NULL;
}

static void assert_check(struct bench_run *b, const char *name, enum check_state state,
			 const char *line)
{
	const struct check *c = checked(b, name);
	char buf[160];

	if (!c)
		fail_msg("no check %s", name);
	assert_string_equal(check_line(c, buf, sizeof(buf)), line);
	assert_int_equal(c->state, state);
	if (state != CHECK_OK)
		assert_true(strlen(c->note) > 10);
}

static void a_good_run_reads_well_in_its_order(void **state)
{
	static const char *const want[][2] = {
		{"pinned", "2 of 2 pinned, 0 migrations"},
		{"shootdowns_per_op", "1.00 shootdowns per op (0.90 to 1.05 expected)"},
		{"flushes",
		 "full 0, ranged 1.00 per op (ranged 1.00, 1 page expected)"},
		{"ceiling", "ceiling 33, unchanged"},
		{"steal", "steal 0.0 %"},
		{"oversubscribed", "no CPU shared"},
		{"involuntary_switches", "1.0 forced switches/s"},
		{"balance", "slowest at 96 % of fastest"},
		{"latency_sampling", "every operation timed"},
	};
	struct bench_run b;
	char line[160];

	(void)state;
	good_run(&b);
	b.n = checks_make(&b.facts, b.checks);
	assert_int_equal(b.n, COUNT_OF(want));
	for (int i = 0; i < b.n; i++) {
		assert_string_equal(b.checks[i].name, want[i][0]);
		assert_string_equal(check_line(&b.checks[i], line, sizeof(line)),
				    want[i][1]);
		assert_int_equal(b.checks[i].state, CHECK_OK);
		/* The panel breaks a line before its bracket, at 28 columns. */
		assert_in_range(strlen(b.checks[i].observed), 1, 28);
	}
}

static void what_has_no_upper_end_says_so(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	b.facts.expectation.shootdowns_per_op_high = EXPECT_ANY_NUMBER;
	assert_check(&b, "shootdowns_per_op", CHECK_OK,
		     "1.00 shootdowns per op (0.90 or more expected)");
	b.facts.expectation.shootdowns_per_op_low = 0;
	assert_check(&b, "shootdowns_per_op", CHECK_OK,
		     "1.00 shootdowns per op (any number expected)");
}

static void while_warming_up_nothing_is_known(void **state)
{
	struct bench_run b;
	char line[160];

	(void)state;
	good_run(&b);
	b.facts.measuring = false;
	b.n = checks_make(&b.facts, b.checks);
	assert_true(b.n > 5);
	for (int i = 0; i < b.n; i++) {
		assert_int_equal(b.checks[i].state, CHECK_UNKNOWN);
		assert_string_equal(check_line(&b.checks[i], line, sizeof(line)),
				    "warming up");
	}
}

static void pinning(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	b.facts.pinned = 1;
	assert_check(&b, "pinned", CHECK_WARN,
		     "1 of 2 pinned, 0 migrations (2 pinned, 0 migrations expected)");
	good_run(&b);
	sample_put(&b.facts.total, CH_MIGRATIONS, 1, QUALITY_EXACT);
	assert_check(&b, "pinned", CHECK_WARN,
		     "2 of 2 pinned, 1 migration (2 pinned, 0 migrations expected)");
	strcpy(b.experiment.placement, "none");
	b.facts.pinned = 0;
	assert_check(&b, "pinned", CHECK_OK, "not pinned, as asked, 1 migration");
	assert_null(checked(&b, "oversubscribed"));
	good_run(&b);
	sample_put(&b.facts.total, CH_MIGRATIONS, 0, QUALITY_ABSENT);
	assert_check(&b, "pinned", CHECK_OK, "2 of 2 pinned");
}

/* Not the workers, and not who told nobody. */
static void others_are_named(void **state)
{
	static const struct flushers flushers = {
		.elapsed_s = 1,
		.n = 3,
		.row = {{1, 1, true, "worker 0", "munmap", {900, 900, 900}},
			{2, 2, false, "clang", "copy_on_write", {708, 708, 708}},
			{3, 3, false, "idle", "context_switch", {90, 0, 0}}},
	};
	struct bench_run b;

	(void)state;
	good_run(&b);
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 15140, QUALITY_EXACT);
	assert_null(strstr(checked(&b, "shootdowns_per_op")->note, "clang"));
	b.facts.flushers = &flushers;
	assert_string_equal(checked(&b, "shootdowns_per_op")->note,
			    "recorded in the warm-up, others flush too: clang "
			    "(copy_on_write, 708 per second)");
	/* Fewer than meant is nobody else's doing. */
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 700, QUALITY_EXACT);
	assert_null(strstr(checked(&b, "shootdowns_per_op")->note, "clang"));
}

static void shootdowns(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 700, QUALITY_EXACT);
	assert_check(&b, "shootdowns_per_op", CHECK_WARN,
		     "0.70 shootdowns per op (0.90 to 1.05 expected)");
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 15140, QUALITY_EXACT);
	assert_check(&b, "shootdowns_per_op", CHECK_WARN,
		     "15.1 shootdowns per op (0.90 to 1.05 expected)");
	/* A tenth beside the range is still within what others cause. */
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 1150, QUALITY_EXACT);
	assert_check(&b, "shootdowns_per_op", CHECK_OK,
		     "1.15 shootdowns per op (0.90 to 1.05 expected)");
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 0, QUALITY_ABSENT);
	assert_check(&b, "shootdowns_per_op", CHECK_UNKNOWN, "shootdowns not counted");
	b.facts.mechanism_ipi = false;
	b.facts.mechanism_note = "the hypervisor flushes by hypercall";
	assert_check(&b, "shootdowns_per_op", CHECK_UNKNOWN,
		     "shootdowns not countable");
	assert_string_equal(checked(&b, "shootdowns_per_op")->note,
			    "the hypervisor flushes by hypercall");
	b.facts.told_reason = "no request was traced either";
	assert_check(&b, "shootdowns_per_op", CHECK_UNKNOWN,
		     "shootdowns not countable");
	assert_string_equal(checked(&b, "shootdowns_per_op")->note,
			    "no request was traced either");
	sample_put(&b.facts.total, CH_TOLD, 500, QUALITY_EXACT);
	sample_put(&b.facts.total, CH_TOLD_OPS, 500, QUALITY_EXACT);
	sample_put(&b.facts.total, CH_TOLD_NS, 1e9, QUALITY_EXACT);
	b.facts.total.told_source = TOLD_SENT;
	assert_check(&b, "shootdowns_per_op", CHECK_OK,
		     "1.00 CPUs told per op, by sent (0.90 to 1.05 expected)");
	sample_put(&b.facts.total, CH_TOLD, 200, QUALITY_EXACT);
	assert_check(&b, "shootdowns_per_op", CHECK_WARN,
		     "0.40 CPUs told per op, by sent (0.90 to 1.05 expected)");
	b.facts.total.told_source = TOLD_STALLS;
	assert_check(&b, "shootdowns_per_op", CHECK_UNKNOWN,
		     "0.40 CPUs told per op, by stalls");
}

/* One request an operation; interrupts received beside it. */
static void sources_that_disagree_are_told(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	b.facts.mm_cpus = 2;
	sample_put(&b.facts.total, CH_FLUSH_REMOTE_IPI_SEND, 500, QUALITY_EXACT);
	assert_null(checked(&b, "told_sources"));
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 400, QUALITY_EXACT);
	assert_check(&b, "told_sources", CHECK_WARN,
		     "row 0.40, sent 1.00 per op (1.00 expected)");
	/* What preemption explains is none, */
	sample_put(&b.facts.total, CH_STEAL_NS, 6e8, QUALITY_EXACT);
	sample_put(&b.facts.total, CH_CPUS_NS, 1e9, QUALITY_EXACT);
	assert_null(checked(&b, "told_sources"));
	sample_put(&b.facts.total, CH_STEAL_NS, 0, QUALITY_EXACT);
	b.facts.total.noise = 1;
	assert_null(checked(&b, "told_sources"));
	b.facts.total.noise = 0;
	/* and a request may reach all others. */
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 3000, QUALITY_EXACT);
	assert_check(&b, "told_sources", CHECK_WARN,
		     "row 3.00, sent 1.00 per op (1.00 expected)");
	b.facts.mm_cpus = 4;
	assert_null(checked(&b, "told_sources"));
}

/* Two operations a second: what other programs shoot down is as much. */
static void rare_operations_are_lost_in_others(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	sample_put(&b.facts.total, CH_OPS, 4, QUALITY_EXACT);
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 20, QUALITY_EXACT);
	assert_check(&b, "shootdowns_per_op", CHECK_UNKNOWN, "5.00 shootdowns per op");
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 4, QUALITY_EXACT);
	assert_check(&b, "shootdowns_per_op", CHECK_OK,
		     "1.00 shootdowns per op (0.90 to 1.05 expected)");
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 400, QUALITY_EXACT);
	assert_check(&b, "shootdowns_per_op", CHECK_WARN,
		     "100 shootdowns per op (0.90 to 1.05 expected)");
}

static void shootdowns_where_none_are_meant(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	b.facts.expectation.shootdowns_per_op_low = 0;
	b.facts.expectation.shootdowns_per_op_high = 0;
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 0, QUALITY_EXACT);
	assert_check(&b, "shootdowns_per_op", CHECK_OK,
		     "0 shootdowns per op (0 expected)");
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 19, QUALITY_EXACT);
	assert_check(&b, "shootdowns_per_op", CHECK_OK,
		     "0.02 shootdowns per op (0 expected)");
	sample_put(&b.facts.total, CH_SHOOTDOWNS, 30, QUALITY_EXACT);
	assert_check(&b, "shootdowns_per_op", CHECK_WARN,
		     "0.03 shootdowns per op (0 expected)");
}

static void flushes_put(struct bench_run *b, double full, double ranged)
{
	sample_put(&b->facts.total, CH_FLUSH_FULL, full, QUALITY_EXACT);
	sample_put(&b->facts.total, CH_FLUSH_RANGED, ranged, QUALITY_EXACT);
}

static void flushes_by_kind(void **state)
{
	static const struct {
		enum flush_kind kind;
		double full, ranged; /* of 500 operations */
		enum check_state want;
	} cases[] = {
		{FLUSH_RANGED, 10, 490, CHECK_OK},
		{FLUSH_RANGED, 100, 400, CHECK_WARN},
		{FLUSH_RANGED, 0, 300, CHECK_WARN},
		{FLUSH_RANGED, 0, 700, CHECK_WARN},
		{FLUSH_FULL, 500, 0, CHECK_OK},
		{FLUSH_FULL, 400, 100, CHECK_WARN},
		{FLUSH_EITHER, 250, 250, CHECK_OK},
		{FLUSH_EITHER, 0, 100, CHECK_WARN},
		{FLUSH_NONE, 0, 0, CHECK_OK},
		{FLUSH_NONE, 0, 5, CHECK_OK},
		{FLUSH_NONE, 0, 50, CHECK_WARN},
	};
	struct bench_run b;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		good_run(&b);
		b.facts.expectation.kind = cases[i].kind;
		flushes_put(&b, cases[i].full, cases[i].ranged);
		if (checked(&b, "flushes")->state != cases[i].want)
			fail_msg("case %zu: %s", i, checked(&b, "flushes")->note);
	}
}

static void flushes_of_another_size(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	b.facts.expectation.pages = 33;
	assert_check(&b, "flushes", CHECK_WARN,
		     "full 0, ranged 1.00 per op (ranged 1.00, 33 pages expected)");
	sample_put(&b.facts.total, CH_FLUSH_PAGES_9_33, 9500, QUALITY_EXACT);
	assert_int_equal(checked(&b, "flushes")->state, CHECK_OK);
	/* Sizes that were not counted say nothing. */
	good_run(&b);
	b.facts.expectation.pages = 33;
	for (int ch = CH_FLUSH_PAGES_1; ch <= CH_FLUSH_PAGES_34_UP; ch++)
		sample_put(&b.facts.total, ch, 0, QUALITY_ABSENT);
	assert_int_equal(checked(&b, "flushes")->state, CHECK_OK);
	sample_put(&b.facts.total, CH_FLUSH_OPS, 0, QUALITY_ABSENT);
	assert_check(&b, "flushes", CHECK_UNKNOWN, "flushes not counted");
}

static void ceiling(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	b.facts.ceiling_now = 40;
	assert_check(&b, "ceiling", CHECK_WARN, "ceiling 40 (unchanged expected)");
	b.experiment.ceiling_pages = 40;
	assert_check(&b, "ceiling", CHECK_OK, "ceiling 40, as set");
	b.experiment.ceiling_pages = 0;
	assert_check(&b, "ceiling", CHECK_WARN, "ceiling 40 (0 expected)");
	b.facts.ceiling_known = false;
	b.facts.ceiling_reason = "the kernel is locked down";
	assert_check(&b, "ceiling", CHECK_UNKNOWN, "ceiling cannot be read");
	assert_string_equal(checked(&b, "ceiling")->note, "the kernel is locked down");
}

static void noise(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	sample_put(&b.facts.total, CH_STEAL_NS, 84e6, QUALITY_EXACT);
	assert_check(&b, "steal", CHECK_WARN, "steal 2.1 % (at most 1 % expected)");
	sample_put(&b.facts.total, CH_STEAL_NS, 40e6, QUALITY_EXACT);
	assert_check(&b, "steal", CHECK_OK, "steal 1.0 %");
	sample_put(&b.facts.total, CH_STEAL_NS, 0, QUALITY_ABSENT);
	assert_check(&b, "steal", CHECK_UNKNOWN, "steal not measured");

	b.facts.oversubscribed_cpus = 1;
	assert_check(&b, "oversubscribed", CHECK_WARN,
		     "1 CPU shared (one worker or victim a CPU expected)");
	sample_put(&b.facts.total, CH_INVOLUNTARY_SWITCHES, 400, QUALITY_EXACT);
	assert_check(&b, "involuntary_switches", CHECK_WARN,
		     "100.0 forced switches/s (at most 25/s each expected)");
	sample_put(&b.facts.total, CH_INVOLUNTARY_SWITCHES, 0, QUALITY_ABSENT);
	assert_check(&b, "involuntary_switches", CHECK_UNKNOWN, "switches not counted");
}

static void crowds_give_way_and_say_so(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	b.facts.oversubscribed_cpus = 2;
	b.facts.workers_and_victims = 1024;
	b.facts.gives_way = true;
	assert_check(&b, "oversubscribed", CHECK_WARN,
		     "1024 that give way (one worker or victim a CPU expected)");
	/* Not pinned, they are no less of a crowd. */
	strcpy(b.experiment.placement, "none");
	assert_non_null(checked(&b, "oversubscribed"));
}

static void under_an_emulator_times_are_its_own(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	assert_null(checked(&b, "timings"));
	b.facts.emulator = "QEMU TCG";
	assert_check(&b, "timings", CHECK_WARN, "times are QEMU TCG's");
	/* What it means for all below stands first. */
	assert_string_equal(b.checks[0].name, "timings");
	assert_true(b.n <= CHECKS_MAX);
}

static void workers_that_lag(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	sample_put(&b.facts.total, CH_OPS_MIN, 51, QUALITY_EXACT);
	assert_check(&b, "balance", CHECK_WARN,
		     "slowest at 10 % of fastest (at least 50 % expected)");
	b.experiment.threads = 1;
	assert_null(checked(&b, "balance"));
	b.facts.time_one_in = 16;
	assert_check(&b, "latency_sampling", CHECK_OK, "1 operation in 16 timed");
	b.facts.time_one_in = 0;
	assert_null(checked(&b, "latency_sampling"));
}

static void too_few_operations_are_said(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	assert_null(checked(&b, "operations"));
	sample_put(&b.facts.total, CH_OPS, 5, QUALITY_EXACT);
	assert_null(checked(&b, "operations"));
	sample_put(&b.facts.total, CH_OPS, 2, QUALITY_EXACT);
	sample_put(&b.facts.total, CH_OPS_NS, 1.4e9, QUALITY_EXACT);
	assert_check(&b, "operations", CHECK_WARN,
		     "2 operations ended in 2 s (at least 5 expected)");
	assert_string_equal(checked(&b, "operations")->note,
			    "too few for a mean: each takes 700 ms; run longer "
			    "(duration_s), or make an operation smaller");
	/* Each worker must have ended some. */
	b.experiment.threads = 8;
	sample_put(&b.facts.total, CH_OPS, 8, QUALITY_EXACT);
	assert_check(&b, "operations", CHECK_WARN,
		     "8 operations ended in 2 s (at least 16 expected)");
	/* Who asks for one operation gets one. */
	b.experiment.ops = 1;
	assert_null(checked(&b, "operations"));
	b.facts.measuring = false;
	b.experiment.ops = 0;
	assert_null(checked(&b, "operations"));
}

static void no_operation_at_all_is_said(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	sample_put(&b.facts.total, CH_OPS, 0, QUALITY_EXACT);
	sample_put(&b.facts.total, CH_RUNNING_OPS, 2, QUALITY_EXACT);
	sample_put(&b.facts.total, CH_RUNNING_NS, 3.8e9, QUALITY_EXACT);
	assert_check(&b, "operations", CHECK_WARN,
		     "no operation ended in 2 s (at least 5 expected)");
	assert_non_null(strstr(checked(&b, "operations")->note,
			       "the one under way has run for 1.90 s"));
	b.experiment.ops = 10;
	assert_check(&b, "operations", CHECK_WARN,
		     "no operation ended in 2 s (at least 5 expected)");
}

/* In an interval that holds no operation, or one, some worker has none. */
static void few_operations_an_interval_are_shared_over_all(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	b.experiment.threads = 2;
	sample_put(&b.facts.total, CH_OPS, 20, QUALITY_EXACT);
	sample_put(&b.facts.total, CH_OPS_MIN, 0, QUALITY_EXACT);
	sample_put(&b.facts.total, CH_OPS_MAX, 20, QUALITY_EXACT);
	b.facts.ops_least = 9;
	b.facts.ops_most = 11;
	assert_check(&b, "balance", CHECK_OK, "slowest at 82 % of fastest");
	b.facts.ops_least = 2;
	b.facts.ops_most = 18;
	assert_check(&b, "balance", CHECK_WARN,
		     "slowest at 11 % of fastest (at least 50 % expected)");
	b.facts.ops_most = 3;
	assert_null(checked(&b, "balance"));
}

static void a_program_is_where_it_likes(void **state)
{
	struct bench_run b;

	(void)state;
	good_run(&b);
	b.facts.program = true;
	b.facts.pinned = 1;
	sample_put(&b.facts.total, CH_MIGRATIONS, 98, QUALITY_EXACT);
	sample_put(&b.facts.total, CH_INVOLUNTARY_SWITCHES, 9000, QUALITY_EXACT);
	assert_null(checked(&b, "pinned"));
	assert_null(checked(&b, "involuntary_switches"));
	assert_non_null(checked(&b, "steal"));
}

static void a_victim_that_seems_faster_tells_of_its_reference(void **state)
{
	struct experiment e = {.victims = 1, .threads = 1};
	struct check_facts f = {.experiment = &e, .measuring = true};
	struct check checks[CHECKS_MAX];
	int n, found = 0;

	(void)state;
	sample_put(&f.total, CH_VICTIM_LOOPS, 1000, QUALITY_EXACT);
	sample_put(&f.total, CH_VICTIM_QUIET_LOOPS, 450, QUALITY_EXACT);
	n = checks_make(&f, checks);
	for (int i = 0; i < n; i++) {
		if (strcmp(checks[i].name, "victim_reference") != 0)
			continue;
		found++;
		assert_int_equal(checks[i].state, CHECK_WARN);
		assert_non_null(strstr(checks[i].observed, "0.45"));
	}
	assert_int_equal(found, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_victim_that_seems_faster_tells_of_its_reference),
		cmocka_unit_test(a_good_run_reads_well_in_its_order),
		cmocka_unit_test(what_has_no_upper_end_says_so),
		cmocka_unit_test(while_warming_up_nothing_is_known),
		cmocka_unit_test(others_are_named),
		cmocka_unit_test(pinning),
		cmocka_unit_test(shootdowns),
		cmocka_unit_test(sources_that_disagree_are_told),
		cmocka_unit_test(rare_operations_are_lost_in_others),
		cmocka_unit_test(shootdowns_where_none_are_meant),
		cmocka_unit_test(flushes_by_kind),
		cmocka_unit_test(flushes_of_another_size),
		cmocka_unit_test(ceiling),
		cmocka_unit_test(noise),
		cmocka_unit_test(crowds_give_way_and_say_so),
		cmocka_unit_test(under_an_emulator_times_are_its_own),
		cmocka_unit_test(workers_that_lag),
		cmocka_unit_test(too_few_operations_are_said),
		cmocka_unit_test(no_operation_at_all_is_said),
		cmocka_unit_test(few_operations_an_interval_are_shared_over_all),
		cmocka_unit_test(a_program_is_where_it_likes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
