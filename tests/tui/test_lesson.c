/* SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tlblab/backends/session.h"
#include "tlblab/base/text.h"
#include "tlblab/io/preset_file.h"
#include "tui/scene.h"
#include "tui/traces/traces.h"

static struct effect press(struct scene *s, int key)
{
	return app_key(&s->app, &s->snap, key);
}

static struct scene *lesson_at(enum scene_lesson at)
{
	struct scene *s = scene_new(scene_lesson);

	scene_size(s, 120, 40);
	scene_teach(s, at);
	return s;
}

static void digits_and_arrows_predict(void **state)
{
	struct scene *s = lesson_at(SCENE_ASKED);
	struct lesson_run *run = &lesson_of(&s->app)->run;

	(void)state;
	assert_int_equal(app_context(&s->app), CONTEXT_LESSON);
	press(s, '9'); /* there is no such answer */
	assert_int_equal(run->phase, LESSON_READY);
	press(s, KEY_ARROW_DOWN);
	press(s, 'j');
	assert_int_equal(run->chosen, 1);
	press(s, KEY_RETURN);
	assert_int_equal(run->phase, LESSON_SETUP);
	assert_int_equal(run->result[1].predicted, 1);
	press(s, 'p');
	assert_int_equal(run->step, 0);
	scene_free(s);
	s = lesson_at(SCENE_ASKED);
	press(s, '3');
	assert_int_equal(lesson_of(&s->app)->run.result[1].predicted, 2);
	scene_free(s);
	s = lesson_at(SCENE_ASKED);
	press(s, 'n'); /* without */
	assert_int_equal(lesson_of(&s->app)->run.result[1].predicted, -1);
	assert_int_equal(lesson_of(&s->app)->run.phase, LESSON_SETUP);
	scene_free(s);
}

static void settings_have_the_arrows_until_the_lesson_is_asked(void **state)
{
	struct scene *s = lesson_at(SCENE_TOLD);

	(void)state;
	assert_int_equal(press(s, KEY_ARROW_DOWN).kind, EFFECT_NONE);
	assert_int_equal(app_context(&s->app), CONTEXT_BENCH);
	assert_int_equal(s->app.focus, 1);
	press(s, KEY_RETURN); /* edits, as ever */
	assert_int_equal(s->app.prompt, PROMPT_FIELD);
	press(s, KEY_ESCAPE);
	press(s, 'l');
	assert_int_equal(app_context(&s->app), CONTEXT_LESSON);
	assert_int_equal(press(s, KEY_ARROW_RIGHT).kind, EFFECT_APPLY);
	assert_int_equal(app_context(&s->app), CONTEXT_BENCH);
	press(s, 'n');
	assert_int_equal(app_context(&s->app), CONTEXT_LESSON);
	assert_int_equal(lesson_of(&s->app)->run.phase,
			 LESSON_TOLD); /* only came back */
	press(s, 'l');
	assert_int_equal(s->app.overlay, OVERLAY_NOTES);
	scene_free(s);
}

static void it_can_be_left_and_taken_up(void **state)
{
	struct scene *s = lesson_at(SCENE_ASKED);

	(void)state;
	press(s, KEY_ESCAPE);
	assert_int_equal(app_context(&s->app), CONTEXT_BENCH);
	assert_int_equal(app_mode(&s->app), MODE_BENCH);
	press(s, 'l');
	assert_int_equal(app_mode(&s->app), MODE_LESSON);
	assert_int_equal(lesson_of(&s->app)->run.step, 1);
	scene_free(s);
}

/* The lesson of the number in its text, or the course. */
static void assert_begins(struct effect e)
{
	assert_int_equal(e.kind, EFFECT_BEGIN);
	assert_int_equal(e.mode, MODE_LESSON);
}

static void the_course_opens_lessons(void **state)
{
	struct scene *s = lesson_at(SCENE_COURSE);
	struct effect e = press(s, '2');

	(void)state;
	assert_begins(e);
	assert_string_equal(e.text, "2");
	e = press(s, KEY_RETURN); /* the first that was not played */
	assert_begins(e);
	assert_string_equal(e.text, "2");
	press(s, KEY_ESCAPE);
	assert_false(lesson_of(&s->app)->index);
	assert_int_equal(app_mode(&s->app), MODE_LESSON);
	e = press(s, '0');
	assert_begins(e);
	assert_string_equal(e.text, "");
	lesson_of(&s->app)->run.phase = LESSON_OVER;
	e = press(s, KEY_RETURN); /* the next one */
	assert_begins(e);
	assert_string_equal(e.text, "4");
	scene_free(s);
}

static void a_preset_without_a_lesson_is_as_ever(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct effect e;

	(void)state;
	press(s, 'n');
	assert_int_equal(app_context(&s->app), CONTEXT_BENCH);
	press(s, 'l');
	assert_int_equal(s->app.overlay, OVERLAY_NOTES);
	press(s, KEY_ESCAPE);
	e = press(s, '0');
	assert_begins(e);
	assert_string_equal(e.text, "");
	scene_course(s);
	app_mode_enter(&s->app, MODE_LESSON);
	e = press(s, 'n');
	assert_begins(e);
	assert_string_equal(e.text, "2");
	press(s, KEY_ESCAPE);
	assert_int_equal(app_context(&s->app), CONTEXT_BENCH);
	scene_free(s);
}

