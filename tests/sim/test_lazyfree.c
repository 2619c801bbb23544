/* SPDX-License-Identifier: MIT */
/* MADV_LAZYFREE and MADV_REUSE, rule by rule. */
#include "sim_test.h"

#include <errno.h>

#include "sim/steps.h"

static struct sim *release_of(const char *pause, const char *keep, int threads)
{
	struct experiment e = EXPERIMENT("release", "method=lazyfree",
					 "strategy=lazyfree", "pages=4", "cpus=8");
	struct error error = {0};
	const struct catalogue *c = sim_catalogue();

	e.threads = threads;
	assert_int_equal(experiment_set(&e, c, "pause_us", pause, &error), 0);
	assert_int_equal(experiment_set(&e, c, "keep_pages", keep, &error), 0);
	struct sim *s = sim_after(&e, NULL, NULL, 10);

	if (sim_failure(s))
		fail_msg("%s", sim_failure(s));
	return s;
}

static void neither_call_flushes(void **state)
{
	struct sim *s = release_of("0", "0", 8);
	const struct sim_counts *n = sim_counts(s);

	(void)state;
	assert_true(n->deferred > 1000);
	assert_int_equal(n->shootdowns, 0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(n->reason[i], 0);
	/* Pages stayed: none was ever faulted in again. */
	assert_int_equal(n->faults, 8 * ARENA_SPANS * 4);
	sim_free(s);
}

static void reuse_says_whether_it_was_the_last(void **state)
{
	struct experiment e =
		EXPERIMENT("release", "method=lazyfree", "threads=1",
			   "strategy=lazyfree", "pages=1", "cpus=1", "ops=8");
	struct sim *s = sim_after(&e, NULL, NULL, 10);
	struct sim_task *t = &s->tasks[0];

	(void)state;
	/* Eight ranges were made, none was asked back. */
	assert_int_equal(t->mm->lazy_ranges, ARENA_SPANS);
	assert_int_equal(t->last_return, 1);
	t->n_steps = 0;
	for (int left = ARENA_SPANS - 1; left >= 0; left--) {
		double cost_ns = 0;

		t->n_steps = 0;
		add_reuse(s, t);
		const struct step *st = &t->steps[t->n_steps - 1];

		assert_int_equal(st->run(s, t, st, &cost_ns), STEP_DONE);
		assert_int_equal(t->mm->lazy_ranges, left);
		assert_int_equal(t->last_return, left ? 0 : -ENOMEM);
	}
	assert_int_equal(t->mm->lazy_pages, 0);
	sim_free(s);
}

static void short_memory_interrupts_only_those_behind(void **state)
{
	struct sim *busy = release_of("0", "16", 8);
	struct sim *sleepy = release_of("20", "16", 8);
	const struct sim_counts *n = sim_counts(busy);

	(void)state;
	assert_true(n->reclaimed > 1000);
	assert_true(n->shootdowns > 0);
	/* Never all seven others: most have caught up by an earlier reclaim. */
	assert_true(n->shootdowns < n->reclaimed * 7 / 2);
	/* Who sleeps catches up by itself. */
	assert_true(sim_counts(sleepy)->reclaimed > 100);
	assert_true(sim_counts(sleepy)->shootdowns * n->reclaimed * 3 <
		    n->shootdowns * sim_counts(sleepy)->reclaimed * 2);
	assert_true(sim_counts(sleepy)->reason[REASON_TASK_SWITCH] > 100);
	sim_free(busy);
	sim_free(sleepy);
}

/* What a CPU that comes back has to flush, it knows from the ring: pages that were
 * not among it are still there. */
static void the_ring_makes_the_catching_up_partial(void **state)
{
	struct strategy_ops without = strategy_lazyfree;
	struct experiment e = EXPERIMENT("mixed", "cpus=4", "threads=4", "pages=1");
	uint64_t walks[2];

	(void)state;
	for (int ring = 0; ring < 2; ring++) {
		struct sim_options o = {.experiment = &e, .strategy = &without};
		struct sim *s;

		assert_int_equal(sim_new(&s, &o, NULL), 0);
		s->ring = ring;
		sim_open_gate(s);
		sim_run(s, sim_now_ps(s) + 20000000000, UINT64_MAX);
		assert_null(sim_failure(s));
		assert_true(sim_counts(s)->reason[REASON_TASK_SWITCH] > 100);
		walks[ring] = (sim_counts(s)->walks_load + sim_counts(s)->walks_store) *
			      1000 / sim_counts(s)->ops;
		sim_free(s);
	}
	assert_true(walks[1] < walks[0]);
}

/* Reclaim that does not tell those behind. */
static enum verdict step_steal(struct sim *s, struct sim_task *t, const struct step *st,
			       double *cost_ns)
{
	(void)st;
	(void)cost_ns;
	for (int i = 0; i < t->n_deferred; i++) {
		struct deferred *d = deferred_at(t, i);

		for (uint32_t vpn = d->vpn; d->lazy && vpn < d->vpn + d->pages; vpn++) {
			struct pte *pte = &t->mm->pte[vpn];

			if (pte->state != PTE_LAZY)
				continue;
			frame_free(s, t, pte->frame);
			*pte = (struct pte){.frame = NO_FRAME};
			t->mm->lazy_pages--;
		}
	}
	return STEP_DONE;
}

static void stealing_close(struct sim *s, struct sim_task *t)
{
	(void)s;
	add_call(t, step_steal);
}

static void reclaim_without_telling_is_caught(void **state)
{
	struct strategy_ops stealing = strategy_lazyfree;

	(void)state;
	stealing.close = stealing_close;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct experiment e =
			EXPERIMENT("mixed", "cpus=4", "threads=4", "pages=2");

		e.seed = seed;
		struct sim *s = sim_after(&e, &stealing, NULL, 20);
		bool caught = sim_failure(s) &&
			      strstr(sim_failure(s), "stale translation used");

		sim_free(s);
		if (caught)
			return;
	}
	fail_msg("it was not caught");
}

static void other_strategies_do_not_know_it(void **state)
{
	struct experiment e = EXPERIMENT("release", "method=lazyfree", "strategy=ipi");
	struct sim_machine m;
	struct error error = {0};

	(void)state;
	assert_int_equal(sim_machine_of(&e, &m, &error), -EINVAL);
	assert_string_equal(error.what, "method");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neither_call_flushes),
		cmocka_unit_test(reuse_says_whether_it_was_the_last),
		cmocka_unit_test(short_memory_interrupts_only_those_behind),
		cmocka_unit_test(the_ring_makes_the_catching_up_partial),
		cmocka_unit_test(reclaim_without_telling_is_caught),
		cmocka_unit_test(other_strategies_do_not_know_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
