/* SPDX-License-Identifier: MIT */
/*
 * Every key in every place: each page, step of a lesson, overlay, prompt and mode takes
 * each key a terminal can send, is drawn, is asked to explain itself, and is drawn
 * again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tui/keys/keymap.h"
#include "tui/pages/pages.h"
#include "tui/scene.h"
#include "tui/sweep/sweep.h"
#include "tui/tune/tune.h"

static const int named_keys[] = {
	KEY_ARROW_UP, KEY_ARROW_DOWN, KEY_ARROW_LEFT, KEY_ARROW_RIGHT,
	KEY_PAGE_UP,  KEY_PAGE_DOWN,  KEY_TO_START,   KEY_TO_END,
	KEY_DELETE,   KEY_TAB_BACK,   KEY_NOTHING,    KEY_SIZE_CHANGED,
	KEY_POINTED,  0xE4,	      0x4E2D,	      0x1F600,
};
enum {
	ASCII_KEYS = 128,
	N_KEYS = ASCII_KEYS + sizeof(named_keys) / sizeof(named_keys[0])
};

static int key_at(int i)
{
	return i < ASCII_KEYS ? i : named_keys[i - ASCII_KEYS];
}

struct place {
	const char *name;
	enum page page;
	enum overlay overlay;
	enum prompt prompt;
	enum mode mode; /* in front of the bench, when set */
	enum scene_lesson lesson;
	bool on_form, zoomed, replay, empty;
};

static const struct place places[] = {
	{.name = "overview", .page = PAGE_OVERVIEW},
	{.name = "latency", .page = PAGE_LATENCY},
	{.name = "flushes", .page = PAGE_FLUSHES},
	{.name = "machine", .page = PAGE_MACHINE},
	{.name = "sensors", .page = PAGE_SENSORS},
	{.name = "provenance", .page = PAGE_PROVENANCE},
	{.name = "nothing measured", .empty = true},
	{.name = "zoom", .zoomed = true},
	{.name = "replay", .replay = true},
	{.name = "replayed latency", .replay = true, .page = PAGE_LATENCY},
	{.name = "course", .lesson = SCENE_COURSE},
	{.name = "question", .lesson = SCENE_ASKED},
	{.name = "question, form", .lesson = SCENE_ASKED, .on_form = true},
	{.name = "measuring", .lesson = SCENE_MEASURING},
	{.name = "verdict", .lesson = SCENE_TOLD},
	{.name = "verdict, machine", .lesson = SCENE_TOLD, .page = PAGE_MACHINE},
	{.name = "help", .overlay = OVERLAY_HELP},
	{.name = "notes", .overlay = OVERLAY_NOTES},
	{.name = "doctor", .overlay = OVERLAY_DOCTOR},
	{.name = "presets", .overlay = OVERLAY_PRESETS},
	{.name = "messages", .overlay = OVERLAY_MESSAGES},
	{.name = "explained", .overlay = OVERLAY_ABOUT},
	{.name = "lesson explained", .overlay = OVERLAY_ABOUT, .lesson = SCENE_ASKED},
	{.name = "a value", .prompt = PROMPT_FIELD},
	{.name = "a name", .prompt = PROMPT_SAVE},
	{.name = "an export", .prompt = PROMPT_EXPORT},
	{.name = "axes", .prompt = PROMPT_MODE},
	{.name = "a search", .prompt = PROMPT_SEARCH, .overlay = OVERLAY_PRESETS},
	{.name = "sweep", .mode = MODE_SWEEP},
	{.name = "sweep explained", .mode = MODE_SWEEP, .overlay = OVERLAY_ABOUT},
	{.name = "tune", .mode = MODE_TUNE},
	{.name = "tune explained", .mode = MODE_TUNE, .overlay = OVERLAY_ABOUT},
};
enum { N_PLACES = sizeof(places) / sizeof(places[0]) };

static struct recording *recording;
static struct error no_error;
static struct tuner_view tuning = {
	.phase = TUNER_MEASURING, .ceiling_now = 33, .error = &no_error};

static void sweep_place(struct app *a)
{
	struct preset p = {.n_axes = 0};
	struct error error;

	assert_int_equal(sweep_preset(a, &p), 0);
	assert_int_equal(sweep_axes_parse(&p, a->catalogue, "threads=1,2", &error), 0);
	assert_int_equal(sweep_begin(sweep_of(a), &p, &error), 0);
	preset_fini(&p);
}

static struct scene *scene_at(const struct place *p)
{
	struct scene_options o = {
		.cpus = 2, .threads = 2, .victims = 1, .length_s = 15};
	struct app *a;

