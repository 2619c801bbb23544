/* SPDX-License-Identifier: MIT */
/* A victim's victim_cost taken apart: which runs stand beside each other, and what they
 * say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "tlblab/workloads/workload.h"
#include "tui/app/victim_cost.h"

static const int cpus[] = {0, 1};

/* A window in which the victim made this share of its turns. */
static struct snapshot run_of(struct experiment *e, double done, double shootdowns,
			      double ops)
{
	struct snapshot snap = {
		.experiment = e,
		.catalogue = workload_catalogue(),
		.view.n_workers = 1,
		.view.n_victims = 1,
		.view.cpus = cpus,
		.window = {.elapsed_s = 2},
		.mechanism = {.kind = MECHANISM_IPI},
	};

	sample_put(&snap.window, CH_OPS, ops, QUALITY_EXACT);
	sample_put(&snap.window, CH_SHOOTDOWNS, shootdowns, QUALITY_EXACT);
	sample_put(&snap.window, CH_VICTIM_QUIET_LOOPS, 1e6, QUALITY_EXACT);
	sample_put(&snap.window, CH_VICTIM_LOOPS, done * 1e6, QUALITY_EXACT);
	return snap;
}

static struct experiment experiment_of(const char *workload)
{
	struct experiment e;

	assert_int_equal(experiment_init(&e, workload_catalogue(), workload, NULL), 0);
	e.threads = 1;
	e.victims = 1;
	return e;
}

static void set(struct experiment *e, const char *key, const char *value)
{
	assert_int_equal(experiment_set(e, workload_catalogue(), key, value, NULL), 0);
}

static void the_control_interrupts_as_often(void **state)
{
	struct experiment e = experiment_of("madvise"), control;
	struct snapshot snap = run_of(&e, 0.5, 40000, 41000);
	const struct param_value *rate;

	(void)state;
	set(&e, "working_set_pages", "512");
	assert_int_equal(victim_cost_kind_of(&e, snap.catalogue), VICTIM_COST_FLUSH);
	assert_int_equal(victim_cost_control_of(&e, &snap, &control, NULL), 0);
	assert_int_equal(victim_cost_kind_of(&control, snap.catalogue),
			 VICTIM_COST_INTERRUPT);
	rate = experiment_param(&control, snap.catalogue, "rate_per_s");
	assert_int_equal(rate->number, 20000);
	assert_int_equal(
		experiment_param(&control, snap.catalogue, "working_set_pages")->number,
		512);
	assert_int_equal(control.victims, 1);
	assert_int_equal(experiment_check(&control, snap.catalogue, NULL), 0);
}

static void the_difference_is_the_flush_and_its_refill(void **state)
{
	struct experiment e = experiment_of("madvise"), control, apart;
	struct victim_costs victim_costs = {0};
	struct snapshot snap = run_of(&e, 0.4, 80000, 80000);
	char text[512] = "";

	(void)state;
	victim_costs_observe(&victim_costs, &snap);
	assert_int_equal(victim_cost_control_of(&e, &snap, &control, NULL), 0);
	snap = run_of(&control, 0.6, 0, 80000);
	victim_costs_observe(&victim_costs, &snap);
	assert_true(fabs(victim_costs.kind[VICTIM_COST_FLUSH].ns_per_event - 15000) <
		    1);
	assert_true(fabs(victim_costs.kind[VICTIM_COST_INTERRUPT].ns_per_event -
			 10000) < 1);
	victim_cost_sentence(&victim_costs, text, sizeof(text));
	assert_string_equal(text, "Of the 15.0 µs that a flush costs a victim, 10.0 µs "
				  "are the interrupt and 5.00 µs the flush with its "
				  "refill. ");
	apart = e;
	apart.mode = RUN_PROCESSES;
	snap = run_of(&apart, 1.001, 0, 90000);
	victim_costs_observe(&victim_costs, &snap);
	text[0] = '\0';
	victim_cost_sentence(&victim_costs, text, sizeof(text));
	assert_non_null(strstr(text, "As threads a victim loses 60 % of its time, as "
				     "processes nothing."));
}

/* Where the flush travels another way, its interrupt cannot be taken off. */
static void no_control_where_flushes_are_no_interrupts(void **state)
{
	static const enum mechanism others[] = {MECHANISM_UNKNOWN, MECHANISM_BROADCAST,
						MECHANISM_HYPERCALL};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct experiment e = experiment_of("madvise"), control;
		struct victim_costs victim_costs = {0};
		struct snapshot snap = run_of(&e, 0.4, 80000, 80000);
		char text[512] = "";

		snap.mechanism.kind = others[i];
		victim_costs_observe(&victim_costs, &snap);
		assert_int_equal(victim_cost_control_of(&e, &snap, &control, NULL), 0);
		snap = run_of(&control, 0.6, 0, 80000);
		victim_costs_observe(&victim_costs, &snap);
		victim_cost_sentence(&victim_costs, text, sizeof(text));
		assert_non_null(strstr(text, "No control"));
		assert_null(strstr(text, "are the interrupt"));
	}
}

static void what_cannot_be_compared_is_forgotten(void **state)
{
	struct experiment e = experiment_of("madvise"), other;
	struct victim_costs victim_costs = {0};
	struct snapshot snap = run_of(&e, 0.4, 80000, 80000);

	(void)state;
	victim_costs_observe(&victim_costs, &snap);
	/* Another workload's victims in processes say nothing of this one's. */
	other = experiment_of("mprotect");
	other.mode = RUN_PROCESSES;
	snap = run_of(&other, 1, 0, 90000);
	victim_costs_observe(&victim_costs, &snap);
	assert_false(victim_costs.kind[VICTIM_COST_FLUSH].set);
	assert_true(victim_costs.kind[VICTIM_COST_APART].set);
	/* Another working set: another refill. */
	other = experiment_of("madvise");
	snap = run_of(&other, 0.4, 80000, 80000);
	victim_costs_observe(&victim_costs, &snap);
	set(&other, "working_set_pages", "2048");
	assert_int_equal(victim_cost_control_of(&other, &snap, &e, NULL), 0);
	snap = run_of(&e, 0.6, 0, 80000);
	victim_costs_observe(&victim_costs, &snap);
	assert_false(victim_costs.kind[VICTIM_COST_FLUSH].set);
	assert_true(victim_costs.kind[VICTIM_COST_INTERRUPT].set);
}

static void without_victims_nothing_is_told(void **state)
{
	struct experiment e = experiment_of("madvise");
	struct victim_costs victim_costs = {0};
	struct snapshot snap = run_of(&e, 0.4, 80000, 80000);

	(void)state;
	e.victims = 0;
	victim_costs_observe(&victim_costs, &snap);
	e = experiment_of("bystander"); /* its victims work: their pace is no clock */
	victim_costs_observe(&victim_costs, &snap);
	for (int k = 0; k < VICTIM_COST_KINDS; k++)
		assert_false(victim_costs.kind[k].set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_control_interrupts_as_often),
		cmocka_unit_test(the_difference_is_the_flush_and_its_refill),
		cmocka_unit_test(no_control_where_flushes_are_no_interrupts),
		cmocka_unit_test(what_cannot_be_compared_is_forgotten),
		cmocka_unit_test(without_victims_nothing_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
