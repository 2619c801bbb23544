/* SPDX-License-Identifier: MIT */
/* A recording of two runs, the first with a change in its middle, on a clock that the
 * test winds itself. */
#include "tlblab/backends/replay.h"

#include <math.h>
#include <string.h>

#include "support/check.h"

enum { RUN_INTERVALS = 40 };

struct bench {
	struct recording *recording;
	struct catalogue catalogues[2];
	struct experiment experiment;
	struct machine machine;
	struct run_record runs[2], *all[2];
	struct replay *replay;
};

static double ops_of(int run, int i)
{
	return run ? 4000 : i < RUN_INTERVALS / 2 ? 1000 : 2000;
}

static void record(struct recording *r, int run, int from, int to)
{
	for (int i = from; i < to; i++) {
		uint32_t row[2] = {(uint32_t)ops_of(run, i), 0};
		struct sample s = {.t_s = (i + 1) * 0.1, .elapsed_s = 0.1};

		sample_put(&s, CH_OPS, ops_of(run, i), QUALITY_EXACT);
		sample_put(&s, CH_WORKER_NS, 1e8, QUALITY_EXACT);
		s.cpu_shootdowns = row;
		s.n_cpus = 2;
		assert_int_equal(recording_add(r, &s, NULL, NULL), 0);
	}
}

static struct replay_source source_of(struct bench *b, bool complete)
{
	return (struct replay_source){
		.recording = b->recording,
		.machine = &b->machine,
		.catalogue = b->catalogues,
		.experiment = &b->experiment,
		.runs = b->all,
		.n_runs = 2,
		.mechanism_verdict = "ipi",
		.mechanism_evidence = "counted",
		.complete = complete,
	};
}

static void bench_init(struct bench *b, bool complete)
{
	struct marker m = {.t_s = RUN_INTERVALS / 2 * 0.1, .what = "threads"};
	struct error error;

	memset(b, 0, sizeof(*b));
	backends_catalogue(b->catalogues);
	assert_int_equal(
		experiment_init(&b->experiment, b->catalogues, "madvise", &error), 0);
	b->experiment.warmup_s = 0;
	for (int i = 0; i < 2; i++)
		b->all[i] = &b->runs[i];
	strcpy(m.from, "1");
	strcpy(m.to, "2");
	b->recording = recording_new(2);
	record(b->recording, 0, 0, RUN_INTERVALS);
	recording_mark(b->recording, &m);
	assert_int_equal(recording_begin_run(b->recording), 0);
	record(b->recording, 1, 0, RUN_INTERVALS);

	struct replay_source source = source_of(b, complete);

	assert_int_equal(replay_new(&b->replay, &source), 0);
}

static void bench_fini(struct bench *b)
{
	replay_free(b->replay);
	recording_free(b->recording);
}

static double ns_per_op(struct bench *b)
{
	struct reading r =
		metric_of(METRIC_NS_PER_OP, &replay_snapshot(b->replay)->window);

	return reading_present(r) ? r.value : NAN;
}

static void near(double value, double expected)
{
	if (!(fabs(value - expected) < 1e-6))
		fail_msg("%g, not %g", value, expected);
}

static void plays_at_its_speed_and_ends(void **state)
{
	struct bench b;
	uint64_t now_ns = 5000000000ull;

	(void)state;
	bench_init(&b, true);
	assert_true(replay_plays(b.replay));
	replay_tick(b.replay, now_ns);
	near(replay_at_s(b.replay), 0);
	assert_int_equal(replay_snapshot(b.replay)->phase, SESSION_WARMUP);
	assert_null(replay_snapshot(b.replay)->latest);
	assert_in_range(replay_tick(b.replay, now_ns += 250000000), 50, 51);
	near(replay_at_s(b.replay), 0.25);
	assert_int_equal(series_count(replay_snapshot(b.replay)->series), 2);
	replay_set_speed(b.replay, 10);
	replay_tick(b.replay, now_ns += 100000000);
	near(replay_at_s(b.replay), 1.25);
	replay_set_speed(b.replay, 1000);
	near(replay_speed(b.replay), REPLAY_SPEED_MAX);
	replay_set_speed(b.replay, 0);
	near(replay_speed(b.replay), REPLAY_SPEED_MIN);
	replay_play(b.replay, false);
	replay_tick(b.replay, now_ns += 1000000000);
	near(replay_at_s(b.replay), 1.25);
	assert_true(replay_snapshot(b.replay)->paused);
	replay_play(b.replay, true);
	replay_set_speed(b.replay, 100);
	replay_tick(b.replay, now_ns += 1000000000);
	near(replay_at_s(b.replay), replay_end_s(b.replay));
	assert_false(replay_plays(b.replay));
	assert_int_equal(replay_snapshot(b.replay)->phase, SESSION_DONE);
	replay_play(b.replay, true); /* from the start again */
	near(replay_at_s(b.replay), 0);
	bench_fini(&b);
}

/* The window is the part since the last change, in the run where the playhead stands.
 */
