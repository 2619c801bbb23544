/* SPDX-License-Identifier: MIT */
/*
 * Sweeps and tunings on paper: what a sweep knows of itself while it goes on, and how
 * both look at every stage, against tests/tui/golden.
 */
#include "support/check.h"

#include "tui/app/difference.h"
#include "tui/golden_file.h"
#include "tui/panels/panels.h"
#include "tui/scene.h"
#include "tui/sweep/sweep.h"
#include "tui/tune/tune.h"

static const struct scene_options paper = {.cpus = 2, .threads = 2, .length_s = 26};

/* A run of a second in which an operation took so long. */
static struct run_record *run_of(const struct sweep *s, double ns_per_op)
{
	struct run_record *run = calloc(1, sizeof(*run));
	struct sample x = {.t_s = 1, .elapsed_s = 1};

	run->config = s->preset.experiment;
	run->series = series_new(0);
	run->elapsed_s = 1;
	sample_put(&x, CH_OPS, 1e9 / ns_per_op, QUALITY_EXACT);
	sample_put(&x, CH_WORKER_NS, 1e9, QUALITY_EXACT);
	series_add(run->series, &x);
	run_record_summarise(run, 0);
	return run;
}

/* The scene's preset swept over axes, and `made` of its runs made. */
static void sweep_paper(struct scene *s, const char *axes, int made)
{
	struct error error;
	struct sweep *sweep = sweep_of(&s->app);
	struct rng rng = {7};

	struct preset swept;

	assert_int_equal(preset_copy(&swept, &s->preset), 0);
	swept.experiment.repeats = 3;
	assert_int_equal(sweep_axes_parse(&swept, &scene_catalogue, axes, &error), 0);
	assert_int_equal(sweep_begin(sweep, &swept, &error), 0);
	preset_fini(&swept);
	for (int i = 0; i < made; i++) {
		int point = sweep_next(sweep)->point;
		double ns = 2400 * (1 + point) * (0.96 + 0.08 * rng_unit(&rng));

		assert_int_equal(sweep_add(sweep, run_of(sweep, ns), 2.5), 0);
	}
	sweep->so_far_s = sweep->state == SWEEP_RUNNING ? 1 : 0;
	app_mode_enter(&s->app, MODE_SWEEP);
}

static void paper_free(struct scene *s)
{
	sweep_fini(sweep_of(&s->app));
	scene_free(s);
}

static void look(struct scene *s, const char *name, int w, int h, enum glyph_set set)
{
	char *text = scene_dump(s, set, w, h, false);

	assert_true(golden_file_is(name, text));
	free(text);
}

static void a_sweep_goes_on_and_ends(void **state)
{
	struct scene *s = scene_new(paper);
	struct sweep *sweep = sweep_of(&s->app);
	char text[160];

	(void)state;
	sweep_paper(s, "threads=1,2 pages=1,8,33", 0);
	assert_int_equal(sweep->state, SWEEP_RUNNING);
	assert_int_equal(sweep->plan.n_runs, 18);
	assert_int_equal(sweep_columns(sweep), 3);
	assert_int_equal(sweep_rows(sweep), 2);
	assert_string_equal(sweep_row_text(sweep, 1, text, sizeof(text)), "threads 2");
	/* Nothing was made: from what the settings say, 1 s warm-up and 2 s each, of
	 * which one second is over. */
	double one_s =
		sweep->preset.experiment.warmup_s + sweep->preset.experiment.duration_s;

	assert_near(sweep_left_s(sweep), 18 * one_s - 1, 1e-9);
	assert_int_equal(sweep_add(sweep, run_of(sweep, 2000), 4), 0);
	assert_int_equal(sweep_add(sweep, run_of(sweep, 2000), 6), 0);
	assert_near(sweep_left_s(sweep), 16 * 5, 1e-9);
	/* Stopped: what is there stays, and nothing more is due. */
	sweep_stop(sweep, "");
	assert_int_equal(sweep->state, SWEEP_DONE);
	assert_true(sweep->stopped_early);
	assert_null(sweep_next(sweep));
	assert_near(sweep_left_s(sweep), 0, 0);
	assert_int_equal(sweep->n_records, 2);
	paper_free(s);

	s = scene_new(paper);
	sweep = sweep_of(&s->app);
	sweep_paper(s, "threads=1,2", 6);
	assert_int_equal(sweep->state, SWEEP_DONE);
	assert_false(sweep->stopped_early);
	for (int k = 0; k < 2; k++)
		assert_int_equal(sweep_at(sweep, 0, k)->metric[METRIC_NS_PER_OP].n, 3);
	/* Only metrics that were measured come up. */
	sweep->metric = METRIC_NS_PER_OP;
	for (int i = 0; i < METRIC_N; i++) {
		sweep_metric_step(sweep, 1);
		assert_true(sweep_at(sweep, 0, 0)->metric[sweep->metric].n > 0);
	}
	paper_free(s);
}

