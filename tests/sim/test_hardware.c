/* SPDX-License-Identifier: MIT */
/* What flushes without interrupts: remote action requests, and INVLPGB. */
#include "sim_test.h"

#include <stdlib.h>

static uint64_t events_of(const struct sim_counts *n)
{
	uint64_t all = 0;

	for (int i = 0; i < 6; i++)
		all += n->reason[i];
	return all;
}

static struct sim *rar_of(const char *const *words, double ms)
{
	struct experiment e = experiment_of("release", words);

	assert_int_equal(experiment_set(&e, sim_catalogue(), "strategy", "rar", NULL),
			 0);
	struct sim *s = sim_after(&e, NULL, NULL, ms);

	assert_null(sim_failure(s));
	return s;
}

#define RAR(ms, ...) rar_of((const char *const[]){__VA_ARGS__, NULL}, ms)

static void requests_interrupt_nobody(void **state)
{
	struct sim *s = RAR(1000, "cpus=16", "threads=1", "victims=15", "ops=200");
	const struct sim_counts *n = sim_counts(s);

	(void)state;
	assert_int_equal(n->ops, 200);
	assert_int_equal(n->shootdowns, 0);
	assert_int_equal(n->interrupts, 0);
	assert_int_equal(events_of(n), 0);
	for (int i = 0; i < s->n_cpus; i++)
		assert_int_equal(sim_cpu_shootdowns(s)[i], 0);
	/* Yet all others are told, by one signal a flush. */
	assert_int_equal(n->told, 200 * 15);
	assert_int_equal(n->told_by_hardware, 200 * 15);
	assert_int_equal(n->signals, 200);
	sim_free(s);
}

/* 512 at once want the 64 payloads of the machine. */
static void payloads_are_shared_by_the_machine(void **state)
{
	struct sim *few = RAR(1, "cpus=64", "threads=64", "method=dontneed");
	struct sim *many = RAR(1, "cpus=512", "threads=512", "method=dontneed");

	(void)state;
	assert_int_equal(sim_counts(few)->slot_waits, 0);
	assert_true(sim_counts(many)->slot_waits > 100);
	assert_true(many->rar_slots_used <= 64);
	sim_free(few);
	sim_free(many);
}

/* ns of one operation in a machine of so many CPUs, all but one of them victims'. */
static double rar_ns(const char *pages, const char *ceiling, struct sim_costs *costs)
{
	struct experiment e =
		EXPERIMENT("release", "strategy=rar", "cpus=2", "threads=1",
			   "victims=1", "ops=50", "method=dontneed");

	assert_int_equal(experiment_set(&e, sim_catalogue(), "pages", pages, NULL), 0);
	assert_int_equal(experiment_set(&e, sim_catalogue(), "ceiling", ceiling, NULL),
			 0);
	struct sim *s = sim_after(&e, NULL, costs, 1000);
	double ns = ns_per_op(s);

	sim_free(s);
	return ns;
}

/* At any ceiling. */
static void sixty_three_pages_become_everything(void **state)
{
	struct sim_costs costs;

	(void)state;
	sim_costs_default(&costs);
	costs.jitter_pct = 0;
	costs.tick_ns = 0;
	costs.full_flush_ns = 0;
	costs.invlpg_ns = 10000;
	costs.walk_ns = costs.l2_hit_ns = costs.l1_hit_ns = 0;
	assert_true(rar_ns("62", "1000", &costs) > 62 * costs.invlpg_ns);
	assert_true(rar_ns("63", "1000", &costs) < 62 * costs.invlpg_ns);
	assert_true(rar_ns("34", "33", &costs) < 33 * costs.invlpg_ns);
}

/* The other thread sleeps most of the time: its CPU is told all the same. */
static void idle_cpus_are_told_by_requests(void **state)
{
	struct experiment e = EXPERIMENT("madvise", "touch=yes", "shared=no", "cpus=2",
					 "threads=2", "pause_us=400", "strategy=rar");
	struct sim *s = sim_after(&e, NULL, NULL, 10);
	const struct sim_counts *n = sim_counts(s);

	(void)state;
	assert_true(n->ops >= 40);
	assert_in_range(n->told, n->ops - 4, n->ops + 4);
	sim_free(s);
}

static struct experiment broadcast_of(const char *victims)
{
	struct experiment e = EXPERIMENT("madvise", "touch=yes", "shared=no",
					 "strategy=broadcast", "cpus=8", "threads=1");

	assert_int_equal(experiment_set(&e, sim_catalogue(), "victims", victims, NULL),
			 0);
	return e;
}

static void three_cpus_are_not_enough(void **state)
{
	struct experiment e = broadcast_of("2");
	struct sim *s = sim_after(&e, NULL, NULL, 40);
	const struct sim_counts *n = sim_counts(s);

	(void)state;
	assert_false(s->mms[0].global);
	assert_in_range(n->shootdowns, 2 * n->ops - 4, 2 * n->ops + 4);
	assert_int_equal(n->broadcasts, 0);
	sim_free(s);
}

