/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/bench_catalogue.h"
#include "support/check.h"
#include "tlblab/base/stats.h"
#include "tlblab/lab/lesson_run.h"
#include "tlblab/lab/noise.h"

/*
 * A lesson of three steps: one that only measures, one that asks for the ratio to it,
 * and one that asks how many full flushes there are.
 */
struct scene {
	struct lesson_step steps[3];
	struct preset preset;
	struct lesson_run run;
	struct series *series;
	double t_s;
	uint8_t noise; /* of the intervals to come */
	struct rng rng;
};

static char word_few[] = "few", word_some[] = "some", word_many[] = "many",
	    word_ask[] = "how much?", word_title[] = "a step";

static void scene_answers(struct lesson_step *s)
{
	s->ask = word_ask;
	s->n_answers = 3;
	s->answers[0] = (struct lesson_answer){.text = word_few, .below = 2};
	s->answers[1] = (struct lesson_answer){.text = word_some, .below = 5};
	s->answers[2] = (struct lesson_answer){.text = word_many, .below = INFINITY};
}

static int scene_make(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	for (int i = 0; i < 3; i++) {
		s->steps[i].title = word_title;
		s->steps[i].until.intervals = 12;
		s->steps[i].measure = (struct lesson_measure){
			.given = true, .metric = METRIC_NS_PER_OP, .divide = 1};
	}
	scene_answers(&s->steps[1]);
	s->steps[0].measure.divide = 10;
	s->steps[1].measure.compare = LESSON_RATIO_TO;
	scene_answers(&s->steps[2]);
	s->steps[2].measure.metric = METRIC_FULL_FLUSHES_PER_OP;
	assert_int_equal(experiment_init(&s->preset.experiment, &bench, "zap", NULL),
			 0);
	s->preset.lesson = s->steps;
	s->preset.n_lesson = 3;
	s->rng.state = 1;
	s->series = series_new(2);
	assert_int_equal(lesson_run_begin(&s->run, &s->preset), 0);
	*state = s;
	return 0;
}

static int scene_drop(void **state)
{
	struct scene *s = *state;

	lesson_run_fini(&s->run);
	series_free(s->series);
	free(s);
	return 0;
}

/* One interval of 0.1 s whose operations take ns, give or take a little. */
static void interval(struct scene *s, double ns)
{
	struct sample x = {.elapsed_s = 0.1};

	x.t_s = s->t_s += 0.1;
	x.noise = s->noise;
	ns *= 1 + 0.02 * (rng_unit(&s->rng) - 0.5);
	sample_put(&x, CH_WORKER_NS, 1e8, QUALITY_EXACT);
	sample_put(&x, CH_OPS, 1e8 / ns, QUALITY_EXACT);
	series_add(s->series, &x);
}

/* Plays the step under way; false when n intervals were not enough. */
static bool play(struct scene *s, double ns, int n)
{
	struct lesson_look look = {.series = s->series, .from_s = s->t_s};

	lesson_run_started(&s->run);
	assert_int_equal(s->run.phase, LESSON_RUNNING);
	for (int i = 0; i < n; i++) {
		interval(s, ns);
		if (lesson_run_look(&s->run, &look))
			return true;
	}
	return false;
}

static void steps_follow_one_another(void **state)
{
	struct scene *s = *state;
	struct lesson_run *l = &s->run;

	assert_int_equal(l->phase, LESSON_SETUP); /* nothing is asked */
	assert_false(play(s, 1000, 11));
	assert_true(play(s, 1000, 12));
	assert_int_equal(l->phase, LESSON_TOLD);
	assert_int_equal(l->result[0].outcome, LESSON_SHOWN);
	assert_near(l->result[0].estimate, 100, 1);
	assert_true(l->result[0].ci95_low <= l->result[0].estimate &&
		    l->result[0].estimate <= l->result[0].ci95_high);
	assert_int_equal(l->result[0].answer, -1);
	lesson_run_next(l);
	assert_int_equal(l->step, 1);
	assert_int_equal(l->phase, LESSON_READY);
	assert_false(lesson_run_answer(l, 3));
	assert_true(lesson_run_answer(l, 1));
	assert_int_equal(l->phase, LESSON_SETUP);
	assert_true(play(s, 300, 12));
	/* 300 against 1000 / 10. */
	assert_near(l->result[1].estimate, 3, 0.1);
	assert_int_equal(l->result[1].answer, 1);
	assert_int_equal(l->result[1].predicted, 1);
	lesson_run_next(l);
	assert_int_equal(l->phase, LESSON_READY);
	lesson_run_next(l); /* without a prediction */
	assert_int_equal(l->phase, LESSON_SETUP);
	lesson_run_back(l);
	assert_int_equal(l->step, 1);
	assert_int_equal(l->phase, LESSON_READY);
}