static void a_run_that_fails_ends_it(void **state)
{
	struct scene *s = scene_new(paper);
	struct sweep *sweep = sweep_of(&s->app);

	(void)state;
	sweep_paper(s, "threads=1,2", 2);
	struct run_record *run = run_of(sweep, 2000);

	strcpy(run->failure, "worker 0 crashed");
	assert_int_equal(sweep_add(sweep, run, 1), 0);
	assert_int_equal(sweep->state, SWEEP_DONE);
	assert_string_equal(sweep->failure, "worker 0 crashed");
	assert_int_equal(sweep->n_records, 3);
	paper_free(s);
}

static void axes_are_read_whole_or_not_at_all(void **state)
{
	struct scene *s = scene_new(paper);
	struct error error = {0};
	struct preset p;
	char text[SWEEP_AXIS_BYTES];

	(void)state;
	assert_int_equal(preset_copy(&p, &s->preset), 0);
	assert_int_equal(sweep_axes_parse(&p, &scene_catalogue,
					  " pages=1,8,33   threads=1,2 ", &error),
			 0);
	assert_int_equal(p.n_axes, 2);
	assert_string_equal(sweep_axes_text(&p, text, sizeof(text)),
			    "pages=1,8,33 threads=1,2");
	static const char *const refused[] = {
		"threads", "threads=", "nothing=1,2", "threads=1,two", "pages=0,1", ""};

	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		assert_true(sweep_axes_parse(&p, &scene_catalogue, refused[i], &error) <
			    0);
		assert_int_equal(error.code, ERROR_INPUT);
		assert_int_equal(p.n_axes, 2);
	}
	sweep_axis_suggest(&p.experiment, &scene_catalogue, "pages", 8, text);
	assert_ptr_equal(strstr(text, "pages=1,"), text);
	sweep_axis_suggest(&p.experiment, &scene_catalogue, "warmup_s", 8, text);
	assert_string_equal(text, "threads=1,2,4,8");
	preset_fini(&p);
	paper_free(s);
}

static void the_difference_is_told_with_its_interval(void **state)
{
	static const double was[] = {100, 101, 99, 100, 102}, is[] = {150, 151, 149};
	static const double same[] = {99, 101, 100, 103, 98};
	struct stats a, b, c;
	struct stats_difference d;
	char text[64];

	(void)state;
	stats_of(was, COUNT_OF(was), &a);
	stats_of(is, COUNT_OF(is), &b);
	stats_of(same, COUNT_OF(same), &c);
	stats_difference_of(&a, &b, STATS_WELCH, &d);
	assert_string_equal(difference_text(&d, "baseline", text, sizeof(text)),
			    "+49 % ±2.5 vs baseline");
	stats_difference_of(&a, &c, STATS_WELCH, &d);
	assert_non_null(strstr(difference_text(&d, "baseline", text, sizeof(text)),
			       "no difference proven (±"));
}