/* Goes on until the process has its global ASID. */
static struct sim *until_global(const struct experiment *e)
{
	struct sim *s = sim_after(e, NULL, NULL, 0);

	while (!s->mms[0].global) {
		assert_true(sim_now_ps(s) < 34000000000);
		sim_run(s, sim_now_ps(s) + 1000000, UINT64_MAX);
	}
	return s;
}

/* When the thread's id and the tick agree, not before. */
static void the_global_asid_is_given_in_its_tick(void **state)
{
	bool differ = false;

	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct experiment e = broadcast_of("3");

		e.seed = seed;
		struct sim *s = until_global(&e);
		uint64_t tick = sim_now_ps(s) / 1000000000;

		assert_int_equal(tick & 31, s->tasks[0].pid & 31);
		assert_true(!tick || sim_counts(s)->shootdowns > 0);
		differ = differ || tick > 1;
		sim_free(s);
	}
	assert_true(differ);
}

/* One flush sends interrupts, by which all CPUs change; then none, and no event. */
static void the_transition_is_by_interrupts(void **state)
{
	struct experiment e = broadcast_of("3");
	struct sim *s = until_global(&e);
	const struct sim_counts *n = sim_counts(s);
	struct sim_counts before = *n;

	(void)state;
	while (n->ops < before.ops + 3)
		sim_run(s, sim_now_ps(s) + 100000, UINT64_MAX);
	assert_false(s->mms[0].transition);
	assert_int_equal(n->shootdowns - before.shootdowns, 3);
	assert_true(n->broadcasts > before.broadcasts);
	before = *n;
	sim_run(s, sim_now_ps(s) + 5000000000, UINT64_MAX);
	assert_true(n->ops > before.ops + 1000);
	assert_int_equal(n->shootdowns, before.shootdowns);
	assert_int_equal(events_of(n), events_of(&before));
	assert_in_range(n->told - before.told, (n->ops - before.ops - 1) * 3,
			(n->ops - before.ops + 1) * 3);
	assert_null(sim_failure(s));
	sim_free(s);
}

/* Its other threads end, and it runs on one CPU: it keeps the ASID. */
static void a_global_asid_is_kept(void **state)
{
	struct experiment e = broadcast_of("3");
	struct sim *s = until_global(&e);
	const struct sim_counts *n = sim_counts(s);

	(void)state;
	sim_run(s, sim_now_ps(s) + 1000000000, UINT64_MAX);
	for (int i = s->n_workers; i < s->n_tasks; i++) {
		struct sim_cpu *c = task_cpu(s, &s->tasks[i]);

		cpu_set_remove(&s->mms[0].cpus, c->id);
		c->current = NULL;
		c->loaded = -1;
	}
	struct sim_counts before = *n;

	sim_run(s, sim_now_ps(s) + 1000000000, UINT64_MAX);
	assert_true(s->mms[0].global);
	assert_true(n->broadcasts > before.broadcasts);
	assert_int_equal(n->shootdowns, before.shootdowns);
	assert_int_equal(events_of(n), events_of(&before));
	sim_free(s);
}

/* INVLPGB instructions of one flush of so many pages. */
static double broadcasts_per_op(const char *pages, const char *pti)
{
	struct experiment e = broadcast_of("3");

	assert_int_equal(experiment_set(&e, sim_catalogue(), "pages", pages, NULL), 0);
	assert_int_equal(experiment_set(&e, sim_catalogue(), "pti", pti, NULL), 0);
	struct sim *s = until_global(&e);
	struct sim_counts before = *sim_counts(s);

	sim_run(s, sim_now_ps(s) + 20000000000, UINT64_MAX);
	double n = (double)(sim_counts(s)->broadcasts - before.broadcasts) /
		   (double)(sim_counts(s)->ops - before.ops);

	sim_free(s);
	return n;
}

static void an_instruction_counts_eight_pages(void **state)
{
	static const struct {
		const char *pages, *pti;
		double n;
	} cases[] = {{"1", "no", 1},  {"8", "no", 1},  {"9", "no", 2},
		     {"33", "no", 5}, {"34", "no", 1}, {"1", "yes", 2},
		     {"9", "yes", 4}, {"34", "yes", 2}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_near(broadcasts_per_op(cases[i].pages, cases[i].pti), cases[i].n,
			    0.05);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_interrupt_nobody),
		cmocka_unit_test(payloads_are_shared_by_the_machine),
		cmocka_unit_test(sixty_three_pages_become_everything),
		cmocka_unit_test(idle_cpus_are_told_by_requests),
		cmocka_unit_test(three_cpus_are_not_enough),
		cmocka_unit_test(the_global_asid_is_given_in_its_tick),
		cmocka_unit_test(the_transition_is_by_interrupts),
		cmocka_unit_test(a_global_asid_is_kept),
		cmocka_unit_test(an_instruction_counts_eight_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
