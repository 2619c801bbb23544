/* SPDX-License-Identifier: MIT */
/* Clicks at the places where the words stand, as a reader would aim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tlblab/draw/utf8.h"
#include "tui/frame/mouse.h"
#include "tui/pages/pages.h"
#include "tui/scene.h"
#include "tui/traces/traces.h"

struct shown {
	struct scene *s;
	struct canvas c;
};

static struct shown shown_open(struct scene_options o, int w, int h)
{
	struct shown v = {.s = scene_new(o)};

	canvas_init(&v.c, glyphs_get(GLYPHS_BRAILLE));
	assert_int_equal(canvas_resize(&v.c, w, h), 0);
	scene_size(v.s, w, h);
	screen_draw(&v.c, &v.s->snap, &v.s->app);
	return v;
}

static void shown_close(struct shown *v)
{
	canvas_fini(&v->c);
	scene_free(v->s);
}

static struct effect point(struct shown *v, int x, int y, enum mouse_button button)
{
	int key = mouse_key(&v->s->app, &v->s->snap, &v->c,
			    (struct mouse_event){x, y, button});
	struct effect e = app_key(&v->s->app, &v->s->snap, key);

	screen_draw(&v->c, &v->s->snap, &v->s->app);
	return e;
}

/* Where a word stands for the last time: overlays and footer come last. */
static void find(const struct shown *v, const char *word, int *x, int *y)
{
	int columns = utf8_text_columns(word);

	for (*y = v->c.h - 1; *y >= 0; (*y)--)
		for (*x = 0; *x + columns <= v->c.w; (*x)++) {
			const char *rest = word;
			int i = 0;

			while (*rest &&
			       canvas_code(&v->c, canvas_at(&v->c, *x + i, *y)) ==
				       utf8_next(&rest))
				i++;
			if (i == columns)
				return;
		}
	fail_msg("nothing says %s", word);
}

static struct effect click(struct shown *v, const char *word)
{
	int x, y;

	find(v, word, &x, &y);
	return point(v, x, y, MOUSE_CLICK);
}

static void a_field_is_chosen_then_edited_and_turned(void **state)
{
	struct shown v = shown_open(scene_lesson, 120, 40);
	struct app *a = &v.s->app;
	int x, y, focus;

	(void)state;
	assert_int_equal(click(&v, "threads     ").kind, EFFECT_NONE);
	focus = a->focus;
	assert_true(focus > 0);
	find(&v, "threads     ", &x, &y);
	assert_int_equal(point(&v, x, y, MOUSE_WHEEL_UP).kind, EFFECT_APPLY);
	assert_int_equal(a->draft.threads, 4);
	assert_int_equal(point(&v, x, y, MOUSE_WHEEL_DOWN).kind, EFFECT_APPLY);
	assert_int_equal(a->draft.threads, 2);
	point(&v, x, y + 1, MOUSE_WHEEL_DOWN); /* another one: as the arrow */
	assert_int_equal(a->focus, focus + 1);
	point(&v, x, y, MOUSE_CLICK);
	assert_int_equal(a->prompt, PROMPT_NONE);
	point(&v, x, y, MOUSE_CLICK);
	assert_int_equal(a->prompt, PROMPT_FIELD);
	point(&v, x, y + 2, MOUSE_CLICK); /* typing goes on */
	assert_int_equal(a->prompt, PROMPT_FIELD);
	assert_int_equal(a->focus, focus);
	shown_close(&v);
}

static void hints_are_keys(void **state)
{
	struct shown v = shown_open(scene_lesson, 200, 50);
	struct app *a = &v.s->app;
	int x, y;

	(void)state;
	assert_int_equal(click(&v, "space pause").kind, EFFECT_PAUSE);
	assert_int_equal(click(&v, "quit").kind, EFFECT_QUIT);
	find(&v, "↑↓←→ change", &x, &y);
	point(&v, x + 1, y, MOUSE_CLICK);
	assert_int_equal(a->focus, 1);
	point(&v, x, y, MOUSE_CLICK);
	assert_int_equal(a->focus, 0);
	click(&v, "change"); /* not said which */
	assert_int_equal(a->focus, 0);
	click(&v, "Tab view");
	assert_int_equal(a->page, PAGE_LATENCY);
	shown_close(&v);
}

static void an_overlay_closes_from_outside_alone(void **state)
{
	struct shown v = shown_open(scene_lesson, 120, 40);
	struct app *a = &v.s->app;
	int x, y;

	(void)state;
	click(&v, "? help");
	assert_int_equal(a->overlay, OVERLAY_HELP);
	find(&v, "Esc closes", &x, &y);
	point(&v, x, y + 5, MOUSE_CLICK);
	assert_int_equal(a->overlay, OVERLAY_HELP);
	a->scroll_max = 10;
	point(&v, x, y + 5, MOUSE_WHEEL_DOWN);
	assert_int_equal(a->scroll, 1);
	point(&v, 1, 10, MOUSE_CLICK);
	assert_int_equal(a->overlay, OVERLAY_NONE);
	assert_int_equal(a->focus, 0); /* the form below was covered */
	shown_close(&v);
}

static void a_plot_is_zoomed_and_then_has_moments(void **state)
{
	struct shown v = shown_open(scene_lesson, 120, 40);
	struct app *a = &v.s->app;
	double early;

	(void)state;
	click(&v, "TLB shootdowns");
	assert_true(a->zoomed);
	assert_int_equal(a->plot, TRACE_SHOOTDOWNS);
	point(&v, 4, 20, MOUSE_CLICK); /* the labels are no moment */
	assert_false(a->cursor);
	point(&v, 40, 20, MOUSE_CLICK);
	assert_true(a->cursor);
	early = a->cursor_s;
	point(&v, 60, 20, MOUSE_CLICK);
	assert_true(a->cursor_s > early + 1);
	/* And it is drawn where it was put. */
	assert_int_equal(canvas_at(&v.c, 60, 3)->role, ROLE_KEY);
	shown_close(&v);
}