/* A median bears a few disturbed intervals, and nobody is to worry about them. */
static void a_busy_machine_is_said(void **state)
{
	struct scene *s = *state;
	struct lesson_result *r = &s->run.result[0];
	char text[128];

	assert_true(play(s, 1000, 12));
	assert_int_equal(r->disturbed, 0);
	assert_string_equal(lesson_noise_text(r, text, sizeof(text)), "");
	lesson_run_back(&s->run);
	s->noise = 1 << NOISE_STEAL;
	assert_true(play(s, 1000, 12));
	assert_string_equal(lesson_noise_text(r, text, sizeof(text)),
			    "Read with care: steal in 12 of 12 intervals.");
	r->disturbed = 2;
	assert_string_equal(lesson_noise_text(r, text, sizeof(text)), "");
}

static void the_last_step_ends_it(void **state)
{
	struct scene *s = *state;
	struct lesson_run *l = &s->run;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(l->step, i);
		if (l->phase == LESSON_READY)
			lesson_run_next(l);
		lesson_run_fail(l, false, "it broke");
		assert_int_equal(l->phase, LESSON_TOLD);
		assert_int_equal(l->result[i].outcome, LESSON_FAILED);
		lesson_run_next(l);
	}
	assert_int_equal(l->phase, LESSON_OVER);
	assert_ptr_equal(lesson_run_step(l), &s->steps[2]);
	lesson_run_next(l);
	assert_int_equal(l->phase, LESSON_OVER);
}

static void what_is_missing_is_said(void **state)
{
	struct scene *s = *state;
	struct lesson_run *l = &s->run;
	struct lesson_look look = {
		.series = s->series, .from_s = 0, .why_absent = "tracefs needs root"};
	char text[512];

	lesson_run_fail(l, true, "no second CPU");
	lesson_run_next(l);
	lesson_run_next(l);
	/* What it is compared with was not measured. */
	assert_true(play(s, 300, 12));
	assert_int_equal(l->result[1].outcome, LESSON_ABSENT);
	assert_non_null(strstr(l->result[1].why, "compared"));
	lesson_run_next(l);
	lesson_run_next(l);
	lesson_run_started(l);
	assert_true(lesson_run_look(l, &look)); /* no interval holds flushes */
	assert_int_equal(l->result[2].outcome, LESSON_ABSENT);
	lesson_measured_text(&s->steps[2], &l->result[2], text, sizeof(text));
	assert_string_equal(text, "Not measurable here: tracefs needs root.");
	lesson_verdict_text(&s->steps[2], &l->result[2], text, sizeof(text));
	assert_string_equal(text, "");
}

static void nothing_counts_before_the_window(void **state)
{
	struct scene *s = *state;
	struct lesson_look look = {.series = s->series, .from_s = NAN};

	lesson_run_started(&s->run);
	for (int i = 0; i < 20; i++)
		interval(s, 5000);
	assert_false(lesson_run_look(&s->run, &look));
	look.from_s = s->t_s;
	assert_false(lesson_run_look(&s->run, &look));
	for (int i = 0; i < 12; i++)
		interval(s, 1000);
	assert_true(lesson_run_look(&s->run, &look));
	assert_int_equal(s->run.result[0].intervals, 12);
	assert_near(s->run.result[0].estimate, 100, 1);
}

