/* SPDX-License-Identifier: MIT */
/*
 * No strategy lets anybody use a page that was given away, on schedules drawn at
 * random; and strategies broken on purpose are caught at it.
 */
#include "sim_test.h"

#include <stdlib.h>
#include <time.h>

#include "sim/deferred_frames.h"
#include "sim/steps.h"
#include "sim/workload.h"

static void no_strategy_lets_go_too_early(void **state)
{
	uint64_t checked = 0;

	(void)state;
	for (int i = 0; strategy_table[i]; i++)
		for (uint64_t seed = 1; seed <= 24; seed++) {
			struct experiment e = EXPERIMENT(
				"mixed", "cpus=12", "packages=2", "nodes=2", "smt=2");

			e.threads = 3 + (int)(seed % 15);
			e.seed = seed;
			e.params[0].number = 1 + (int64_t)(seed * 7 % 40);
			struct sim *s = sim_after(&e, strategy_table[i], NULL, 20);

			if (sim_failure(s))
				fail_msg("%s, seed %d: %s", strategy_table[i]->name,
					 (int)seed, sim_failure(s));
			assert_true(sim_counts(s)->ops > 1000);
			checked += sim_counts(s)->checked;
			sim_free(s);
		}
	/* Millions of accesses were held against their frames. */
	assert_true(checked > 3000000);
}

static void short_set(struct experiment *e, const char *key, const char *value)
{
	assert_int_equal(experiment_set(e, sim_catalogue(), key, value, NULL), 0);
}

/* A machine, an address space or several, and a handful of operations, all drawn by
 * the seed. TLBs are tiny and ticks frequent, so that in a short life much happens. */
static struct experiment short_schedule(uint64_t seed,
					const struct strategy_ops *strategy,
					struct sim_costs *costs)
{
	struct rng rng = {seed * UINT64_C(0x9e3779b97f4a7c15)};
	struct experiment e =
		EXPERIMENT("mixed", "l1_entries=4", "l2_entries=16", "ops=10");
	struct param_value v;

	v = (struct param_value){.number = 2 + (int64_t)rng_below(&rng, 5)};
	assert_int_equal(experiment_put(&e, sim_catalogue(), "cpus", &v, NULL), 0);
	v = (struct param_value){.number = 1 + (int64_t)rng_below(&rng, 3)};
	assert_int_equal(experiment_put(&e, sim_catalogue(), "pages", &v, NULL), 0);
	e.threads = 2 + (int)rng_below(&rng, 6);
	e.ceiling_pages = (int64_t)rng_below(&rng, 4);
	e.mode = rng_below(&rng, 8) ? RUN_THREADS : RUN_PROCESSES;
	if (!strategy->defers && !strategy->global_asids && !rng_below(&rng, 8))
		short_set(&e, "generations", "no");
	else if (!rng_below(&rng, 4))
		short_set(&e, "pcid",
			  strategy->global_asids || rng_below(&rng, 2) ? "pcid" : "no");
	short_set(&e, "pti", rng_below(&rng, 4) ? "no" : "yes");
	short_set(&e, "ipi_model", sim_ipi_choices[rng_below(&rng, 5)]);
	e.seed = rng_next(&rng) >> 1;
	sim_costs_default(costs);
	costs->tick_hz = 20000;
	costs->slice_ms = 0.005;
	costs->jitter_pct = 50;
	costs->switch_ns = 300;
	/* So that a global ASID is given in the middle of it. */
	costs->broadcast_min_cpus = 2;
	return e;
}

