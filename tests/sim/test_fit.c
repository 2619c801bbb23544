/* SPDX-License-Identifier: MIT */
/* Costs fitted to measurements: what is known comes out again, and nothing negative. */
#include "sim_test.h"

#include <errno.h>

static void observe_told(struct sim_measured *m, enum sim_call call, int pages,
			 double ns, double stall_ns)
{
	sim_measured_add(m, &(struct sim_observed){.call = call,
						   .pages = pages,
						   .told = true,
						   .ns = ns,
						   .stall_ns = stall_ns});
}

/* Sums made of known costs are taken apart again, and what a per cent of error in one
 * of them does stays a few per cent. */
static void takes_calls_apart(void **state)
{
	static const int pages[] = {1, 4, 24, 66, 192};
	struct sim_costs made, c;
	struct sim_measured m;
	struct error error = {0};

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
	assert_int_equal(sim_costs_fit(&c, &m, &error), 0);
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
	assert_int_equal(sim_costs_fit(&c, &m, &error), 0);
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
	struct error error = {0};
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
	assert_int_equal(sim_costs_fit(&c, &m, &error), 0);
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
	struct error error = {0};

	(void)state;
	sim_measured_clear(&m);
	sim_costs_default(&c);
	const double flush_ns = c.flush_func_ns + c.invlpg_ns;

	/* No call to fit to: the pages and what lies between them are taken as known.
	 */
	observe(&m, SIM_CALL_UNTOUCHED, 1, false, 300);
	observe_told(&m, SIM_CALL_UNTOUCHED, 1, 5300, 2000 + flush_ns);
	assert_int_equal(sim_costs_fit(&c, &m, &error), 0);
	assert_float_equal(c.irq_enter_ns + c.irq_exit_ns, 2000, 1e-6);
	assert_float_equal(c.irq_enter_ns + c.ipi_setup_ns + c.ipi_send_ns +
				   c.ipi_near_ns + c.ack_ns,
			   5000, 1e-6);
	/* Other programs make a victim's stalls longer than the whole way there and
	 * back. */
	sim_measured_clear(&m);
	observe(&m, SIM_CALL_UNTOUCHED, 1, false, 300);
	observe_told(&m, SIM_CALL_UNTOUCHED, 1, 4300, 20000);
	assert_int_equal(sim_costs_fit(&c, &m, &error), 0);
	assert_float_equal(c.irq_enter_ns, 3000, 1e-6);
	assert_float_equal(c.ipi_setup_ns + c.ipi_send_ns + c.ipi_near_ns + c.ack_ns,
			   1000, 1e-6);
	m.observed[1].ns = 290;
	assert_int_equal(sim_costs_fit(&c, &m, &error), -ERANGE);
}

static double release_ns(const struct sim_costs *c, const char *method, int pages,
			 int victims)
{
	struct experiment e = EXPERIMENT("release", "cpus=2", "threads=1", "ops=2000");
	struct error error = {0};

	assert_int_equal(experiment_set(&e, sim_catalogue(), "method", method, &error),
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
	struct error error = {0};

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
	assert_int_equal(sim_costs_fit(&c, &m, &error), 0);
	for (size_t i = 0; i < COUNT_OF(points); i++) {
		double ns = release_ns(&c, points[i].method, points[i].pages,
				       points[i].victims);

		print_message("%s of %d pages, %d victims: %.0f ns, measured %.0f\n",
			      points[i].method, points[i].pages, points[i].victims, ns,
			      points[i].ns);
		assert_true(fabs(ns / points[i].ns - 1) < 0.05);
	}
}

static void refuses_the_impossible(void **state)
{
	struct sim_measured m;
	struct sim_costs c, before;
	struct error error = {0};

	(void)state;
	sim_costs_default(&c);
	before = c;
	sim_measured_clear(&m);
	observe(&m, SIM_CALL_UNTOUCHED, 1, false, 500);
	m.madvise_two_ns = 400;
	assert_int_equal(sim_costs_fit(&c, &m, &error), -ERANGE);
	assert_int_equal(error.code, ERROR_MACHINE);
	assert_memory_equal(&c, &before, sizeof(c));
}

static void costs_are_named_and_limited(void **state)
{
	int n;
	const struct sim_cost_desc *d = sim_costs_table(&n);
	struct sim_costs c;
	struct error error = {0};

	(void)state;
	sim_costs_default(&c);
	for (int i = 0; i < n; i++) {
		assert_true(d[i].value >= d[i].min && d[i].value <= d[i].max);
		assert_true(strlen(d[i].source) > 0);
		assert_int_equal(sim_costs_set(&c, d[i].name, d[i].max, &error), 0);
		assert_true(sim_costs_get(&c, &d[i]) == d[i].max);
	}
	assert_int_equal(sim_costs_set(&c, "walk", 1, &error), -ENOENT);
	assert_string_equal(error.todo, "did you mean walk_ns?");
	assert_int_equal(sim_costs_set(&c, "walk_ns", -1, &error), -ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_calls_apart),
		cmocka_unit_test(no_cost_is_negative),
		cmocka_unit_test(the_way_of_an_interrupt_is_what_company_adds),
		cmocka_unit_test(a_fitted_machine_takes_the_times_it_was_fitted_to),
		cmocka_unit_test(refuses_the_impossible),
		cmocka_unit_test(costs_are_named_and_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
