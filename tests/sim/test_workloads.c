/* SPDX-License-Identifier: MIT */
/* Every workload under every strategy: nothing stale is used, and nobody is told more
 * often than the workload says. */
#include "sim_test.h"

#include "sim/workload.h"

enum { THREADS = 3, VICTIMS = 2 };

static struct expectation expected_of(const struct experiment *e)
{
	struct expectation out;
	const struct expect_case c = {
		.experiment = e,
		.params = e->params,
		.workers = e->threads,
		.victims = e->victims,
		.worker_cpus = e->threads,
		.mm_cpus = e->threads + e->victims,
		.ceiling_pages = 33,
	};

	sim_expect(&c, &out);
	return out;
}

static void run_one(const struct workload_sim *w, const struct strategy_ops *strategy)
{
	struct experiment e = EXPERIMENT(w->desc.name, "cpus=6");
	struct error error = {0};

	e.threads = THREADS;
	e.victims = VICTIMS;
	assert_int_equal(
		experiment_set(&e, sim_catalogue(), "strategy", strategy->name, &error),
		0);
	const struct expectation out = expected_of(&e);
	struct sim *s = sim_after(&e, NULL, NULL, 4);
	const struct sim_counts *n = sim_counts(s);

	if (sim_failure(s))
		fail_msg("%s, %s: %s", w->desc.name, strategy->name, sim_failure(s));
	assert_true(n->ops > 100);
	/* Each worker may be in the middle of one. */
	if ((double)n->shootdowns >
	    out.shootdowns_per_op_high * (double)(n->ops + THREADS))
		fail_msg("%s, %s: %llu shootdowns in %llu operations", w->desc.name,
			 strategy->name, (unsigned long long)n->shootdowns,
			 (unsigned long long)n->ops);
	sim_free(s);
}

static void every_workload_holds_under_every_strategy(void **state)
{
	(void)state;
	for (int i = 0; sim_workload_table[i]; i++)
		for (int k = 0; strategy_table[k]; k++)
			run_one(sim_workload_table[i], strategy_table[k]);
}

/* One worker, one victim: local flushes, full ones among them, and remote ones of an
 * operation are exactly what is said. */
static void assert_flushes(struct experiment e, uint64_t per_op, bool full)
{
	e.ops = 500;
	e.victims = 1;
	struct sim *s = sim_after(&e, NULL, NULL, 1000);
	const struct sim_counts *n = sim_counts(s);

	assert_null(sim_failure(s));
	assert_int_equal(n->ops, 500);
	/* In the first operation there are no pages yet, perhaps. */
	assert_in_range(n->reason[REASON_LOCAL_MM_SHOOTDOWN], 499 * per_op,
			500 * per_op);
	assert_int_equal(n->size[4], full ? n->reason[REASON_LOCAL_MM_SHOOTDOWN] : 0);
	assert_int_equal(n->shootdowns, n->reason[REASON_LOCAL_MM_SHOOTDOWN]);
	sim_free(s);
}

static void rights_are_taken_and_given_with_a_flush_each(void **state)
{
	(void)state;
	assert_flushes(EXPERIMENT("mprotect", "threads=1", "cpus=2", "pages=4"), 2,
		       false);
	assert_flushes(EXPERIMENT("mprotect", "threads=1", "cpus=2", "pages=34"), 2,
		       true);
}

/* The same two pages: a wider span makes the flush a full one, and the working set is
 * walked for again. */
static void a_span_beyond_the_ceiling_costs_the_working_set(void **state)
{
	struct experiment near =
		EXPERIMENT("collateral", "threads=1", "cpus=2", "working_set_pages=64");
	struct experiment far = EXPERIMENT("collateral", "threads=1", "cpus=2",
					   "working_set_pages=64", "span_pages=34");
	uint64_t walks[2];

	(void)state;
	assert_flushes(near, 1, false);
	assert_flushes(far, 1, true);
	for (int i = 0; i < 2; i++) {
		struct experiment e = i ? far : near;

		e.ops = 500;
		struct sim *s = sim_after(&e, NULL, NULL, 1000);

		walks[i] = sim_counts(s)->walks_load;
		sim_free(s);
	}
	/* Two pages each time, and now and then one that had to make room for them;
	 * with the full flush 64 more. */
	assert_in_range(walks[0], 2 * 500, 4 * 500);
	assert_in_range(walks[1], 66 * 499, 66 * 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_workload_holds_under_every_strategy),
		cmocka_unit_test(rights_are_taken_and_given_with_a_flush_each),
		cmocka_unit_test(a_span_beyond_the_ceiling_costs_the_working_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