/* Other ones every day; $TLBLAB_SEED brings a day's back. */
static uint64_t seed_of_the_day(void)
{
	const char *given = getenv("TLBLAB_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10)
			      : (uint64_t)time(NULL) / 86400 * 1000000;

	print_message("TLBLAB_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

enum { SHORT_SCHEDULES = 60000 };

static void short_schedules_of_every_kind_hold(void **state)
{
	uint64_t first = seed_of_the_day(), checked = 0;
	int n = 0;

	(void)state;
	while (strategy_table[n])
		n++;
	for (int i = 0; i < SHORT_SCHEDULES; i++) {
		const struct strategy_ops *strategy = strategy_table[i % n];
		struct sim_costs costs;
		struct experiment e =
			short_schedule(first + (uint64_t)i, strategy, &costs);
		struct sim *s = sim_after(&e, strategy, &costs, 50);

		if (sim_failure(s))
			fail_msg("%s, TLBLAB_SEED=%llu: %s", strategy->name,
				 (unsigned long long)first + (unsigned)i,
				 sim_failure(s));
		/* Every wait ended. */
		assert_true(sim_done(s));
		checked += sim_counts(s)->checked;
		sim_free(s);
	}
	assert_true(checked > 10 * SHORT_SCHEDULES);
}

static void older_kernels_without_generations_hold_too(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct experiment e =
			EXPERIMENT("mixed", "cpus=8", "generations=no", "threads=11");

		e.seed = seed;
		struct sim *s = sim_after(&e, NULL, NULL, 20);

		if (sim_failure(s))
			fail_msg("seed %d: %s", (int)seed, sim_failure(s));
		sim_free(s);
	}
}

/* Pages are given away while the answers are still out. */
static enum verdict hasty_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	task_free_gathered(s, t);
	return ipi_flush(s, t, cost_ns);
}

/* Nobody is told that there is something new. */
static enum verdict same_generation_flush(struct sim *s, struct sim_task *t,
					  double *cost_ns)
{
	t->flush.gen = t->mm->gen;
	return flush_send(s, &t->flush, true, cost_ns);
}

/* Only the caller's own TLB, while page tables stay. */
static enum verdict local_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	if (t->flush.freed_tables)
		return ipi_flush(s, t, cost_ns);
	flush_advance(&t->flush);
	*cost_ns +=
		flush_apply(s, task_cpu(s, t), &t->flush, REASON_LOCAL_MM_SHOOTDOWN);
	return STEP_DONE;
}

/* The daemon waits for nobody: pages may go while they are being flushed. */
static bool no_rule(const struct sim *s, uint64_t stamp)
{
	(void)s;
	(void)stamp;
	return true;
}

static enum verdict no_wait_release(struct sim *s, struct sim_task *t, double *cost_ns)
{
	return deferred_frames_release(s, t, no_rule, cost_ns);
}

static enum verdict deferred_frames_only_flush(struct sim *s, struct sim_task *t,
					       double *cost_ns)
{
	return deferred_frames_flush(s, t, 0, cost_ns);
}

/* LATR without the wait for the sweep. */
static enum verdict no_sweep_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	enum verdict v = strategy_batched.flush(s, t, cost_ns);

	deferred_free_to(s, t, t->mm->gen);
	return v;
}

/* Puts off what stays mapped, too. */
static enum verdict careless_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	bool unmap = t->flush.unmap;

	t->flush.unmap = true;
	enum verdict v = strategy_batched.flush(s, t, cost_ns);

	t->flush.unmap = unmap;
	return v;
}

/* A walker may be at a freed table before anyone is at a freed page. */
static bool tells(const char *failure, const char *story)
{
	return strstr(failure, story) || strstr(failure, "freed page table walked");
}

static void assert_caught(const struct strategy_ops *broken, const char *story)
{
	bool told = false;

	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct experiment e =
			EXPERIMENT("mixed", "cpus=8", "threads=8", "pages=1");

		e.seed = seed;
		struct sim *s = sim_after(&e, broken, NULL, 40);
		const char *failure = sim_failure(s);

		if (failure && !tells(failure, story))
			fail_msg("%s: %s", broken->name, failure);
		told = told || (failure && strstr(failure, story));
		sim_free(s);
		if (told)
			return;
	}
	fail_msg("%s was not caught", broken->name);
}

