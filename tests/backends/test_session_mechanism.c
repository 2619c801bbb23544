/* SPDX-License-Identifier: MIT */
/* A kernel that changes over while a run is measured: two intervals that agree decide,
 * the series is marked once, and what the row does not count goes missing. */
#include <stdlib.h>
#include <string.h>

#include "backends/session_priv.h"
#include "support/check.h"

static double fixed_clock(struct backend *b)
{
	(void)b;
	return 7;
}

static const struct backend_ops clock_only = {.now_s = fixed_clock};
static const struct mechanism_facts zen = {.invlpgb = true,
					   .kernel_major = 6,
					   .kernel_minor = 18,
					   .cpus = 8,
					   .row = true,
					   .row_since_boot = 5000,
					   .calls_since_boot = 9000};
static const struct mechanism_facts pvm = {.hypervisor = "PVM",
					   .kernel_major = 6,
					   .kernel_minor = 18,
					   .cpus = 2,
					   .row = true,
					   .row_since_boot = 0,
					   .calls_since_boot = 516001};

static struct session *session_make(const struct mechanism_facts *facts)
{
	struct session *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->ops = &clock_only;
	s->series = series_new(1);
	s->view.mechanism = facts;
	s->view.mm_cpus = 8;
	s->expectation.shootdowns_per_op_low = 1;
	session_mechanism_begin(s);
	return s;
}

static void session_drop(struct session *s)
{
	series_free(s->series);
	free(s);
}

static enum quality add_of(struct session *s, double shootdowns, double switches)
{
	struct sample sample = {.elapsed_s = 0.1};

	sample_put(&sample, CH_WORKER_NS, 0.8e9, QUALITY_EXACT);
	sample_put(&sample, CH_INVOLUNTARY_SWITCHES, switches, QUALITY_EXACT);
	sample_put(&sample, CH_OPS, 1000, QUALITY_EXACT);
	sample_put(&sample, CH_SHOOTDOWNS, shootdowns, QUALITY_EXACT);
	session_mechanism_add(s, &sample);
	return (enum quality)sample.quality[CH_SHOOTDOWNS];
}

/* An interval that ends a slice of tracing: so many of 1,000 operations' requests were
 * received. */
static enum quality add_traced(struct session *s, double row, double received)
{
	static uint32_t per_cpu[2];
	struct sample sample = {
		.elapsed_s = 0.1, .t_s = 0.1, .cpu_shootdowns = per_cpu, .n_cpus = 2};

	sample_put(&sample, CH_WORKER_NS, 0.2e9, QUALITY_EXACT);
	sample_put(&sample, CH_RAN_NS, 0.08e9, QUALITY_EXACT);
	sample_put(&sample, CH_INVOLUNTARY_SWITCHES, 400, QUALITY_EXACT);
	sample_put(&sample, CH_OPS, 1000, QUALITY_EXACT);
	sample_put(&sample, CH_SHOOTDOWNS, row, QUALITY_EXACT);
	sample_put(&sample, CH_FLUSH_OPS, 1000, QUALITY_EXACT);
	sample_put(&sample, CH_FLUSH_REMOTE_IPI_SEND, 1000, QUALITY_EXACT);
	sample_put(&sample, CH_FLUSH_LOCAL_MM_SHOOTDOWN, 1000, QUALITY_EXACT);
	sample_put(&sample, CH_FLUSH_REMOTE_SHOOTDOWN, received, QUALITY_EXACT);
	session_mechanism_add(s, &sample);
	assert_int_equal(sample.cpu_shootdowns != NULL,
			 sample.quality[CH_SHOOTDOWNS] == QUALITY_EXACT);
	return (enum quality)sample.quality[CH_SHOOTDOWNS];
}

static enum quality add(struct session *s, double shootdowns)
{
	return add_of(s, shootdowns, 1);
}

static void a_change_midway_is_marked_once(void **state)
{
	struct session *s = session_make(&zen);
	int before = series_n_markers(s->series);

	(void)state;
	assert_int_equal(s->mechanism.kind, MECHANISM_UNKNOWN);
	assert_int_equal(add(s, 1000), QUALITY_EXACT);
	assert_int_equal(add(s, 1000), QUALITY_EXACT);
	assert_int_equal(s->mechanism.kind, MECHANISM_IPI);
	/* One odd interval decides nothing. */
	assert_int_equal(add(s, 0), QUALITY_EXACT);
	assert_int_equal(s->mechanism.kind, MECHANISM_IPI);
	assert_int_equal(add(s, 1000), QUALITY_EXACT);
	assert_int_equal(add(s, 2), QUALITY_EXACT);
	assert_int_equal(add(s, 2), QUALITY_ABSENT);
	assert_int_equal(s->mechanism.kind, MECHANISM_BROADCAST);
	assert_int_equal(add(s, 2), QUALITY_ABSENT);
	assert_int_equal(series_n_markers(s->series), before + 1);
	session_drop(s);
}