static void sweeps_look_as_they_did(void **state)
{
	static const struct {
		const char *name, *axes;
		int w, h, made;
		enum glyph_set set;
		bool stop, pause, linear;
	} shots[] = {
		{"sweep-begun-120x40", "pages=1,2,4,8,16,32", 120, 40, 0},
		{"sweep-120x40", "pages=1,2,4,8,16,32", 120, 40, 11},
		{"sweep-80x24", "pages=1,2,4,8,16,32", 80, 24, 11},
		{"sweep-done-200x50", "pages=1,2,4,8,16,32", 200, 50, 18},
		{"sweep-linear-80x24-ascii", "threads=1,2,3", 80, 24, 9, GLYPHS_ASCII,
		 .linear = true},
		{"sweep-stopped-120x40", "threads=1,2,3", 120, 40, 4, .stop = true},
		{"sweep-heat-120x40", "threads=1,2,4 pages=1,8,33,64", 120, 40, 20},
		{"sweep-heat-200x50", "threads=1,2,4 pages=1,8,33,64", 200, 50, 24},
		{"sweep-heat-80x24", "threads=1,2,4 pages=1,8,33,64", 80, 24, 20,
		 .pause = true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(shots); i++) {
		struct scene *s = scene_new(paper);

		sweep_paper(s, shots[i].axes, shots[i].made);
		sweep_of(&s->app)->linear = shots[i].linear;
		if (shots[i].stop)
			sweep_stop(sweep_of(&s->app), "");
		if (shots[i].pause)
			sweep_of(&s->app)->state = SWEEP_PAUSED;
		look(s, shots[i].name, shots[i].w, shots[i].h, shots[i].set);
		paper_free(s);
	}
}

/* Costs whose lines cross at `crossover` pages. */
static void tune_paper(struct tune_answer *a, double crossover, int rounds)
{
	static const int sizes[] = {2, 4, 8, 16, 24, 33};
	struct tune_data d;
	struct tune_mix mix;
	struct rng rng = {3};

	tune_mix_default(&mix);
	tune_data_init(&d, 512, sizes, (int)COUNT_OF(sizes));
	for (int i = 0; i < rounds; i++) {
		struct tune_round r = {.membarrier_ns = 10400, .batch = i / 8};

		for (int k = 0; k < d.n_sizes; k++) {
			double wobble = 200 * (rng_unit(&rng) - 0.5);

			r.ranged_ns[k] = 11000 + 900 * sizes[k] + wobble;
			r.full_ns[k] = 11000 + 700 * sizes[k] + 200 * crossover;
		}
		r.aa_ns[0] = 15000 + 100 * rng_unit(&rng);
		r.aa_ns[1] = 15000 + 100 * rng_unit(&rng);
		assert_int_equal(tune_data_add(&d, &r), 0);
	}
	assert_int_equal(tune_answer_make(&d, &mix, 33, a), 0);
	tune_data_fini(&d);
}

static void tunings_look_as_they_did(void **state)
{
	static const struct error crashed = {
		.code = ERROR_MACHINE, .what = "worker 0", .why = "crashed: SIGSEGV"};
	static const struct {
		const char *name;
		int w, h, rounds;
		double crossover;
		enum tuner_phase phase;
		enum glyph_set set;
		int disturbed;
		bool stuck, waiting;
	} shots[] = {
		{"tune-begun-120x40", 120, 40, 0, 10, TUNER_STARTING},
		{"tune-forming-120x40", 120, 40, 5, 10, TUNER_MEASURING},
		{"tune-120x40", 120, 40, 96, 10, TUNER_MEASURING},
		{"tune-80x24", 80, 24, 96, 10, TUNER_MEASURING},
		{"tune-80x24-ascii", 80, 24, 96, 10, TUNER_DONE, GLYPHS_ASCII},
		{"tune-done-200x50", 200, 50, 96, 10, TUNER_DONE},
		{"tune-ranged-120x40", 120, 40, 96, 90, TUNER_DONE},
		{"tune-failed-80x24", 80, 24, 16, 10, TUNER_FAILED},
		{"tune-busy-80x24", 80, 24, 0, 10, TUNER_DONE, .disturbed = 480},
		{"tune-stuck-80x24", 80, 24, 16, 10, TUNER_MEASURING, .disturbed = 480,
		 .stuck = true},
		{"tune-waiting-80x24", 80, 24, 16, 10, TUNER_MEASURING,
		 .disturbed = 480, .waiting = true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(shots); i++) {
		struct scene *s = scene_new(paper);
		struct tune_answer answers[2];

		tune_paper(&answers[0], shots[i].crossover, shots[i].rounds);
		tune_paper(&answers[1], 4, 0);
		answers[1].working_set_pages = 16;
		const struct tuner_view view = {
			.phase = shots[i].phase,
			.method = TUNER_KNOB,
			.ceiling_now = 33,
			.answers = answers,
			.n_answers = 2,
			.current = 0,
			.victims = 1,
			.elapsed_s = 12.2,
			.budget_s = 50,
			.windows = 960,
			.disturbed = shots[i].disturbed ? shots[i].disturbed : 11,
			.doing = "8 pages, both kinds in turn",
			.stuck = shots[i].stuck,
			.waiting = shots[i].waiting,
			.busy_pct = 62,
			.error = &crashed,
		};

		app_mode_enter(&s->app, MODE_TUNE);
		tune_of(&s->app)->view = &view;
		look(s, shots[i].name, shots[i].w, shots[i].h, shots[i].set);
		paper_free(s);
	}
}

/* A program that gains so many percent at 8 pages, and wanders by noise_pct. */
static void trial_paper(struct trial_data *d, struct trial_answer *a, int rounds,
			double gain_pct, double noise_pct)
{
	struct rng rng = {5};

	trial_data_init(d, 33, program_trial_candidates, PROGRAM_TRIAL_CANDIDATES);
	for (int i = 0; i < rounds; i++) {
		struct trial_round r;

		for (int k = 0; k <= d->n; k++) {
			double *rate = k < d->n ? &r.rate[k] : &r.again;
			double gain = k < d->n && d->ceiling[k] == 8   ? gain_pct
				      : k < d->n && d->ceiling[k] == 1 ? -gain_pct
								       : 0;

			*rate = 41.2 * (1 + gain / 100) *
				(1 + noise_pct / 100 * (2 * rng_unit(&rng) - 1));
		}
		assert_int_equal(trial_data_add(d, &r), 0);
	}
	assert_int_equal(trial_answer_make(d, a), 0);
}

static void trials_look_as_they_did(void **state)
{
	static const struct error ended = {.code = ERROR_MACHINE,
					   .what = "--attach",
					   .why = "the process that was watched has "
						  "ended",
					   .todo = "keep it running until the tuning "
						   "is over"};
	static const struct error locked = {.code = ERROR_MACHINE,
					    .what = "ceilings cannot be tried here",
					    .why = "no permission: run with sudo"};
	static const struct {
		const char *name;
		int w, h, rounds;
		double gain_pct;
		enum tuner_phase phase;
		const struct error *error;
		enum glyph_set set;
	} shots[] = {
		{"trial-begun-120x40", 120, 40, 0, 0, TUNER_MEASURING},
		{"trial-forming-80x24", 80, 24, 3, 6, TUNER_MEASURING},
		{"trial-120x40", 120, 40, 16, 6, TUNER_MEASURING},
		{"trial-80x24", 80, 24, 16, 6, TUNER_DONE},
		{"trial-same-80x24-ascii", 80, 24, 16, 0, TUNER_DONE, NULL,
		 GLYPHS_ASCII},
		{"trial-done-200x50", 200, 50, 16, 6, TUNER_DONE},
		{"trial-ended-120x40", 120, 40, 7, 6, TUNER_FAILED, &ended},
		{"trial-refused-80x24", 80, 24, 0, 0, TUNER_FAILED, &locked},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(shots); i++) {
		struct scene *s = scene_new(paper);
		struct trial_data data = {.n = 0};
		struct trial_answer answer = {.aa_noise_pct = NAN};
		bool refused = shots[i].error == &locked;

		if (!refused)
			trial_paper(&data, &answer, shots[i].rounds, shots[i].gain_pct,
				    3);
		const struct program_trial_view view = {
			.phase = shots[i].phase,
			.program = refused ? "" : "make -C corpus all",
			.answer = &answer,
			.data = &data,
			.elapsed_s = 28.4,
			.budget_s = 50,
			.windows = 5 * shots[i].rounds,
			.rounds_lost = i == 2,
			.runs_a_window = 13,
			.unit = "runs/s",
			.doing = "ceiling 8",
			.error = shots[i].error,
		};

		app_mode_enter(&s->app, MODE_TRIAL);
		trial_of(&s->app)->view = &view;
		look(s, shots[i].name, shots[i].w, shots[i].h, shots[i].set);
		trial_data_fini(&data);
		paper_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sweep_goes_on_and_ends),
		cmocka_unit_test(a_run_that_fails_ends_it),
		cmocka_unit_test(axes_are_read_whole_or_not_at_all),
		cmocka_unit_test(the_difference_is_told_with_its_interval),
		cmocka_unit_test(sweeps_look_as_they_did),
		cmocka_unit_test(tunings_look_as_they_did),
		cmocka_unit_test(trials_look_as_they_did),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