static void figures_are_those_of_the_playhead(void **state)
{
	struct bench b;
	double half_s = RUN_INTERVALS / 2 * 0.1;

	(void)state;
	bench_init(&b, true);
	replay_seek(b.replay, half_s - 0.05);
	near(ns_per_op(&b), 1e8 / 1000);
	assert_int_equal(replay_run(b.replay), 0);
	assert_int_equal(series_n_markers(replay_snapshot(b.replay)->series), 0);
	replay_seek(b.replay, 2 * half_s - 0.05);
	near(ns_per_op(&b), 1e8 / 2000);
	assert_int_equal(series_n_markers(replay_snapshot(b.replay)->series), 1);
	replay_seek(b.replay, 1e9);
	near(replay_at_s(b.replay), replay_end_s(b.replay));
	near(ns_per_op(&b), 1e8 / 4000);
	assert_int_equal(replay_run(b.replay), 1);

	const struct snapshot *snap = replay_snapshot(b.replay);

	assert_int_equal(snap->n_cpus, 2);
	assert_non_null(snap->cpu_shootdowns);
	assert_int_equal(snap->cpu_shootdowns[0], 4000 * RUN_INTERVALS);
	assert_int_equal(snap->cpu_shootdowns[1], 0);
	assert_int_equal(snap->mechanism.kind, MECHANISM_IPI);
	assert_false(snap->view.ceiling->available);
	replay_seek(b.replay, -1);
	near(replay_at_s(b.replay), 0);
	assert_true(isnan(ns_per_op(&b)));
	bench_fini(&b);
}

/* Playing there and jumping there show the same. */
static void a_jump_shows_what_playing_shows(void **state)
{
	struct bench played, jumped;

	(void)state;
	bench_init(&played, true);
	bench_init(&jumped, true);
	replay_tick(played.replay, 1);
	for (int i = 1; i <= 55; i++)
		replay_tick(played.replay, 1 + (uint64_t)i * 100000000);
	replay_seek(jumped.replay, replay_at_s(played.replay));

	const struct snapshot *a = replay_snapshot(played.replay);
	const struct snapshot *b = replay_snapshot(jumped.replay);

	assert_int_equal(series_count(a->series), series_count(b->series));
	assert_int_equal(series_n_markers(a->series), series_n_markers(b->series));
	near(a->window.elapsed_s, b->window.elapsed_s);
	near(ns_per_op(&played), ns_per_op(&jumped));
	bench_fini(&played);
	bench_fini(&jumped);
}

static void steps_and_skips(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, true);
	replay_step(b.replay, 1);
	near(replay_at_s(b.replay), 0.1);
	assert_false(replay_plays(b.replay));
	replay_step(b.replay, 2);
	near(replay_at_s(b.replay), 0.3);
	replay_step(b.replay, -1);
	near(replay_at_s(b.replay), 0.2);
	replay_step(b.replay, -100);
	near(replay_at_s(b.replay), 0.1);
	assert_true(replay_skip(b.replay, 1));
	near(replay_at_s(b.replay), RUN_INTERVALS / 2 * 0.1);
	assert_true(replay_skip(b.replay, 1));
	near(replay_at_s(b.replay), RUN_INTERVALS * 0.1);
	/* Where one run ends and the next begins, the one is seen whole. */
	assert_int_equal(replay_run(b.replay), 0);
	near(replay_snapshot(b.replay)->window.t_s, RUN_INTERVALS * 0.1);
	assert_false(replay_skip(b.replay, 1));
	assert_true(replay_skip(b.replay, -1));
	near(replay_at_s(b.replay), RUN_INTERVALS / 2 * 0.1);
	bench_fini(&b);
}

/* At the end of what has come it waits, and goes on with what comes. */
static void a_stream_is_followed(void **state)
{
	struct bench b;
	uint64_t now_ns = 1;

	(void)state;
	bench_init(&b, false);
	replay_set_speed(b.replay, 100);
	replay_tick(b.replay, now_ns);
	replay_tick(b.replay, now_ns += 1000000000);
	near(replay_at_s(b.replay), 2 * RUN_INTERVALS * 0.1);
	assert_true(replay_plays(b.replay));
	assert_int_not_equal(replay_snapshot(b.replay)->phase, SESSION_DONE);
	record(b.recording, 1, RUN_INTERVALS, RUN_INTERVALS + 10);

	struct replay_source source = source_of(&b, true);

	replay_update(b.replay, &source);
	replay_tick(b.replay, now_ns += 1000000000);
	near(replay_at_s(b.replay), replay_end_s(b.replay));
	assert_int_equal(series_count(replay_snapshot(b.replay)->series),
			 2 * RUN_INTERVALS + 10);
	assert_int_equal(replay_snapshot(b.replay)->phase, SESSION_DONE);
	bench_fini(&b);
}

/* Beyond what a series shows one by one, what is far is merged and nothing is lost. */
static void the_far_past_is_merged(void **state)
{
	struct bench b;
	double counted = 0;

	(void)state;
	bench_init(&b, true);
	record(b.recording, 1, RUN_INTERVALS, 20000);
	replay_seek(b.replay, replay_end_s(b.replay));

	const struct series *s = replay_snapshot(b.replay)->series;

	assert_in_range(series_count(s), 1024, SERIES_POINTS);
	for (int i = 0; i < series_count(s); i++)
		counted += sample_get(&series_at(s, i)->sample, CH_OPS).value;
	near(counted,
	     1000.0 * RUN_INTERVALS / 2 + 2000.0 * RUN_INTERVALS / 2 + 4000.0 * 20000);
	bench_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plays_at_its_speed_and_ends),
		cmocka_unit_test(figures_are_those_of_the_playhead),
		cmocka_unit_test(a_jump_shows_what_playing_shows),
		cmocka_unit_test(steps_and_skips),
		cmocka_unit_test(a_stream_is_followed),
		cmocka_unit_test(the_far_past_is_merged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