static void broken_strategies_are_caught(void **state)
{
	static const struct strategy_ops hasty = {.name = "hasty",
						  .flush = hasty_flush};
	static const struct strategy_ops same = {.name = "same generation",
						 .flush = same_generation_flush};
	static const struct strategy_ops local = {.name = "local only",
						  .flush = local_flush};
	static const struct strategy_ops daemon = {.name = "daemon that does not wait",
						   .flush = deferred_frames_only_flush,
						   .release = no_wait_release};
	struct strategy_ops no_sweep = strategy_batched, careless = strategy_batched;

	(void)state;
	no_sweep.name = "no sweep";
	no_sweep.flush = no_sweep_flush;
	assert_caught(&hasty, "stale translation used");
	assert_caught(&same, "stale translation used");
	assert_caught(&local, "stale translation used");
	assert_caught(&daemon, "stale translation used");
	assert_caught(&no_sweep, "stale translation used");
	careless.name = "careless";
	careless.flush = careless_flush;
	assert_caught(&careless, "write lost");
}

/* Says that it waits, and nobody ever answers. */
static enum verdict deaf_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	(void)s;
	(void)cost_ns;
	flush_advance(&t->flush);
	return STEP_SPIN;
}

static void a_wait_without_end_is_caught(void **state)
{
	static const struct strategy_ops deaf = {.name = "deaf", .flush = deaf_flush};
	struct experiment e = EXPERIMENT("mixed", "cpus=2", "threads=2");
	struct sim *s = sim_after(&e, &deaf, NULL, 4000);

	(void)state;
	assert_non_null(sim_failure(s));
	assert_non_null(strstr(sim_failure(s), "a wait does not end"));
	sim_free(s);
}

/* A generation that runs backwards. */
static double rewinding_tick(struct sim *s, struct sim_cpu *c)
{
	struct asid *a = cpu_asid(c);

	if (a && a->mm->gen > 3)
		a->mm->gen -= 2;
	(void)s;
	return 0;
}

static void a_generation_running_backwards_is_caught(void **state)
{
	struct strategy_ops rewinding = strategy_ipi;
	struct experiment e = EXPERIMENT("mixed", "cpus=4", "threads=4");

	(void)state;
	rewinding.tick = rewinding_tick;
	struct sim *s = sim_after(&e, &rewinding, NULL, 100);

	assert_non_null(sim_failure(s));
	sim_free(s);
}

/* The story says who, when and which frame. */
static void the_story_names_everything(void **state)
{
	static const struct strategy_ops local = {.name = "local only",
						  .flush = local_flush};
	struct experiment e = EXPERIMENT("mixed", "cpus=8", "threads=8");
	struct sim *s = sim_after(&e, &local, NULL, 50);

	/* Not every schedule comes across a page that was given away. */
	while (e.seed < 40 && (!sim_failure(s) || strstr(sim_failure(s), "table"))) {
		sim_free(s);
		e.seed++;
		s = sim_after(&e, &local, NULL, 50);
	}
	unsigned int cpu, task, frame, page, freer;
	double at, freed;

	(void)state;
	assert_non_null(sim_failure(s));
	assert_int_equal(sscanf(sim_failure(s),
				"stale translation used: at %lf ns CPU %u (task %u) "
				"reached frame %u through page %u, but task %u had "
				"freed that frame at %lf ns",
				&at, &cpu, &task, &frame, &page, &freer, &freed),
			 7);
	assert_true(freed <= at);
	assert_true(cpu < 8 && task < 8 && freer < 8 && freer != task);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_strategy_lets_go_too_early),
		cmocka_unit_test(short_schedules_of_every_kind_hold),
		cmocka_unit_test(older_kernels_without_generations_hold_too),
		cmocka_unit_test(broken_strategies_are_caught),
		cmocka_unit_test(a_wait_without_end_is_caught),
		cmocka_unit_test(a_generation_running_backwards_is_caught),
		cmocka_unit_test(the_story_names_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
