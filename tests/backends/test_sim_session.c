/* SPDX-License-Identifier: MIT */
/*
 * The session on the simulated machine: the same seed gives the same series however it
 * is ticked, and the series is that machine's, not this one's.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/backends/session.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/lab/metric.h"

struct bench {
	struct guardian *guardian;
	struct machine machine;
	struct session *session;
};

static int bench_open(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct error error;

	assert_int_equal(guardian_start(&b->guardian, &error), 0);
	assert_int_equal(machine_read(&b->machine, "", &error), 0);
	const struct session_options options = {
		.machine = &b->machine,
		.guardian = b->guardian,
	};
	assert_int_equal(session_open(&b->session, &options, &error), 0);
	*state = b;
	return 0;
}

static int bench_close(void **state)
{
	struct bench *b = *state;

	session_close(b->session);
	machine_fini(&b->machine);
	guardian_stop(b->guardian);
	free(b);
	return 0;
}

static struct experiment simulated(struct bench *b, const char *const *words, int n)
{
	const struct catalogue *c = session_catalogue(b->session);
	struct experiment e;
	struct error error = {0};

	assert_int_equal(experiment_init(&e, c, "madvise", &error), 0);
	assert_string_equal(e.backend, "live");
	assert_int_equal(experiment_set(&e, c, "backend", "sim", &error), 0);
	assert_string_equal(e.workload, "madvise");
	for (int i = 0; i < n; i += 2)
		if (experiment_set(&e, c, words[i], words[i + 1], &error))
			fail_msg("%s: %s", words[i], error.why);
	e.warmup_s = 0.02;
	e.duration_s = 0.1;
	e.interval_ms = 10;
	return e;
}

#define SIMULATED(b, ...)                                                              \
	simulated(b, (const char *const[]){__VA_ARGS__},                               \
		  COUNT_OF(((const char *const[]){__VA_ARGS__})))

static const struct snapshot *run_to_end(struct bench *b, const struct experiment *e,
					 int looks)
{
	const struct snapshot *s;
	struct error error = {0};

	session_clear(b->session);
	if (session_start(b->session, e, &error))
		fail_msg("%s: %s", error.what, error.why);
	do {
		session_tick(b->session);
		for (int i = 0; i < looks; i++)
			session_snapshot(b->session);
		s = session_snapshot(b->session);
	} while (s->phase != SESSION_DONE && s->phase != SESSION_FAILED);
	assert_int_equal(s->phase, SESSION_DONE);
	return s;
}

static void equal_seeds_give_equal_series(void **state)
{
	struct bench *b = *state;
	struct experiment e = SIMULATED(b, "touch", "yes", "threads", "8", "victims",
					"2", "cpus", "16", "strategy", "ipi");
	const struct snapshot *s = run_to_end(b, &e, 0);
	struct series *first = series_copy(s->series);

	assert_non_null(first);
	s = run_to_end(b, &e, 3);
	assert_int_equal(series_count(first), series_count(s->series));
	for (int i = 0; i < series_count(first); i++) {
		struct sample x = series_at(first, i)->sample;
		struct sample y = series_at(s->series, i)->sample;

		assert_near(x.t_s, 0.01 * (i + 1), 1e-9);
		assert_near(y.t_s, x.t_s, 1e-9);
		assert_memory_equal(x.value, y.value, sizeof(x.value));
		assert_memory_equal(x.quality, y.quality, sizeof(x.quality));
	}
	series_free(first);
}

/* Changed while it runs, it is another machine that runs from then on. */
static void another_seed_is_another_machine(void **state)
{
	struct bench *b = *state;
	struct experiment e = SIMULATED(b, "touch", "yes", "threads", "4", "cpus", "4");
	struct error error = {0};

	e.duration_s = 0;
	assert_int_equal(session_start(b->session, &e, &error), 0);
	while (session_snapshot(b->session)->phase != SESSION_MEASURING) {
		session_tick(b->session);
		assert_int_not_equal(session_snapshot(b->session)->phase,
				     SESSION_FAILED);
	}
	e.interval_ms = 20;
	assert_int_equal(session_start(b->session, &e, &error), 0);
	assert_int_equal(session_snapshot(b->session)->phase, SESSION_WARMUP);
	e.seed = 2;
	assert_int_equal(session_start(b->session, &e, &error), 0);
	assert_int_equal(session_snapshot(b->session)->phase, SESSION_STARTING);
	session_pause(b->session);
}

