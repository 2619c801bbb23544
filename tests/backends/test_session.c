/* SPDX-License-Identifier: MIT */
/*
 * The session with real workers on this machine: changes swap the rig under a series
 * that goes on, mistakes leave what runs alone, and a run closes into a record.
 */
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/backends/session.h"
#include "tlblab/base/clock.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/rig/rig.h"

struct bench {
	struct guardian *guardian;
	struct machine machine;
	struct session *session;
	struct experiment experiment;
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
	const struct catalogue *c = session_catalogue(b->session);

	assert_int_equal(experiment_init(&b->experiment, c, "madvise", &error), 0);
	b->experiment.threads = 1;
	b->experiment.warmup_s = 0.05;
	b->experiment.duration_s = 0;
	b->experiment.interval_ms = 20;
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

/* Ticks until the phase is reached, for at most a minute. */
static const struct snapshot *wait_for(struct bench *b, enum session_phase phase)
{
	uint64_t deadline_ns = clock_now_ns() + 60000000000ull;

	while (clock_now_ns() < deadline_ns) {
		int wait_ms = session_tick(b->session);
		const struct snapshot *s = session_snapshot(b->session);

		if (s->phase == phase || s->phase == SESSION_FAILED)
			return s;
		poll(NULL, 0, wait_ms > 5 ? 5 : wait_ms);
	}
	return session_snapshot(b->session);
}

static bool has_marker(const struct series *s, const char *what, const char *to)
{
	for (int i = 0; i < series_n_markers(s); i++)
		if (!strcmp(series_marker(s, i)->what, what) &&
		    !strcmp(series_marker(s, i)->to, to))
			return true;
	return false;
}

static void set(struct bench *b, const char *key, const char *value)
{
	struct error error;

	assert_int_equal(experiment_set(&b->experiment, session_catalogue(b->session),
					key, value, &error),
			 0);
}

static void a_change_swaps_the_rig_and_the_series_goes_on(void **state)
{
	struct bench *b = *state;
	const struct snapshot *s;
	struct error error;

	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	s = wait_for(b, SESSION_MEASURING);
	assert_int_equal(s->phase, SESSION_MEASURING);
	int before = series_count(s->series);
	double t_before = series_at(s->series, before - 1)->sample.t_s;

	set(b, "pages", "2");
	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	s = wait_for(b, SESSION_MEASURING);
	assert_int_equal(s->phase, SESSION_MEASURING);
	assert_true(series_count(s->series) > before);
	assert_true(series_at(s->series, before)->sample.t_s > t_before);
	assert_true(has_marker(s->series, "pages", "2"));
	assert_int_equal(s->view.n_workers, 1);
}

static void the_interval_changes_without_a_new_rig(void **state)
{
	struct bench *b = *state;
	const struct snapshot *s;
	struct error error;

	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	wait_for(b, SESSION_MEASURING);
	set(b, "interval_ms", "10");
	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	s = session_snapshot(b->session);
	assert_int_equal(s->phase, SESSION_WARMUP);
	assert_int_equal(s->view.n_workers, 1);
	assert_true(has_marker(s->series, "interval_ms", "10"));
}

static void a_mistake_leaves_what_runs_alone(void **state)
{
	struct bench *b = *state;
	const struct snapshot *s;
	struct error error;

	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	wait_for(b, SESSION_MEASURING);
	set(b, "placement", "cpus:8191");
	assert_true(session_start(b->session, &b->experiment, &error) < 0);
	assert_int_equal(error.code, ERROR_MACHINE);
	assert_non_null(strstr(error.why, "8191"));
	s = wait_for(b, SESSION_MEASURING);
	assert_int_equal(s->phase, SESSION_MEASURING);
	assert_string_equal(s->experiment->placement, "compact");
	assert_false(has_marker(s->series, "placement", "cpus:8191"));
}

static void clearing_leaves_what_runs_measuring(void **state)
{
	struct bench *b = *state;
	const struct snapshot *s;
	struct error error;

	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	wait_for(b, SESSION_MEASURING);
	session_clear(b->session);
	assert_int_equal(series_count(session_snapshot(b->session)->series), 0);
	s = wait_for(b, SESSION_MEASURING);
	assert_int_equal(s->phase, SESSION_MEASURING);
	assert_true(series_count(s->series) > 0);
	assert_true(series_at(s->series, 0)->sample.t_s >= 0);
	/* The same once more is no change, and so is what follows it. */
	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	session_clear(b->session);
	assert_int_equal(wait_for(b, SESSION_MEASURING)->phase, SESSION_MEASURING);
}

static void pause_and_resume_keep_the_series(void **state)
{
	struct bench *b = *state;
	const struct snapshot *s;
	struct error error;

	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	s = wait_for(b, SESSION_MEASURING);
	int before = series_count(s->series);

	session_pause(b->session);
	s = session_snapshot(b->session);
	assert_true(s->paused);
	assert_int_equal(s->view.n_workers, 0);
	assert_true(series_count(s->series) >= before);
	assert_int_equal(session_run(b->session, &error), 0);
	s = wait_for(b, SESSION_MEASURING);
	assert_int_equal(s->phase, SESSION_MEASURING);
	assert_true(series_count(s->series) > before);
}

/* Settings changed while nothing runs start nothing, and are what runs next. */
static void what_is_configured_waits_for_the_run(void **state)
{
	struct bench *b = *state;
	const struct snapshot *s;
	struct error error;

	assert_int_equal(session_configure(b->session, &b->experiment, &error), 0);
	session_tick(b->session);
	assert_int_equal(session_snapshot(b->session)->phase, SESSION_IDLE);
	assert_int_equal(session_run(b->session, &error), 0);
	wait_for(b, SESSION_MEASURING);
	session_pause(b->session);
	set(b, "threads", "2");
	assert_int_equal(session_configure(b->session, &b->experiment, &error), 0);
	session_tick(b->session);
	s = session_snapshot(b->session);
	assert_true(s->paused);
	assert_int_equal(s->view.n_workers, 0);
	assert_true(has_marker(s->series, "threads", "2"));
	assert_int_equal(session_run(b->session, &error), 0);
	s = wait_for(b, SESSION_MEASURING);
	assert_int_equal(s->phase, SESSION_MEASURING);
	assert_int_equal(s->view.n_workers, 2);
	assert_int_equal(session_run(b->session, &error), 0); /* it does already */
	assert_int_equal(session_snapshot(b->session)->phase, SESSION_MEASURING);
}

static const struct marker *marker_of(const struct series *s, const char *what)
{
	for (int i = 0; i < series_n_markers(s); i++)
		if (!strcmp(series_marker(s, i)->what, what))
			return series_marker(s, i);
	return NULL;
}

/* The workload does what its description's trigger says; the series has both sides of
 * it. Another backend has nothing to do at a key, and says so. */
static void a_trigger_is_marked_where_it_began_and_ended(void **state)
{
	struct bench *b = *state;
	const struct snapshot *s;
	struct error error;
	int before;

	set(b, "workload", "bystander");
	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	s = wait_for(b, SESSION_MEASURING);
	assert_int_equal(s->phase, SESSION_MEASURING);
	assert_null(marker_of(s->series, "free"));
	assert_int_equal(session_trigger(b->session, &error), 0);
	before = series_n_markers(s->series);
	for (int i = 0; i < 2000 && series_n_markers(s->series) < before + 2; i++) {
		poll(NULL, 0, session_tick(b->session) > 5 ? 5 : 1);
		s = session_snapshot(b->session);
	}
	assert_non_null(marker_of(s->series, "free"));
	assert_true(has_marker(s->series, "free", ""));
	assert_string_equal(
		series_marker(s->series, series_n_markers(s->series) - 1)->from,
		"done in");
	set(b, "backend", "sim");
	set(b, "workload", "madvise");
	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	wait_for(b, SESSION_MEASURING);
	assert_true(session_trigger(b->session, &error) < 0);
	assert_non_null(strstr(error.todo, "live"));
}

static void counted_operations_are_exact_in_the_record(void **state)
{
	struct bench *b = *state;
	struct run_record *r;
	struct error error;

	set(b, "ops", "5000");
	set(b, "threads", "3");
	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	assert_int_equal(wait_for(b, SESSION_DONE)->phase, SESSION_DONE);
	r = session_record(b->session);
	assert_non_null(r);
	assert_int_equal(r->n_workers, 3);
	double in_intervals = 0;

	for (int i = 0; i < series_count(r->series); i++)
		in_intervals += series_at(r->series, i)->sample.value[CH_OPS];
	assert_true(in_intervals == 15000);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(r->workers[i].ops, 5000);
		assert_true(r->workers[i].ns_per_op > 0);
		assert_true(r->workers[i].tid > 0);
	}
	assert_true(r->summary[METRIC_RUNTIME_S].n == 1);
	run_record_free(r);
}

