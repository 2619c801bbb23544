/* SPDX-License-Identifier: MIT */
/* Same seed, same machine; the parts it is built of; the rules of its parameters. */
#include "sim_test.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/workload.h"

struct outcome {
	struct sim_counts counts;
	uint64_t now_ps, max_ns;
	double hist;
};

/* Runs it in pieces of so many events and moments. */
static struct outcome outcome_of(uint64_t seed, uint64_t events, uint64_t pieces,
				 const char *strategy)
{
	struct experiment e = EXPERIMENT("mixed", "cpus=12", "threads=9", "victims=3",
					 "packages=2", "nodes=2");
	struct error error = {0};
	struct sim_options o = {.experiment = &e};
	struct sim_slot slot;
	struct sim *s;

	e.seed = seed;
	assert_int_equal(
		experiment_set(&e, sim_catalogue(), "strategy", strategy, &error), 0);
	assert_int_equal(sim_new(&s, &o, &error), 0);
	sim_open_gate(s);
	uint64_t gate_ps = sim_now_ps(s), span_ps = 12000000000;

	for (uint64_t i = 1; i <= pieces; i++)
		while (!sim_run(s, gate_ps + span_ps * i / pieces, events))
			;
	sim_slot(s, 10, &slot);
	struct outcome out = {.counts = *sim_counts(s),
			      .now_ps = sim_now_ps(s),
			      .max_ns = slot.max_ns};
	struct hist_view view = {.total = 0};

	hist_view_add(&view, slot.hist, NULL);
	out.hist = hist_view_quantile(&view, 0.5);
	sim_free(s);
	return out;
}

static void equal_seeds_give_equal_machines(void **state)
{
	(void)state;
	for (int i = 0; strategy_table[i]; i++) {
		const char *name = strategy_table[i]->name;
		struct outcome whole = outcome_of(7, UINT64_MAX, 1, name);
		struct outcome pieces = outcome_of(7, 13, 240, name);
		struct outcome other = outcome_of(8, UINT64_MAX, 1, name);

		assert_memory_equal(&whole, &pieces, sizeof(whole));
		assert_memory_not_equal(&whole, &other, sizeof(whole));
	}
}

static void events_come_in_order(void **state)
{
	struct events e;
	struct rng rng = {5};
	struct event last = {0, 0};

	(void)state;
	assert_int_equal(events_init(&e, 1000), 0);
	for (uint32_t i = 0; i < 1000; i++)
		events_push(&e, rng_below(&rng, 64), i);
	for (int i = 0; i < 1000; i++) {
		struct event next = events_pop(&e);

		assert_true(next.at > last.at ||
			    (next.at == last.at && next.source >= last.source));
		last = next;
	}
	assert_int_equal(e.n, 0);
	events_fini(&e);
}

static void a_tlb_keeps_what_fits(void **state)
{
	struct tlb_entry storage[64 + 512], found;
	struct tlb t = {.next_tag = 0};
	uint8_t turns[16 + 64] = {0};

	(void)state;
	memset(storage, 0, sizeof(storage));
	tlb_level_init(&t.level[0], 64, 4, storage, turns);
	tlb_level_init(&t.level[1], 512, 8, storage + 64, turns + 16);
	uint32_t tag = tlb_new_tag(&t);

	for (uint32_t i = 0; i < 512; i++)
		tlb_fill(&t, tag, i, i + 1, 9);
	for (uint32_t i = 0; i < 512; i++) {
		assert_true(tlb_find(&t, tag, i, &found) > 0);
		assert_int_equal(found.frame, i + 1);
	}
	assert_int_equal(tlb_find(&t, tag, 511, &found), 1);
	tlb_drop(&t, tag, 511);
	assert_int_equal(tlb_find(&t, tag, 511, &found), 0);
	assert_int_equal(tlb_find(&t, tlb_new_tag(&t), 3, &found), 0);
}

static void sets_of_cpus_grow_both_ways(void **state)
{
	struct cpu_set set = {0};
	static const int cpus[] = {700, 3, 4095, 64, 699};
	static const int ordered[] = {3, 64, 699, 700, 4095};
	int at = -1;

	(void)state;
	assert_int_equal(cpu_set_next(&set, -1), -1);
	for (size_t i = 0; i < COUNT_OF(cpus); i++)
		assert_true(cpu_set_add(&set, cpus[i]));
	for (size_t i = 0; i < COUNT_OF(ordered); i++) {
		at = cpu_set_next(&set, at);
		assert_int_equal(at, ordered[i]);
	}
	assert_int_equal(cpu_set_next(&set, at), -1);
	cpu_set_remove(&set, 64);
	assert_false(cpu_set_has(&set, 64));
	assert_int_equal(cpu_set_next(&set, 3), 699);
	free(set.words);
}