static void a_preset_is_opened(void **state)
{
	struct shown v = shown_open(scene_lesson, 120, 40);
	struct preset_entry *e = calloc(3, sizeof(*e));
	struct effect opened;

	(void)state;
	assert_non_null(e);
	for (int i = 0; i < 3; i++) {
		snprintf(e[i].name, sizeof(e[i].name), "number-%d", i);
		snprintf(e[i].path, sizeof(e[i].path), "/p/%d.json", i);
	}
	app_show_presets(&v.s->app, e, 3);
	screen_draw(&v.c, &v.s->snap, &v.s->app);
	opened = click(&v, "number-2");
	assert_int_equal(opened.kind, EFFECT_OPEN_PRESET);
	assert_string_equal(opened.text, "/p/2.json");
	shown_close(&v);
}

static void a_lesson_is_answered_and_goes_on(void **state)
{
	struct shown v = {.s = scene_new(scene_lesson)};
	struct app *a = &v.s->app;
	struct lesson_run *run = &lesson_of(a)->run;

	(void)state;
	scene_teach(v.s, SCENE_ASKED);
	canvas_init(&v.c, glyphs_get(GLYPHS_BRAILLE));
	assert_int_equal(canvas_resize(&v.c, 120, 40), 0);
	scene_size(v.s, 120, 40);
	lesson_of(a)->on_form = true; /* whoever had the keys */
	screen_draw(&v.c, &v.s->snap, a);
	click(&v, "1.5 to 3 times as long");
	assert_int_equal(run->phase, LESSON_SETUP);
	assert_int_equal(run->result[1].predicted, 1);
	run->phase = LESSON_TOLD;
	screen_draw(&v.c, &v.s->snap, a);
	click(&v, "Enter goes on");
	assert_int_equal(run->phase, LESSON_OVER);
	scene_course(v.s);
	screen_draw(&v.c, &v.s->snap, a);
	struct effect e = click(&v, "Who pays");

	assert_int_equal(e.kind, EFFECT_BEGIN);
	assert_int_equal(e.mode, MODE_LESSON);
	assert_string_equal(e.text, "4");
	shown_close(&v);
}

static void the_bar_of_a_replay_is_a_place_to_go_to(void **state)
{
	struct shown v = shown_open(scene_lesson, 120, 40);
	struct app *a = &v.s->app;
	struct recording *r = recording_new(0);
	struct mouse_event e = {.y = 39, .button = MOUSE_WHEEL_UP};
	const struct spot *bar = NULL;

	(void)state;
	app_bottom_set(a, MODE_REPLAY);
	*playhead_of(a) =
		(struct playhead){.at_s = 10, .end_s = 60, .n_runs = 1, .recording = r};
	screen_draw(&v.c, &v.s->snap, a);
	for (int x = 0; x < 120 && !bar; x++) {
		bar = canvas_spot_at(&v.c, x, 39);
		bar = bar && bar->what == SPOT_SCRUB ? bar : NULL;
	}
	assert_non_null(bar);
	e.x = bar->r.x;
	assert_int_equal(mouse_key(a, &v.s->snap, &v.c, e), KEY_ARROW_RIGHT);
	assert_false(playhead_of(a)->sought);
	e.button = MOUSE_CLICK;
	assert_int_equal(mouse_key(a, &v.s->snap, &v.c, e), KEY_NOTHING);
	assert_true(playhead_of(a)->sought && playhead_of(a)->sought_s < 1e-9);
	e.x += bar->r.w - 1;
	mouse_key(a, &v.s->snap, &v.c, e);
	assert_true(fabs(playhead_of(a)->sought_s - 60) < 1e-9);
	recording_free(r);
	shown_close(&v);
}

/* Frames, header and the rows for words mean nothing. */
static void elsewhere_nothing_happens(void **state)
{
	struct shown v = shown_open(scene_lesson, 120, 40);
	struct app *a = malloc(sizeof(*a));

	(void)state;
	assert_non_null(a);
	memcpy(a, &v.s->app, sizeof(*a));
	for (int y = -1; y <= v.c.h; y++)
		for (int x = -1; x <= v.c.w; x++) {
			struct mouse_event e = {x, y, MOUSE_CLICK};

			if (!canvas_spot_at(&v.c, x, y))
				assert_int_equal(
					mouse_key(&v.s->app, &v.s->snap, &v.c, e),
					KEY_NOTHING);
		}
	assert_null(canvas_spot_at(&v.c, 0, 0));
	assert_null(canvas_spot_at(&v.c, 60, 38));
	assert_memory_equal(a, &v.s->app, sizeof(*a));
	free(a);
	shown_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_is_chosen_then_edited_and_turned),
		cmocka_unit_test(hints_are_keys),
		cmocka_unit_test(an_overlay_closes_from_outside_alone),
		cmocka_unit_test(a_plot_is_zoomed_and_then_has_moments),
		cmocka_unit_test(a_preset_is_opened),
		cmocka_unit_test(a_lesson_is_answered_and_goes_on),
		cmocka_unit_test(the_bar_of_a_replay_is_a_place_to_go_to),
		cmocka_unit_test(elsewhere_nothing_happens),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