static void enough_is_what_comes_first(void **state)
{
	struct scene *s = *state;
	struct lesson_until *u = &s->steps[0].until;

	*u = (struct lesson_until){.seconds = 2, .precision_pct = 2};
	assert_true(play(s, 1000, 20));
	assert_true(s->run.result[0].intervals >= LESSON_MIN_VALUES);
	assert_true(s->run.result[0].intervals < 20); /* precise enough before */
	lesson_run_back(&s->run);
	u->precision_pct = 1e-9;
	assert_false(play(s, 1000, 19));
	lesson_run_back(&s->run);
	assert_true(play(s, 1000, 20));
	lesson_run_back(&s->run);
	s->run.cap_s = 0.5;
	assert_true(play(s, 1000, 5));
	lesson_run_back(&s->run);
	s->run.cap_s = 0;
	*u = (struct lesson_until){0};
	assert_false(play(s, 1000, 29));
}

static void a_bench_changed_by_hand_waits(void **state)
{
	struct scene *s = *state;

	assert_false(play(s, 1000, 5));
	lesson_run_disturbed(&s->run);
	assert_int_equal(s->run.phase, LESSON_READY);
	lesson_run_next(&s->run);
	assert_int_equal(s->run.phase, LESSON_SETUP);
	assert_true(play(s, 1000, 12));
	assert_int_equal(s->run.result[0].intervals, 12);
}

static void verdict(struct scene *s, double low, double estimate, double high,
		    int predicted, const char *expected)
{
	struct lesson_result r = {.outcome = LESSON_SHOWN,
				  .estimate = estimate,
				  .predicted = predicted,
				  .n = 20};
	char text[512];

	r.ci95_low = low;
	r.ci95_high = high;
	r.answer = lesson_answer_of(&s->steps[1], estimate);
	r.answer_low = lesson_answer_of(&s->steps[1], low);
	r.answer_high = lesson_answer_of(&s->steps[1], high);
	lesson_verdict_text(&s->steps[1], &r, text, sizeof(text));
	assert_string_equal(text, expected);
}

/* Bounds belong to the answer above them; an interval that reaches over one is said. */
static void the_interval_decides(void **state)
{
	struct scene *s = *state;

	verdict(s, 2.0, 2.5, 3, 1, "The answer: some. As you said.");
	verdict(s, 2.0, 2.5, 3, 0, "The answer: some. You said: few.");
	verdict(s, 2.0, 2.5, 3, -1, "The answer: some.");
	verdict(s, 1.99, 2.5, 3, 0,
		"The answer: some. The interval reaches down to: few. You said few: that "
		"is not ruled out.");
	verdict(s, 4, 4.5, 5, 2,
		"The answer: some. The interval reaches up to: many. You said many: that "
		"is not ruled out.");
}

static void numbers_are_written_to_be_read(void **state)
{
	struct scene *s = *state;
	struct lesson_result r = {.outcome = LESSON_SHOWN,
				  .estimate = 7.934,
				  .ci95_low = 7.6,
				  .ci95_high = 12.34,
				  .n = 20};
	char text[512];

	lesson_measured_text(&s->steps[1], &r, text, sizeof(text));
	assert_string_equal(text,
			    "runtime per operation: 7.93x (95 % CI 7.60x to 12.3x, "
			    "20 samples).");
	assert_string_equal(lesson_number_text(&s->steps[1], 0.00341, text, 64),
			    "0.0034x");
	assert_string_equal(lesson_number_text(&s->steps[0], 14900, text, 64),
			    "14.9 µs");
	r.ci95_low = r.ci95_high = NAN;
	r.n = 1;
	lesson_measured_text(&s->steps[0], &r, text, sizeof(text));
	assert_string_equal(text, "runtime per operation: 7.93 ns (one sample, so no "
				  "interval).");
}

