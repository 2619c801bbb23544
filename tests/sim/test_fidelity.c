/* SPDX-License-Identifier: MIT */
/*
 * The simulated machine against published figures; all of it is virtual time, so the
 * numbers are the same on every computer.
 */
#include "sim_test.h"

#include <errno.h>
#include <math.h>

/* shootdown-latency.txt: ms for a million calls a thread. */
static const double published_1 = 342, published_2 = 2700, published_14 = 16400;

static void observe(struct sim_measured *m, enum sim_call call, int pages, bool full,
		    double ns)
{
	sim_measured_add(m, &(struct sim_observed){.call = call,
						   .pages = pages,
						   .full = full,
						   .ns = ns,
						   .stall_ns = NAN});
}

static void observe_told(struct sim_measured *m, enum sim_call call, int pages,
			 double ns, double stall_ns)
{
	sim_measured_add(m, &(struct sim_observed){.call = call,
						   .pages = pages,
						   .told = true,
						   .ns = ns,
						   .stall_ns = stall_ns});
}

static struct sim_costs costs_of_the_article(void)
{
	struct sim_measured m;
	struct sim_costs c;
	struct fault fault = {0};

	sim_measured_clear(&m);
	observe(&m, SIM_CALL_UNTOUCHED, 1, false, published_1);
	m.madvise_two_ns = published_2;
	sim_costs_default(&c);
	assert_int_equal(sim_costs_fit(&c, &m, &fault), 0);
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
	struct fault fault = {0};