static void victims_have_a_quiet_rate_beside_their_own(void **state)
{
	struct bench *b = *state;
	struct run_record *r;
	struct error error;

	if (b->machine.topology.n_allowed < 2)
		skip();
	set(b, "workload", "release");
	set(b, "method", "munmap");
	set(b, "victims", "1");
	set(b, "duration_s", "1");
	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	assert_int_equal(wait_for(b, SESSION_DONE)->phase, SESSION_DONE);
	r = session_record(b->session);
	assert_non_null(r);
	assert_int_equal(r->n_victims, 1);
	assert_true(r->victims[0].quiet_ops_per_s > 0);
	assert_true(r->victims[0].ops > 0);
	assert_true(r->victims[0].latency.total > 0);
	assert_true(r->summary[METRIC_VICTIM_SLOWDOWN].n > 0);
	run_record_free(r);
}

static void a_crashed_worker_is_named_and_the_lab_goes_on(void **state)
{
	struct bench *b = *state;
	const struct snapshot *s;
	struct run_record *r;
	struct error error;

	set(b, "mode", "processes");
	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	s = wait_for(b, SESSION_MEASURING);
	assert_int_equal(s->phase, SESSION_MEASURING);
	for (int i = 0; i < 1000 && !(r = session_record(b->session)); i++)
		poll(NULL, 0, session_tick(b->session));
	assert_non_null(r);
	assert_int_equal(kill(r->workers[0].tid, SIGSEGV), 0);
	run_record_free(r);
	s = wait_for(b, SESSION_FAILED);
	assert_int_equal(s->phase, SESSION_FAILED);
	assert_non_null(strstr(s->error->why, "SIGSEGV"));
	assert_int_equal(session_start(b->session, &b->experiment, &error), 0);
	s = wait_for(b, SESSION_MEASURING);
	assert_int_equal(s->phase, SESSION_MEASURING);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_open, bench_close)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WITH_BENCH(a_change_swaps_the_rig_and_the_series_goes_on),
		WITH_BENCH(the_interval_changes_without_a_new_rig),
		WITH_BENCH(a_mistake_leaves_what_runs_alone),
		WITH_BENCH(clearing_leaves_what_runs_measuring),
		WITH_BENCH(pause_and_resume_keep_the_series),
		WITH_BENCH(what_is_configured_waits_for_the_run),
		WITH_BENCH(a_trigger_is_marked_where_it_began_and_ended),
		WITH_BENCH(counted_operations_are_exact_in_the_record),
		WITH_BENCH(victims_have_a_quiet_rate_beside_their_own),
		WITH_BENCH(a_crashed_worker_is_named_and_the_lab_goes_on),
	};

	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