/* Plays the step under way on intervals of so many flushes per operation. */
static void play_flushes(struct scene *s, double full, double ranged,
			 struct lesson_look *look)
{
	if (s->run.phase == LESSON_READY)
		lesson_run_next(&s->run);
	lesson_run_started(&s->run);
	look->series = s->series;
	look->from_s = s->t_s;
	for (int i = 0; i < 12; i++) {
		struct sample x = {.elapsed_s = 0.1};

		x.t_s = s->t_s += 0.1;
		sample_put(&x, CH_WORKER_NS, 1e8, QUALITY_EXACT);
		sample_put(&x, CH_OPS, 1000, QUALITY_EXACT);
		sample_put(&x, CH_FLUSH_OPS, 1000, QUALITY_EXACT);
		sample_put(&x, CH_FLUSH_FULL, full * 1000, QUALITY_EXACT);
		sample_put(&x, CH_FLUSH_RANGED, ranged * 1000, QUALITY_EXACT);
		series_add(s->series, &x);
	}
	assert_true(lesson_run_look(&s->run, look));
}

/* All three steps count full flushes, the last with the first as its control. */
static void count_full_flushes(struct scene *s)
{
	for (int i = 0; i < 3; i++) {
		s->steps[i].measure =
			(struct lesson_measure){.given = true,
						.metric = METRIC_FULL_FLUSHES_PER_OP,
						.divide = 1};
	}
	s->steps[2].measure.control = 1;
}

static void zero_is_an_answer_only_after_a_control(void **state)
{
	struct scene *s = *state;
	struct lesson_result *r = s->run.result;
	struct lesson_look look = {.n_checks = 0};

	count_full_flushes(s);
	play_flushes(s, 1, 0, &look);
	assert_int_equal(r[0].outcome, LESSON_SHOWN);
	lesson_run_next(&s->run);
	play_flushes(s, 0, 0, &look); /* has no control */
	assert_int_equal(r[1].outcome, LESSON_ABSENT);
	assert_int_equal(r[1].answer, -1);
	lesson_run_next(&s->run);
	play_flushes(s, 0, 0, &look);
	assert_int_equal(r[2].outcome, LESSON_SHOWN);
	assert_int_equal(r[2].answer, 0);
}

static void a_control_that_is_zero_proves_nothing(void **state)
{
	struct scene *s = *state;
	struct lesson_look look = {.n_checks = 0};

	count_full_flushes(s);
	for (int i = 0; i < 3; i++) {
		play_flushes(s, 0, 0, &look);
		assert_int_equal(s->run.result[i].outcome, LESSON_ABSENT);
		assert_int_equal(s->run.result[i].answer, -1);
		lesson_run_next(&s->run);
	}
	/* Where every event is simulated, 0 is 0. */
	lesson_run_back(&s->run);
	look.simulated = true;
	play_flushes(s, 0, 0, &look);
	assert_int_equal(s->run.result[2].answer, 0);
}

static void a_silent_metric_gives_way_to_another(void **state)
{
	struct scene *s = *state;
	struct lesson_look look = {.n_checks = 0};
	char words[256];

	count_full_flushes(s);
	s->steps[0].measure.instead[0] = METRIC_RANGED_FLUSHES_PER_OP;
	s->steps[0].measure.n_instead = 1;
	play_flushes(s, 0, 1, &look);
	assert_int_equal(s->run.result[0].outcome, LESSON_SHOWN);
	assert_int_equal(s->run.result[0].metric, METRIC_RANGED_FLUSHES_PER_OP);
	lesson_measured_text(&s->steps[0], &s->run.result[0], words, sizeof(words));
	assert_non_null(strstr(words, "measured as page-by-page flushes"));
	/* The last step is counted as its control was. */
	lesson_run_next(&s->run);
	lesson_run_next(&s->run);
	lesson_run_fail(&s->run, true, "not of interest");
	lesson_run_next(&s->run);
	play_flushes(s, 5, 0, &look);
	assert_int_equal(s->run.result[2].metric, METRIC_RANGED_FLUSHES_PER_OP);
	assert_int_equal(s->run.result[2].answer, 0);
}