	o.empty = p->empty;
	struct scene *s = scene_new(o);

	a = &s->app;
	if (p->lesson != SCENE_NO_LESSON)
		scene_teach(s, p->lesson);
	if (p->overlay == OVERLAY_DOCTOR)
		scene_diagnose(s);
	if (p->overlay == OVERLAY_PRESETS) {
		struct preset_entry *e = calloc(2, sizeof(*e));

		assert_non_null(e);
		text_copy(e[0].name, sizeof(e[0].name), "one");
		text_copy(e[1].name, sizeof(e[1].name), "other");
		app_show_presets(a, e, 2);
	}
	if (p->mode == MODE_SWEEP)
		sweep_place(a);
	if (p->mode)
		app_mode_enter(a, p->mode);
	tune_of(a)->view = &tuning;
	if (p->replay)
		app_bottom_set(a, MODE_REPLAY);
	a->page = p->page;
	a->overlay = p->overlay;
	a->prompt = p->prompt;
	a->asking = MODE_SWEEP;
	a->zoomed = p->zoomed;
	lesson_of(a)->on_form = p->on_form;
	playhead_of(a)->speed = 1;
	playhead_of(a)->n_runs = 1;
	playhead_of(a)->end_s = o.length_s;
	playhead_of(a)->recording = recording;
	return s;
}

static void press(struct scene *s, struct canvas *c, int key)
{
	app_key(&s->app, &s->snap, key);
	s->app.scroll_max = screen_draw(c, &s->snap, &s->app);
}

static void every_key_in_every_place(void **state)
{
	struct canvas c;

	(void)state;
	canvas_init(&c, glyphs_get(GLYPHS_BRAILLE));
	assert_int_equal(canvas_resize(&c, 120, 40), 0);
	for (int i = 0; i < N_PLACES; i++) {
		for (int k = 0; k < N_KEYS; k++) {
			struct scene *s = scene_at(&places[i]);

			scene_size(s, 120, 40);
			press(s, &c, key_at(k));
			press(s, &c, 'x');
			press(s, &c, KEY_ARROW_DOWN);
			press(s, &c, KEY_ESCAPE);
			scene_free(s);
		}
	}
	canvas_fini(&c);
}

/* What can be on the screen can be explained: x has no page to fail on. */
static void every_page_explains_something(void **state)
{
	(void)state;
	for (int i = 0; i < N_PLACES; i++) {
		struct scene *s = scene_at(&places[i]);
		const struct page_desc page = page_shown(&s->app);

		if (!page.abouts || !page.abouts[0])
			fail_msg("nothing explains: %s", places[i].name);
		scene_free(s);
	}
}

/* A key without a meaning says so, and where to look. */
static void no_key_is_met_with_silence(void **state)
{
	(void)state;
	for (int i = 0; i < N_PLACES; i++) {
		struct scene *s = scene_at(&places[i]);

		for (int k = ' '; k < KEY_ERASE; k++) {
			enum context context = app_context(&s->app);

			if (context == CONTEXT_TEXT ||
			    keymap_action(context, k) != ACTION_NONE)
				continue;
			app_key(&s->app, &s->snap, k);
			assert_non_null(strstr(s->app.message, "does nothing here"));
			assert_int_equal(s->app.n_said, 0); /* not worth keeping */
		}
		scene_free(s);
	}
}

static void the_ends_are_where_fingers_expect_them(void **state)
{
	struct scene *s = scene_at(&places[0]);

	(void)state;
	app_key(&s->app, &s->snap, 'G');
	assert_true(s->app.focus > 3);
	app_key(&s->app, &s->snap, 'g');
	assert_int_equal(s->app.focus, 0);
	app_key(&s->app, &s->snap, KEY_FUNCTION_1);
	assert_int_equal(s->app.overlay, OVERLAY_HELP);
	s->app.scroll_max = 40;
	app_key(&s->app, &s->snap, 'G');
	assert_int_equal(s->app.scroll, 40);
	app_key(&s->app, &s->snap, KEY_TO_START);
	assert_int_equal(s->app.scroll, 0);
	app_key(&s->app, &s->snap, KEY_ESCAPE);
	assert_int_equal(app_key(&s->app, &s->snap, KEY_FUNCTION_10).kind, EFFECT_QUIT);
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_explains_something),
		cmocka_unit_test(every_key_in_every_place),
		cmocka_unit_test(no_key_is_met_with_silence),
		cmocka_unit_test(the_ends_are_where_fingers_expect_them),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	recording = recording_new(2);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	recording_free(recording);
	return failed;
}