/* Whatever is pressed, at whatever size, it can be drawn. */
static void any_keys_leave_it_drawable(void **state)
{
	static const int keys[] = {'n',
				   'p',
				   '1',
				   '2',
				   '0',
				   'l',
				   KEY_RETURN,
				   KEY_ARROW_UP,
				   KEY_ARROW_DOWN,
				   KEY_ARROW_LEFT,
				   KEY_ESCAPE,
				   KEY_PAGE_DOWN,
				   KEY_PAGE_UP,
				   KEY_TAB,
				   'z',
				   '?',
				   'm'};
	struct rng rng = {.state = 7};

	(void)state;
	for (int at = SCENE_ASKED; at <= SCENE_COURSE; at++) {
		struct scene *s = lesson_at((enum scene_lesson)at);

		for (int i = 0; i < 600; i++) {
			press(s, keys[rng_below(&rng, sizeof(keys) / sizeof(keys[0]))]);
			if (i % 20)
				continue;
			int w = 80 + (int)rng_below(&rng, 150);
			int h = 24 + (int)rng_below(&rng, 40);

			free(scene_dump(s, GLYPHS_BRAILLE, w, h, false));
		}
		scene_free(s);
	}
}

/* Rows that one has to scroll for at 80x24. */
static int rows_beyond(struct scene *s)
{
	free(scene_dump(s, GLYPHS_BRAILLE, 80, 24, false));
	return s->app.scroll_max;
}

static int longest_answer(const struct lesson_step *step)
{
	int longest = 0;

	for (int i = 1; i < step->n_answers; i++)
		if (strlen(step->answers[i].text) > strlen(step->answers[longest].text))
			longest = i;
	return longest;
}

/* The rows beyond when the step is told without one: not measurable, simulated, void,
 * or with a cause refused. */
static int without_an_answer(struct scene *s, struct lesson_run *run,
			     const struct lesson_step *step)
{
	static const char why[] = "a 0 proves nothing: no earlier step has shown that "
				  "this source counts on this machine";
	struct lesson_result *r = &run->result[run->step];
	int beyond = 0, rows;

	for (int i = 0; i < 4; i++) {
		if ((i == 1 && !step->n_simulate) ||
		    (i == 3 && !step->measure.unless && !(step->measure.at_most > 0)))
			continue;
		r->outcome = i == 0   ? LESSON_ABSENT
			     : i == 1 ? LESSON_SIMULATED
				      : LESSON_SHOWN;
		r->answer = r->answer_low = r->answer_high =
			i == 3 && step->ask ? step->n_answers - 1 : -1;
		r->disturbed = 0;
		r->is_void = i == 2;
		text_copy(r->why, sizeof(r->why), i < 3 ? why : "");
		text_copy(r->refused, sizeof(r->refused),
			  i == 3 ? "The control, \"The bystander in another process\", "
				   "shows most of it too: 1.89x there, 2.02x here. No "
				   "cause is named."
				 : "");
		rows = rows_beyond(s);
		beyond = rows > beyond ? rows : beyond;
	}
	return beyond;
}

/* The step under way, before it and after it on a busy machine, with each answer it may
 * find. */
static int step_rows_beyond(struct scene *s)
{
	struct lesson_run *run = &lesson_of(&s->app)->run;
	const struct lesson_step *step = lesson_run_step(run);
	int beyond = run->phase == LESSON_READY ? rows_beyond(s) : 0, rows;

	run->phase = LESSON_TOLD;
	for (int i = 0; i < step->n_answers || i == 0; i++) {
		run->result[run->step] = (struct lesson_result){
			.outcome = LESSON_SHOWN,
			.metric = step->measure.metric,
			.estimate = 12.34,
			.ci95_low = 11.98,
			.ci95_high = 12.56,
			.n = 61,
			.intervals = 61,
			.disturbed = 54,
			.noise = 1 << NOISE_STEAL | 1 << NOISE_SWITCHES,
			.predicted = longest_answer(step),
			.answer = step->ask ? i : -1,
			.answer_low = i,
			.answer_high = i};
		rows = rows_beyond(s);
		beyond = rows > beyond ? rows : beyond;
	}
	rows = without_an_answer(s, run, step);
	return rows > beyond ? rows : beyond;
}

/* A student at the smallest screen reads, and does not scroll. */
static void the_course_fits_the_smallest_screen(void **state)
{
	struct catalogue catalogues[2];
	const struct catalogue *c = backends_catalogue(catalogues);
	struct preset_entry *entries;
	int n = preset_list(&entries, c), lessons = 0, beyond = 0;
	struct error error;

	(void)state;
	for (int i = 0; i < n; i++) {
		struct scene *s;
		struct lesson_run *run;
		struct preset lesson = {0};

		if (!entries[i].course)
			continue;
		s = scene_new(scene_lesson);
		run = &lesson_of(&s->app)->run;
		assert_int_equal(preset_load(&lesson, c, entries[i].path, &error), 0);
		s->app.preset = &lesson;
		app_preset_opened(&s->app);
		for (lessons++; run->phase != LESSON_OVER; lesson_run_next(run)) {
			int rows = step_rows_beyond(s);

			if (rows > 0)
				print_error("%s, step %d: %d rows too many\n",
					    entries[i].name, run->step + 1, rows);
			beyond += rows > 0;
		}
		scene_free(s);
		preset_fini(&lesson);
	}
	free(entries);
	assert_true(lessons >= 8);
	assert_int_equal(beyond, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_and_arrows_predict),
		cmocka_unit_test(settings_have_the_arrows_until_the_lesson_is_asked),
		cmocka_unit_test(it_can_be_left_and_taken_up),
		cmocka_unit_test(the_course_opens_lessons),
		cmocka_unit_test(a_preset_without_a_lesson_is_as_ever),
		cmocka_unit_test(any_keys_leave_it_drawable),
		cmocka_unit_test(the_course_fits_the_smallest_screen),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