static void the_series_is_of_the_simulated_machine(void **state)
{
	struct bench *b = *state;
	struct experiment e = SIMULATED(b, "touch", "yes", "shared", "no", "threads",
					"3", "cpus", "96", "packages", "2", "nodes",
					"2", "placement", "cpus:5,50,95");
	const struct snapshot *s = run_to_end(b, &e, 0);

	assert_int_equal(s->n_cpus, 96);
	assert_true(s->cpu_shootdowns[95] > 0);
	assert_true(s->cpu_shootdowns[6] == 0);
	assert_int_equal(s->view.ceiling_pages, 33);
	assert_near(metric_of(METRIC_SHOOTDOWNS_PER_OP, &s->window).value, 2, 0.01);
	for (int i = 0; i < s->n_checks; i++)
		if (s->checks[i].state != CHECK_OK)
			fail_msg("%s: %s, %s", s->checks[i].name, s->checks[i].observed,
				 s->checks[i].note);
	struct run_record *r = session_record(b->session);

	assert_non_null(r);
	assert_int_equal(r->n_workers, 3);
	assert_true(r->workers[2].latency.total > 0);
	run_record_free(r);
}

static void changes_go_on_in_the_same_series(void **state)
{
	struct bench *b = *state;
	struct experiment e = SIMULATED(b, "touch", "yes", "threads", "4");
	struct error error = {0};

	e.duration_s = 0;
	session_clear(b->session);
	assert_int_equal(session_start(b->session, &e, &error), 0);
	while (session_snapshot(b->session)->phase != SESSION_MEASURING)
		session_tick(b->session);
	double before_s = session_snapshot(b->session)->now_s;

	assert_int_equal(experiment_set(&e, session_catalogue(b->session), "strategy",
					"rar", &error),
			 0);
	assert_int_equal(session_start(b->session, &e, &error), 0);
	session_tick(b->session);
	const struct snapshot *s = session_snapshot(b->session);

	assert_true(s->now_s >= before_s);
	assert_int_equal(series_n_markers(s->series), 1);
	assert_string_equal(series_marker(s->series, 0)->what, "strategy");
	assert_string_equal(series_marker(s->series, 0)->to, "rar");
}

static void a_refused_machine_leaves_what_runs(void **state)
{
	struct bench *b = *state;
	struct experiment e = SIMULATED(b, "threads", "2"), bad;
	struct error error = {0};

	e.duration_s = 0;
	session_clear(b->session);
	assert_int_equal(session_start(b->session, &e, &error), 0);
	session_tick(b->session);
	bad = SIMULATED(b, "threads", "2", "packages", "3");
	assert_true(session_start(b->session, &bad, &error) < 0);
	assert_string_equal(error.what, "cpus");
	assert_true(session_snapshot(b->session)->phase != SESSION_FAILED);
	assert_int_equal(session_snapshot(b->session)->view.n_workers, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(equal_seeds_give_equal_series,
						bench_open, bench_close),
		cmocka_unit_test_setup_teardown(another_seed_is_another_machine,
						bench_open, bench_close),
		cmocka_unit_test_setup_teardown(the_series_is_of_the_simulated_machine,
						bench_open, bench_close),
		cmocka_unit_test_setup_teardown(changes_go_on_in_the_same_series,
						bench_open, bench_close),
		cmocka_unit_test_setup_teardown(a_refused_machine_leaves_what_runs,
						bench_open, bench_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