static void strategies_are_in_the_order_of_the_choices(void **state)
{
	int i = 0;

	(void)state;
	for (; strategy_table[i]; i++)
		assert_string_equal(strategy_table[i]->name, sim_strategy_names[i]);
	assert_null(sim_strategy_names[i]);
}

static void every_parameter_has_a_valid_default(void **state)
{
	const struct catalogue *c = sim_catalogue();

	(void)state;
	for (int i = 0; i < c->n; i++) {
		struct experiment e;
		struct sim_machine m;
		struct error error = {0};

		assert_true(c->workloads[i]->n_params <= WORKLOAD_MAX_PARAMS);
		assert_int_equal(experiment_init(&e, c, c->workloads[i]->name, &error),
				 0);
		assert_int_equal(sim_machine_of(&e, &m, &error), 0);
		struct sim *s = sim_after(&e, NULL, NULL, 1);

		assert_true(sim_counts(s)->ops > 0);
		assert_null(sim_failure(s));
		sim_free(s);
	}
}

static void machines_that_cannot_be_are_refused(void **state)
{
	static const struct {
		const char *key, *value, *what;
	} bad[] = {{"packages", "3", "cpus"},
		   {"nodes", "5", "nodes"},
		   {"smt", "3", "cpus"}};
	struct sim_machine m;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct experiment e =
			EXPERIMENT("madvise", "cpus=64", "packages=2", "nodes=2");
		struct error error = {0};

		assert_int_equal(experiment_set(&e, sim_catalogue(), bad[i].key,
						bad[i].value, &error),
				 0);
		assert_int_equal(sim_machine_of(&e, &m, &error), -EINVAL);
		assert_string_equal(error.what, bad[i].what);
	}
	struct experiment old =
		EXPERIMENT("release", "strategy=batched", "generations=no");
	struct error error = {0};

	assert_int_equal(sim_machine_of(&old, &m, &error), -EINVAL);
	assert_string_equal(error.what, "generations");
	for (int i = 0; i < 2; i++) {
		old = EXPERIMENT("release", "generations=no",
				 i ? "strategy=rar" : "strategy=broadcast");
		assert_int_equal(sim_machine_of(&old, &m, &error), -EINVAL);
		assert_string_equal(error.what, "generations");
		old = EXPERIMENT("release", "pcid=no",
				 i ? "strategy=rar" : "strategy=broadcast");
		assert_int_equal(sim_machine_of(&old, &m, &error), -EINVAL);
		assert_string_equal(error.what, "pcid");
	}
}

static void idle_cpus_are_spared(void **state)
{
	struct experiment e = EXPERIMENT("madvise", "touch=yes", "shared=no", "cpus=2",
					 "threads=2", "pause_us=400");
	struct sim *s = sim_after(&e, NULL, NULL, 10);

	(void)state;
	/* The other sleeps most of the time. */
	assert_true(sim_counts(s)->shootdowns < sim_counts(s)->ops / 4);
	assert_true(sim_counts(s)->ops >= 40);
	sim_free(s);
}

/* Beside a worker that disturbs nobody: however many pages the victim must first touch
 * and walk for, its quiet pace is the one it then keeps. */
static void the_quiet_pace_is_that_of_a_warm_tlb(void **state)
{
	static const char *const sets[] = {"working_set_pages=1",
					   "working_set_pages=256",
					   "working_set_pages=1024"};
	struct sim_slot victim;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		struct experiment e = EXPERIMENT("release", "method=reuse", "threads=1",
						 "cpus=2", "victims=1", sets[i]);
		struct sim *s = sim_after(&e, NULL, NULL, 5);

		sim_slot(s, 1, &victim);
		assert_near((double)victim.ops / 5e-3 / victim.quiet_per_s, 1, 0.05);
		sim_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_seeds_give_equal_machines),
		cmocka_unit_test(events_come_in_order),
		cmocka_unit_test(a_tlb_keeps_what_fits),
		cmocka_unit_test(sets_of_cpus_grow_both_ways),
		cmocka_unit_test(strategies_are_in_the_order_of_the_choices),
		cmocka_unit_test(every_parameter_has_a_valid_default),
		cmocka_unit_test(machines_that_cannot_be_are_refused),
		cmocka_unit_test(idle_cpus_are_spared),
		cmocka_unit_test(the_quiet_pace_is_that_of_a_warm_tlb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