static void a_failed_check_voids_the_step(void **state)
{
	struct scene *s = *state;
	struct lesson_result *r = s->run.result;
	struct check failed = {.state = CHECK_WARN,
			       .reach = CHECK_VOIDS,
			       .observed = "0 shootdowns per op",
			       .expected = "1.00"};
	struct lesson_look look = {
		.series = s->series, .from_s = 0, .checks = &failed, .n_checks = 1};
	char words[256];

	lesson_run_started(&s->run);
	for (int i = 0; i < 12; i++)
		interval(s, 1000);
	assert_true(lesson_run_look(&s->run, &look));
	assert_true(r[0].is_void);
	lesson_run_next(&s->run);
	/* What is compared with it is void as well. */
	lesson_run_answer(&s->run, 1);
	assert_true(play(s, 300, 12));
	assert_true(r[1].is_void);
	assert_int_equal(r[1].answer, -1);
	assert_null(lesson_cause(&s->steps[1], &r[1]));
	lesson_run_next(&s->run);
	/* A count is not even shown. */
	play_flushes(s, 1, 0, &look);
	assert_int_equal(r[2].outcome, LESSON_ABSENT);
	lesson_measured_text(&s->steps[2], &r[2], words, sizeof(words));
	assert_string_equal(
		words, "Not measurable here: 0 shootdowns per op (1.00 expected).");
	/* One that only cautions does not. */
	failed.reach = CHECK_CAUTIONS;
	lesson_run_back(&s->run);
	lesson_run_next(&s->run);
	lesson_run_fail(&s->run, true, "not of interest");
	lesson_run_next(&s->run);
	play_flushes(s, 3, 0, &look);
	assert_int_equal(r[2].answer, 1);
}

static void times_of_an_emulator_are_not_scored(void **state)
{
	struct scene *s = *state;
	struct check emulated = {.state = CHECK_WARN,
				 .reach = CHECK_VOIDS_TIMES,
				 .observed = "times are QEMU's"};
	struct lesson_look look = {.checks = &emulated, .n_checks = 1};

	s->steps[2].measure.control = 2;
	s->steps[1].measure = s->steps[2].measure;
	s->steps[1].measure.control = 0;
	play_flushes(s, 1, 0, &look);
	assert_true(s->run.result[0].is_void); /* ns_per_op */
	lesson_run_next(&s->run);
	play_flushes(s, 3, 0, &look);
	assert_false(s->run.result[1].is_void);
	assert_int_equal(s->run.result[1].answer, 1);
}

/* A step that asks for interrupts is not offered before they were counted. */
static void what_a_step_needs_must_be_known(void **state)
{
	struct scene *s = *state;
	struct lesson_look look = {.series = s->series, .from_s = 0};
	static const enum lesson_interrupts none[] = {LESSON_INTERRUPTS_UNKNOWN,
						      LESSON_INTERRUPTS_NO};

	s->steps[0].needs = LESSON_NEEDS_INTERRUPTS;
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		s->run.interrupts = none[i];
		lesson_run_started(&s->run);
		assert_true(lesson_run_look(&s->run, &look));
		assert_int_equal(s->run.result[0].outcome, LESSON_ABSENT);
		assert_true(*s->run.result[0].why);
		lesson_run_back(&s->run);
	}
	s->run.interrupts = LESSON_INTERRUPTS_YES;
	assert_true(play(s, 1000, 12));
	assert_int_equal(s->run.result[0].outcome, LESSON_SHOWN);
}

static void a_simulation_takes_over_and_grants_nothing(void **state)
{
	struct scene *s = *state;
	struct lesson_look look = {.why_absent = "tracefs needs root"};
	static char value[] = "2";
	struct experiment e;
	char words[256];

	count_full_flushes(s);
	s->steps[2].measure.control = 0;
	strcpy(s->steps[2].simulate[0].key, "threads");
	s->steps[2].simulate[0].value = value;
	s->steps[2].n_simulate = 1;
	for (int i = 0; i < 2; i++) {
		if (s->run.phase == LESSON_READY)
			lesson_run_next(&s->run);
		lesson_run_fail(&s->run, true, "not of interest");
		lesson_run_next(&s->run);
	}
	lesson_run_answer(&s->run, 0);
	play_flushes(s, 0, 0, &look);
	assert_int_equal(s->run.phase, LESSON_SETUP);
	assert_int_equal(lesson_run_experiment(&s->run, &bench, &e, NULL), 0);
	assert_int_equal(e.threads, 2);
	look.simulated = true;
	play_flushes(s, 3, 0, &look);
	assert_int_equal(s->run.result[2].outcome, LESSON_SIMULATED);
	assert_int_equal(s->run.result[2].answer, -1);
	assert_near(s->run.result[2].estimate, 3, 1e-9);
	lesson_measured_text(&s->steps[2], &s->run.result[2], words, sizeof(words));
	assert_non_null(strstr(words, "Not measurable here: a 0 proves nothing"));
	assert_non_null(strstr(words, "Simulated: full flushes per operation: 3"));
	lesson_verdict_text(&s->steps[2], &s->run.result[2], words, sizeof(words));
	assert_non_null(strstr(words, "no answer"));
}

