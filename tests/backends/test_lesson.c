/* SPDX-License-Identifier: MIT */
/* A lesson on a session of the simulated machine: what it measured is what is told. */
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/backends/lesson.h"
#include "tlblab/knobs/guardian.h"

struct bench {
	struct guardian *guardian;
	struct machine machine;
	struct session *session;
	struct lesson_step step;
	struct preset preset;
	struct lesson_run run;
	struct experiment running;
};

static char title[] = "eight threads";

static int bench_open(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct error error;

	assert_non_null(b);
	assert_int_equal(guardian_start(&b->guardian, &error), 0);
	assert_int_equal(machine_read(&b->machine, "", &error), 0);
	const struct session_options options = {
		.machine = &b->machine,
		.guardian = b->guardian,
	};
	assert_int_equal(session_open(&b->session, &options, &error), 0);
	b->step = (struct lesson_step){
		.title = title,
		.measure = {.given = true,
			    .metric = METRIC_SHOOTDOWNS_PER_OP,
			    .divide = 1},
		.until = {.intervals = 12},
	};
	b->preset.lesson = &b->step;
	b->preset.n_lesson = 1;
	*state = b;
	return 0;
}

static int bench_close(void **state)
{
	struct bench *b = *state;

	lesson_run_fini(&b->run);
	session_close(b->session);
	machine_fini(&b->machine);
	guardian_stop(b->guardian);
	free(b);
	return 0;
}

/* Starts the lesson's only step. */
static void step_start(struct bench *b)
{
	const struct catalogue *c = session_catalogue(b->session);
	static const char *const words[] = {
		"backend", "sim", "touch",	 "yes", "shared",   "no",  "cpus", "8",
		"threads", "8",	  "interval_ms", "10",	"warmup_s", "0.02"};
	struct experiment *e = &b->preset.experiment;
	struct error error = {0};

	assert_int_equal(experiment_init(e, c, "madvise", &error), 0);
	for (size_t i = 0; i < COUNT_OF(words); i += 2)
		if (experiment_set(e, c, words[i], words[i + 1], &error))
			fail_msg("%s: %s", words[i], error.why);
	assert_int_equal(lesson_run_begin(&b->run, &b->preset), 0);
	assert_int_equal(preset_step_experiment(&b->preset, c, 0, &b->running, &error),
			 0);
	if (session_start(b->session, &b->running, &error))
		fail_msg("%s: %s", error.what, error.why);
	lesson_run_started(&b->run);
}

static void a_step_is_told_from_the_run(void **state)
{
	struct bench *b = *state;

	step_start(b);
	for (int i = 0; i < 100000; i++) {
		session_tick(b->session);
		if (lesson_follow(&b->run, session_snapshot(b->session), &b->running))
			break;
	}
	const struct lesson_result *r = &b->run.result[0];

	assert_int_equal(b->run.phase, LESSON_TOLD);
	assert_int_equal(r->outcome, LESSON_SHOWN);
	assert_int_equal(r->intervals, 12);
	assert_near(r->seconds, 0.12, 1e-6); /* the warm-up is not among them */
	assert_near(r->estimate, 7, 0.05);
	assert_string_equal(lesson_source_text(&b->running), "simulated");
	assert_false(lesson_follow(&b->run, session_snapshot(b->session), &b->running));
}

static void another_experiment_disturbs_it(void **state)
{
	struct bench *b = *state;
	struct experiment other;
	struct error error = {0};

	step_start(b);
	session_tick(b->session);
	other = b->running;
	other.threads = 4;
	assert_int_equal(session_start(b->session, &other, &error), 0);
	assert_false(lesson_follow(&b->run, session_snapshot(b->session), &b->running));
	assert_int_equal(b->run.phase, LESSON_READY);
}

static void what_is_absent_has_its_sensors_reason(void **state)
{
	struct availability no = {.reason = "tracefs needs root"};
	struct session_sensor sensor = {"flush_trace", "", &no};
	struct snapshot snap = {.view.sensors = &sensor, .view.n_sensors = 1};

	(void)state;
	assert_string_equal(snapshot_why_absent(&snap, METRIC_FULL_FLUSHES_PER_OP),
			    "tracefs needs root");
	assert_string_equal(snapshot_why_absent(&snap, METRIC_SHOOTDOWNS_PER_OP), "");
	assert_string_equal(snapshot_why_absent(&snap, METRIC_NS_PER_OP), "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_open, bench_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_step_is_told_from_the_run),
		TEST(another_experiment_disturbs_it),
		TEST(what_is_absent_has_its_sensors_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
