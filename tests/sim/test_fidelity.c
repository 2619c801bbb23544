/* SPDX-License-Identifier: MIT */
/*
 * The simulated machine against published figures; all of it is virtual time, so the
 * numbers are the same on every computer.
 */
#include "sim_test.h"

#include <math.h>

/* shootdown-latency.txt: ms for a million calls a thread. */
static const double published_1 = 342, published_2 = 2700, published_14 = 16400;

static struct sim_costs costs_of_the_article(void)
{
	struct sim_measured m;
	struct sim_costs c;
	struct error error = {0};

	sim_measured_clear(&m);
	observe(&m, SIM_CALL_UNTOUCHED, 1, false, published_1);
	m.madvise_two_ns = published_2;
	sim_costs_default(&c);
	assert_int_equal(sim_costs_fit(&c, &m, &error), 0);
	return c;
}

static struct sim *madvise_of(const struct sim_costs *c, int threads)
{
	struct experiment e =
		EXPERIMENT("madvise", "generations=no", "cpus=16", "ops=3000");

	e.threads = threads;
	return sim_after(&e, NULL, c, 10000);
}

static void madvise_scales_as_published(void **state)
{
	struct sim_costs c = costs_of_the_article();
	const struct {
		int threads;
		double ns, off;
	} points[] = {{1, published_1, 0.02},
		      {2, published_2, 0.02},
		      {14, published_14, 0.25}};

	(void)state;
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		struct sim *s = madvise_of(&c, points[i].threads);
		double ns = ns_per_op(s);

		print_message("%d threads: %.0f ns, published %.0f\n",
			      points[i].threads, ns, points[i].ns);
		assert_true(fabs(ns / points[i].ns - 1) < points[i].off);
		sim_free(s);
	}
}

static void every_call_flushes_each_other_cpu_once(void **state)
{
	(void)state;
	for (int threads = 2; threads <= 14; threads += 3) {
		struct sim_costs c;

		sim_costs_default(&c);
		struct sim *s = madvise_of(&c, threads);
		const struct sim_counts *n = sim_counts(s);

		/* Threads that are done stay in the address space, idle. */
		assert_int_equal(n->reason[REASON_LOCAL_MM_SHOOTDOWN], n->ops);
		assert_true(n->shootdowns <= n->ops * (uint64_t)(threads - 1));
		sim_free(s);
	}
}

/* While nobody has finished: exactly threads - 1 remote flushes to each local one. */
static void flushes_are_exact_while_all_run(void **state)
{
	struct experiment e = EXPERIMENT("madvise", "touch=yes", "shared=no",
					 "generations=no", "cpus=8", "threads=8");
	struct sim *s = sim_after(&e, NULL, NULL, 5);
	const struct sim_counts *n = sim_counts(s);

	(void)state;
	/* Those under way at the end, and those before the last thread had started. */
	assert_in_range(n->shootdowns, n->ops * 7 - 100, (n->ops + 8) * 7);
	assert_int_equal(n->reason[REASON_REMOTE_SHOOTDOWN], n->shootdowns);
	assert_in_range(n->reason[REASON_LOCAL_MM_SHOOTDOWN], n->ops, n->ops + 8);
	sim_free(s);
}

static double pmap_per_s(const char *strategy, int processes)
{
	struct experiment e = EXPERIMENT("pmap", "mode=processes", "cpus=96",
					 "packages=2", "nodes=2");
	struct error error = {0};

	assert_int_equal(
		experiment_set(&e, sim_catalogue(), "strategy", strategy, &error), 0);
	e.threads = processes;
	struct sim *s = sim_after(&e, NULL, NULL, 10);
	double per_s = (double)sim_counts(s)->ops / 0.010;

	assert_null(sim_failure(s));
	sim_free(s);
	return per_s;
}

static void the_mutex_falls_and_epochs_do_not(void **state)
{
	double one = pmap_per_s("mutex", 1), dozen = pmap_per_s("mutex", 12);
	double half = pmap_per_s("mutex", 48), all = pmap_per_s("mutex", 96);
	double epochs = pmap_per_s("epoch", 96);

	(void)state;
	print_message("mutex 1: %.0f, 12: %.0f, 48: %.0f, 96: %.0f; epoch 96: %.0f\n",
		      one, dozen, half, all, epochs);
	assert_true(dozen > 8 * one);
	assert_true(half < dozen && all < half);
	assert_true(epochs > 2.5 * all);
	/* Published: 1,719,430, 1,008,730 and 3,550,909. */
	assert_true(fabs(dozen / 1719430 - 1) < 0.25);
	assert_true(fabs(all / 1008730 - 1) < 0.25);
	assert_true(fabs(epochs / 3550909 - 1) < 0.25);
}

static void victim_of(const char *strategy, struct sim_slot *out)
{
	struct experiment e =
		EXPERIMENT("madvise", "touch=yes", "cpus=8", "victims=7", "threads=1");
	struct error error = {0};

	assert_int_equal(
		experiment_set(&e, sim_catalogue(), "strategy", strategy, &error), 0);
	struct sim *s = sim_after(&e, NULL, NULL, 10);

	sim_slot(s, 1, out);
	sim_free(s);
}

/* Step 5 in hardware: the receiver is not interrupted, and the sender waits less. */
static void hardware_spares_the_victim(void **state)
{
	struct sim_slot ipi, rar, broadcast;

	(void)state;
	victim_of("ipi", &ipi);
	victim_of("rar", &rar);
	victim_of("broadcast", &broadcast);
	assert_true(ipi.stalls > 100);
	assert_true(rar.stalls < ipi.stalls / 10);
	assert_true(broadcast.stalls < ipi.stalls / 10);
	assert_true(rar.ops > ipi.ops);
}

/* The control interrupts as often as a flush would, and flushes nothing. */
static void membarrier_interrupts_for_nothing(void **state)
{
	struct experiment e = EXPERIMENT("release", "method=membarrier", "cpus=4",
					 "threads=1", "victims=3", "ops=500");
	struct sim *s = sim_after(&e, NULL, NULL, 1000);
	const struct sim_counts *n = sim_counts(s);

	(void)state;
	assert_int_equal(n->ops, 500);
	/* A few arrive while a tick is being handled, and enter with it. */
	assert_in_range(n->interrupts, 3 * 490, 3 * 500);
	assert_int_equal(n->shootdowns, 0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(n->reason[i], 0);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(madvise_scales_as_published),
		cmocka_unit_test(every_call_flushes_each_other_cpu_once),
		cmocka_unit_test(flushes_are_exact_while_all_run),
		cmocka_unit_test(the_mutex_falls_and_epochs_do_not),
		cmocka_unit_test(hardware_spares_the_victim),
		cmocka_unit_test(membarrier_interrupts_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