static void a_starved_host_is_not_called_broadcast(void **state)
{
	struct session *s = session_make(&zen);

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(add_of(s, 2, 40), QUALITY_EXACT);
	assert_int_equal(s->mechanism.kind, MECHANISM_UNKNOWN);
	add(s, 1000);
	add(s, 1000);
	add_of(s, 2, 40);
	add_of(s, 2, 40);
	assert_int_equal(s->mechanism.kind, MECHANISM_IPI);
	session_drop(s);
}

/* The receivers run 0.4 of the time, and still it takes two intervals. */
static void a_busy_pvm_guest_is_a_hypercall_and_may_move(void **state)
{
	struct session *s = session_make(&pvm);
	int before = series_n_markers(s->series);

	(void)state;
	s->view.mm_cpus = 2;
	assert_false(s->mechanism.row_applies);
	assert_int_equal(s->mechanism.kind, MECHANISM_UNKNOWN);
	assert_int_equal(add_traced(s, 0, 0), QUALITY_ABSENT);
	assert_int_equal(add_traced(s, 0, 0), QUALITY_ABSENT);
	assert_int_equal(s->mechanism.kind, MECHANISM_HYPERCALL);
	assert_non_null(strstr(s->mechanism.evidence, "none received"));
	/* What tracing told is kept when only the row speaks. */
	add(s, 0);
	assert_non_null(strstr(s->mechanism.evidence, "none received"));
	assert_int_equal(series_n_markers(s->series), before);
	/* The next run knows. */
	session_mechanism_begin(s);
	assert_int_equal(s->mechanism.kind, MECHANISM_HYPERCALL);
	/* On another host the row begins to move. */
	assert_int_equal(add_traced(s, 400, 390), QUALITY_ABSENT);
	assert_int_equal(add_traced(s, 400, 390), QUALITY_EXACT);
	assert_int_equal(s->mechanism.kind, MECHANISM_IPI);
	assert_int_equal(series_n_markers(s->series), before + 1);
	/* A window that began before it has no count. */
	sample_put(&s->window, CH_SHOOTDOWNS, 400, QUALITY_EXACT);
	s->run_start_s = 0;
	session_mechanism_settle(s);
	assert_int_equal(s->window.quality[CH_SHOOTDOWNS], QUALITY_ABSENT);
	sample_put(&s->window, CH_SHOOTDOWNS, 400, QUALITY_EXACT);
	s->run_start_s = 0.2;
	session_mechanism_settle(s);
	assert_int_equal(s->window.quality[CH_SHOOTDOWNS], QUALITY_EXACT);
	session_drop(s);
}

/* Operations of 30 ms: no interval tells anything by itself. */
static void few_operations_are_gathered(void **state)
{
	struct session *s = session_make(&pvm);

	(void)state;
	s->view.mm_cpus = 2;
	for (int i = 0; i < 90 && !s->mechanism.measured; i++) {
		struct sample sample = {.elapsed_s = 0.1};

		sample_put(&sample, CH_WORKER_NS, 0.2e9, QUALITY_EXACT);
		sample_put(&sample, CH_RAN_NS, 0.2e9, QUALITY_EXACT);
		sample_put(&sample, CH_OPS, 3, QUALITY_EXACT);
		sample_put(&sample, CH_SHOOTDOWNS, 0, QUALITY_EXACT);
		session_mechanism_add(s, &sample);
	}
	assert_int_equal(s->mechanism.kind, MECHANISM_HYPERCALL);
	session_drop(s);
}

static void a_simulated_machine_keeps_its_counts(void **state)
{
	struct session *s = session_make(NULL);

	(void)state;
	assert_int_equal(add(s, 0), QUALITY_EXACT);
	assert_int_equal(s->mechanism.kind, MECHANISM_UNKNOWN);
	assert_non_null(strstr(s->mechanism.evidence, "simulated"));
	session_drop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_midway_is_marked_once),
		cmocka_unit_test(a_starved_host_is_not_called_broadcast),
		cmocka_unit_test(a_busy_pvm_guest_is_a_hypercall_and_may_move),
		cmocka_unit_test(few_operations_are_gathered),
		cmocka_unit_test(a_simulated_machine_keeps_its_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
