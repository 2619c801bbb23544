/* SPDX-License-Identifier: MIT */
/*
 * Modes over a session on the simulated machine, without a terminal: which one an
 * effect goes to, and what the bench is when it comes back.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/guardian.h"
#include "tui/bench/bench.h"
#include "tui/sweep/sweep.h"

struct fixture {
	struct guardian *guardian;
	struct machine machine;
	struct preset preset;
	struct tui_options options;
	struct tui t;
};

static void simulated(struct fixture *f)
{
	const struct catalogue *c = session_catalogue(f->t.session);
	struct experiment *e = &f->preset.experiment;
	struct error error;

	assert_int_equal(experiment_init(e, c, "madvise", &error), 0);
	assert_int_equal(experiment_set(e, c, "backend", "sim", &error), 0);
	assert_int_equal(experiment_set(e, c, "threads", "2", &error), 0);
	text_copy(f->preset.name, sizeof(f->preset.name), "simulated");
}

static int open_it(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct error error;

	assert_non_null(f);
	assert_int_equal(guardian_start(&f->guardian, &error), 0);
	assert_int_equal(machine_read(&f->machine, "", &error), 0);
	const struct session_options options = {.machine = &f->machine,
						.guardian = f->guardian};

	assert_int_equal(session_open(&f->t.session, &options, &error), 0);
	simulated(f);
	f->options.session = f->t.session;
	assert_int_equal(app_init(&f->t.app, session_catalogue(f->t.session),
				  &f->machine, &f->preset, "0.1.0"),
			 0);
	bench_of(&f->t.app)->options = &f->options;
	assert_true(bench_run_draft(&f->t));
	*state = f;
	return 0;
}

static int close_it(void **state)
{
	struct fixture *f = *state;

	app_fini(&f->t.app);
	session_close(f->t.session);
	machine_fini(&f->machine);
	guardian_stop(f->guardian);
	free(f);
	return 0;
}

static void act(struct fixture *f, struct effect e)
{
	tui_act(&f->t, &e);
}

static void every_mode_can_be_begun_and_shown(void **state)
{
	(void)state;
	for (int m = 0; m < MODE_N; m++) {
		assert_non_null(mode_table[m]->begin);
		assert_true((mode_table[m]->page != NULL) !=
			    (mode_table[m]->screen != NULL));
	}
}

static void modes_are_a_stack(void **state)
{
	struct fixture *f = *state;
	struct app *a = &f->t.app;

	assert_int_equal(app_mode(a), MODE_BENCH);
	app_mode_enter(a, MODE_LESSON);
	app_mode_enter(a, MODE_SWEEP);
	app_mode_enter(a, MODE_SWEEP); /* is there already */
	assert_int_equal(app_bottom(a), MODE_BENCH);
	app_mode_leave(a);
	assert_int_equal(app_mode(a), MODE_LESSON);
	app_mode_leave(a);
	app_mode_leave(a); /* the bottom one stays */
	assert_int_equal(app_mode(a), MODE_BENCH);
}

static void an_effect_goes_to_the_mode_in_front(void **state)
{
	struct fixture *f = *state;
	struct sweep *sweep = sweep_of(&f->t.app);

	act(f, effect_begin(MODE_SWEEP, "threads=1,2"));
	assert_int_equal(app_mode(&f->t.app), MODE_SWEEP);
	assert_int_equal(sweep->state, SWEEP_RUNNING);
	act(f, effect_of(EFFECT_PAUSE, ""));
	assert_int_equal(sweep->state, SWEEP_PAUSED);
	/* What the sweep has no use for is the bench's. */
	act(f, effect_of(EFFECT_DIAGNOSE, ""));
	assert_true(f->t.app.diagnosis.n > 0);
	act(f, effect_of(EFFECT_QUIT, ""));
	assert_true(f->t.quit);
}

static void a_sweep_gives_the_bench_back(void **state)
{
	struct fixture *f = *state;
	const struct snapshot *snap;

	act(f, effect_begin(MODE_SWEEP, "threads=1,3"));
	assert_true(bench_is_held(&f->t));
	assert_int_not_equal(session_snapshot(f->t.session)->experiment->threads, 2);
	act(f, effect_of(EFFECT_LEAVE, ""));
	snap = session_snapshot(f->t.session);
	assert_int_equal(app_mode(&f->t.app), MODE_BENCH);
	assert_false(bench_is_held(&f->t));
	assert_false(snap->paused);
	assert_int_equal(snap->experiment->threads, 2);
	/* And paused, when it was. */
	act(f, effect_of(EFFECT_PAUSE, ""));
	act(f, effect_begin(MODE_SWEEP, "threads=1,3"));
	act(f, effect_of(EFFECT_LEAVE, ""));
	assert_true(session_snapshot(f->t.session)->paused);
}

/* A change that had not rested long enough when the bench was taken is not lost. */
static void what_rests_is_run_when_the_bench_comes_back(void **state)
{
	struct fixture *f = *state;
	struct bench *b = bench_of(&f->t.app);

	f->t.app.draft.threads = 4;
	act(f, effect_of(EFFECT_APPLY, ""));
	assert_true(b->apply_ns > 0);
	b->apply_ns = 1; /* due */
	bench_hold(&f->t);
	mode_table[MODE_BENCH]->tick(&f->t);
	assert_int_equal(session_snapshot(f->t.session)->experiment->threads, 2);
	bench_release(&f->t, NULL);
	mode_table[MODE_BENCH]->tick(&f->t);
	assert_int_equal(session_snapshot(f->t.session)->experiment->threads, 4);
	assert_int_equal(b->apply_ns, 0);
}

#define WITH_SCREEN(test) cmocka_unit_test_setup_teardown(test, open_it, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode_can_be_begun_and_shown),
		WITH_SCREEN(modes_are_a_stack),
		WITH_SCREEN(an_effect_goes_to_the_mode_in_front),
		WITH_SCREEN(a_sweep_gives_the_bench_back),
		WITH_SCREEN(what_rests_is_run_when_the_bench_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