	assert_int_equal(
		experiment_set(&e, sim_catalogue(), "strategy", strategy, &fault), 0);
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

static void victim_of(const char *strategy, struct sim_seat *out)
{
	struct experiment e =
		EXPERIMENT("madvise", "touch=yes", "cpus=8", "victims=7", "threads=1");
	struct fault fault = {0};

	assert_int_equal(
		experiment_set(&e, sim_catalogue(), "strategy", strategy, &fault), 0);
	struct sim *s = sim_after(&e, NULL, NULL, 10);

	sim_seat(s, 1, out);
	sim_free(s);
}

/* Step 5 in hardware: the receiver is not interrupted, and the sender waits less. */
static void hardware_spares_the_victim(void **state)
{
	struct sim_seat ipi, rar, broadcast;

	(void)state;
	victim_of("ipi", &ipi);
	victim_of("rar", &rar);
	victim_of("broadcast", &broadcast);
	assert_true(ipi.stalls > 100);
	assert_true(rar.stalls < ipi.stalls / 10);
	assert_true(broadcast.stalls < ipi.stalls / 10);
	assert_true(rar.ops > ipi.ops);
}

/* Sums made of known costs are taken apart again, and what a per cent of error in one
 * of them does stays a few per cent. */
static void takes_calls_apart(void **state)
{
	static const int pages[] = {1, 4, 24, 66, 192};
	struct sim_costs made, c;
	struct sim_measured m;
	struct fault fault = {0};

	(void)state;
	sim_measured_clear(&m);
	m.walk_ns = 20;
	sim_costs_default(&made);
	made.syscall_ns = 300;
	made.gather_ns = 250;
	made.map_ns = made.unmap_ns = 900;
	made.fault_ns = 800;
	made.zap_page_ns = 120;
	made.unmap_page_ns = 500;
	made.protect_ns = 200;
	made.protect_page_ns = 30;
	made.walk_ns = 20;
	made.invlpg_ns = 110;
	made.full_flush_ns = 600;
	for (size_t i = 0; i < COUNT_OF(pages); i++)
		for (int call = SIM_CALL_UNTOUCHED; call <= SIM_CALL_PROTECT; call++) {
			struct sim_observed o = {.call = (enum sim_call)call,
						 .pages = pages[i],
						 .full = pages[i] > 33,
						 .stall_ns = NAN};

			o.ns = sim_costs_predict(&made, &o);
			sim_measured_add(&m, &o);
		}
	sim_costs_default(&c);
	assert_int_equal(sim_costs_fit(&c, &m, &fault), 0);
	assert_float_equal(c.syscall_ns, 300, 1e-3);
	assert_float_equal(c.gather_ns, 250, 1e-3);
	assert_float_equal(c.map_ns, 900, 1e-3);
	assert_float_equal(c.fault_ns + c.zap_page_ns, 920, 1e-3);
	assert_float_equal(c.fault_ns + c.unmap_page_ns, 1300, 1e-3);
	assert_float_equal(c.protect_ns, 200, 1e-3);
	assert_float_equal(c.protect_page_ns, 30, 1e-3);
	assert_float_equal(c.walk_ns, 20, 1e-3);
	assert_float_equal(c.invlpg_ns, 110, 1e-3);
	assert_float_equal(c.full_flush_ns, 600, 1e-3);
	/* Every other one a per cent longer. */
	for (int i = 0; i < m.n; i += 2)
		m.observed[i].ns *= 1.01;
	sim_costs_default(&c);
	assert_int_equal(sim_costs_fit(&c, &m, &fault), 0);
	for (int i = 0; i < m.n; i++)
		assert_true(
			fabs(sim_costs_predict(&c, &m.observed[i]) / m.observed[i].ns -
			     1) < 0.02);
}

/* An invalidation that would come out negative is none, and the rest still fits. */
static void no_cost_is_negative(void **state)
{
	struct sim_measured m;
	struct sim_costs c;
	struct fault fault = {0};
	int n;
	const struct sim_cost_desc *d = sim_costs_table(&n);

	(void)state;
	sim_measured_clear(&m);
	sim_costs_default(&c);
	m.walk_ns = 15;
	observe(&m, SIM_CALL_UNTOUCHED, 1, false, 500);
	observe(&m, SIM_CALL_PROTECT, 4, false, 2000);
	observe(&m, SIM_CALL_PROTECT, 32, false, 2000 + 28 * 90);
	observe(&m, SIM_CALL_PROTECT, 66, true, 2000 + 62 * 100);
	observe(&m, SIM_CALL_PROTECT, 448, true, 2000 + 444 * 100);
	assert_int_equal(sim_costs_fit(&c, &m, &fault), 0);
	for (int i = 0; i < n; i++)
		assert_true(sim_costs_get(&c, &d[i]) >= 0);
	assert_true(c.invlpg_ns < 1);
	for (int i = 0; i < m.n; i++)
		assert_true(
			fabs(sim_costs_predict(&c, &m.observed[i]) / m.observed[i].ns -
			     1) < 0.1);
}

static void the_way_of_an_interrupt_is_what_company_adds(void **state)
{
	struct sim_measured m;
	struct sim_costs c;
	struct fault fault = {0};

	(void)state;
	sim_measured_clear(&m);
	sim_costs_default(&c);
	const double flush_ns = c.flush_func_ns + c.invlpg_ns;

	/* No call to fit to: the pages and what lies between them are taken as known.
	 */
	observe(&m, SIM_CALL_UNTOUCHED, 1, false, 300);
	observe_told(&m, SIM_CALL_UNTOUCHED, 1, 5300, 2000 + flush_ns);
	assert_int_equal(sim_costs_fit(&c, &m, &fault), 0);
	assert_float_equal(c.irq_enter_ns + c.irq_exit_ns, 2000, 1e-6);
	assert_float_equal(c.irq_enter_ns + c.ipi_setup_ns + c.ipi_send_ns +
				   c.ipi_near_ns + c.ack_ns,
			   5000, 1e-6);
	/* Other programs make a victim's stalls longer than the whole way there and
	 * back. */
	sim_measured_clear(&m);
	observe(&m, SIM_CALL_UNTOUCHED, 1, false, 300);
	observe_told(&m, SIM_CALL_UNTOUCHED, 1, 4300, 20000);
	assert_int_equal(sim_costs_fit(&c, &m, &fault), 0);
	assert_float_equal(c.irq_enter_ns, 3000, 1e-6);
	assert_float_equal(c.ipi_setup_ns + c.ipi_send_ns + c.ipi_near_ns + c.ack_ns,
			   1000, 1e-6);
	m.observed[1].ns = 290;
	assert_int_equal(sim_costs_fit(&c, &m, &fault), -ERANGE);
}

static double release_ns(const struct sim_costs *c, const char *method, int pages,
			 int victims)
{
	struct experiment e = EXPERIMENT("release", "cpus=2", "threads=1", "ops=2000");
	struct fault fault = {0};

	assert_int_equal(experiment_set(&e, sim_catalogue(), "method", method, &fault),
			 0);
	e.params[0].number = pages;
	e.victims = victims;
	struct sim *s = sim_after(&e, NULL, c, 10000);
	double ns = ns_per_op(s);

	assert_null(sim_failure(s));
	sim_free(s);
	return ns;
}

/* What was fitted, run: the machine takes the times it was fitted to. */
static void a_fitted_machine_takes_the_times_it_was_fitted_to(void **state)
{
	struct sim_measured m;
	struct sim_costs c;
	struct fault fault = {0};

	(void)state;
	sim_measured_clear(&m);
	/* As measured on two virtual CPUs (AMD, KVM). */
	const struct {
		enum sim_call call;
		const char *method;
		int pages, victims;
		double ns;
	} points[] = {
		{SIM_CALL_DISCARD, "dontneed", 1, 0, 2440},
		{SIM_CALL_DISCARD, "dontneed", 24, 0, 36000},
		{SIM_CALL_DISCARD, "dontneed", 128, 0, 179000},
		{SIM_CALL_UNMAP, "munmap", 4, 0, 8973},
		{SIM_CALL_UNMAP, "munmap", 24, 0, 38500},
		{SIM_CALL_UNMAP, "munmap", 66, 0, 97300},
		{SIM_CALL_PROTECT, "mprotect", 4, 0, 2342},
		{SIM_CALL_PROTECT, "mprotect", 32, 0, 7001},
		{SIM_CALL_PROTECT, "mprotect", 66, 0, 10200},
		{SIM_CALL_PROTECT, "mprotect", 448, 0, 57587},
		{SIM_CALL_PROTECT, "mprotect", 4, 1, 2342 + 9300},
	};

	m.walk_ns = 14;
	observe(&m, SIM_CALL_UNTOUCHED, 1, false, 585);
	for (size_t i = 0; i < COUNT_OF(points); i++) {
		if (points[i].victims)
			observe_told(&m, points[i].call, points[i].pages, points[i].ns,
				     5374);
		else
			observe(&m, points[i].call, points[i].pages,
				points[i].pages > 33, points[i].ns);
	}
	sim_costs_default(&c);
	assert_int_equal(sim_costs_fit(&c, &m, &fault), 0);
	for (size_t i = 0; i < COUNT_OF(points); i++) {
		double ns = release_ns(&c, points[i].method, points[i].pages,
				       points[i].victims);

		print_message("%s of %d pages, %d victims: %.0f ns, measured %.0f\n",
			      points[i].method, points[i].pages, points[i].victims, ns,
			      points[i].ns);
		assert_true(fabs(ns / points[i].ns - 1) < 0.05);
	}
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

static void refuses_the_impossible(void **state)
{
	struct sim_measured m;
	struct sim_costs c, before;
	struct fault fault = {0};

	(void)state;
	sim_costs_default(&c);
	before = c;
	sim_measured_clear(&m);
	observe(&m, SIM_CALL_UNTOUCHED, 1, false, 500);
	m.madvise_two_ns = 400;
	assert_int_equal(sim_costs_fit(&c, &m, &fault), -ERANGE);
	assert_int_equal(fault.code, FAULT_MACHINE);
	assert_memory_equal(&c, &before, sizeof(c));
}

static void costs_are_named_and_limited(void **state)
{
	int n;
	const struct sim_cost_desc *d = sim_costs_table(&n);
	struct sim_costs c;
	struct fault fault = {0};

	(void)state;
	sim_costs_default(&c);
	for (int i = 0; i < n; i++) {
		assert_true(d[i].value >= d[i].min && d[i].value <= d[i].max);
		assert_true(strlen(d[i].source) > 0);
		assert_int_equal(sim_costs_set(&c, d[i].name, d[i].max, &fault), 0);
		assert_true(sim_costs_get(&c, &d[i]) == d[i].max);
	}
	assert_int_equal(sim_costs_set(&c, "walk", 1, &fault), -ENOENT);
	assert_string_equal(fault.todo, "did you mean walk_ns?");
	assert_int_equal(sim_costs_set(&c, "walk_ns", -1, &fault), -ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(madvise_scales_as_published),
		cmocka_unit_test(every_call_flushes_each_other_cpu_once),
		cmocka_unit_test(flushes_are_exact_while_all_run),
		cmocka_unit_test(the_mutex_falls_and_epochs_do_not),
		cmocka_unit_test(hardware_spares_the_victim),
		cmocka_unit_test(takes_calls_apart),
		cmocka_unit_test(no_cost_is_negative),
		cmocka_unit_test(the_way_of_an_interrupt_is_what_company_adds),
		cmocka_unit_test(a_fitted_machine_takes_the_times_it_was_fitted_to),
		cmocka_unit_test(membarrier_interrupts_for_nothing),
		cmocka_unit_test(refuses_the_impossible),
		cmocka_unit_test(costs_are_named_and_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