/* The number stands; what it is put down to does not. */
static void a_cause_is_refused(void **state)
{
	struct scene *s = *state;
	struct lesson_result *r = s->run.result;
	static char so[] = "The flush.";

	s->steps[0].measure.divide = 1;
	s->steps[1].answers[1].so = so;
	s->steps[1].measure.at_most = 1500;
	assert_true(play(s, 1000, 12));
	lesson_run_next(&s->run);
	lesson_run_next(&s->run);
	assert_true(play(s, 3000, 12));
	assert_int_equal(r[1].answer, 1);
	assert_non_null(strstr(lesson_cause(&s->steps[1], &r[1]), "more than this"));
	s->steps[1].measure.at_most = 0;
	lesson_run_back(&s->run);
	assert_true(play(s, 1000, 12));
	lesson_run_next(&s->run);
	lesson_run_next(&s->run);
	assert_true(play(s, 3000, 12));
	assert_string_equal(lesson_cause(&s->steps[1], &r[1]), so);
	/* The last step has the second as its control: 3x there, 3.2x here. */
	lesson_run_next(&s->run);
	s->steps[2].measure = s->steps[1].measure;
	s->steps[2].measure.unless = 2;
	lesson_run_next(&s->run);
	assert_true(play(s, 3200, 12));
	assert_non_null(strstr(lesson_cause(&s->steps[2], &r[2]), "shows most of it"));
}

static void a_step_compared_with_is_a_reference(void **state)
{
	struct scene *s = *state;

	assert_true(lesson_run_is_reference(&s->run, 0));
	assert_false(lesson_run_is_reference(&s->run, 1));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scene_make, scene_drop)

static void too_few_operations_are_said(void **state)
{
	struct scene *s = *state;
	char text[128];

	assert_true(play(s, 5e8, 12)); /* 2.4 in all */
	assert_int_equal(s->run.result[0].outcome, LESSON_SHOWN);
	assert_string_equal(lesson_noise_text(&s->run.result[0], text, sizeof(text)),
			    "Read with care: only 2 operations ended.");
}

static void no_operation_at_all_is_the_reason(void **state)
{
	struct scene *s = *state;

	assert_true(play(s, INFINITY, 12));
	assert_int_equal(s->run.result[0].outcome, LESSON_ABSENT);
	assert_string_equal(s->run.result[0].why,
			    "no operation ended in the time of this step");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(steps_follow_one_another),
		TEST(too_few_operations_are_said),
		TEST(no_operation_at_all_is_the_reason),
		TEST(a_busy_machine_is_said),
		TEST(the_last_step_ends_it),
		TEST(what_is_missing_is_said),
		TEST(nothing_counts_before_the_window),
		TEST(enough_is_what_comes_first),
		TEST(a_bench_changed_by_hand_waits),
		TEST(the_interval_decides),
		TEST(numbers_are_written_to_be_read),
		TEST(zero_is_an_answer_only_after_a_control),
		TEST(a_control_that_is_zero_proves_nothing),
		TEST(a_silent_metric_gives_way_to_another),
		TEST(a_failed_check_voids_the_step),
		TEST(times_of_an_emulator_are_not_scored),
		TEST(what_a_step_needs_must_be_known),
		TEST(a_simulation_takes_over_and_grants_nothing),
		TEST(a_cause_is_refused),
		TEST(a_step_compared_with_is_a_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
