/* SPDX-License-Identifier: MIT */
/*
 * A hundred thousand random keys, clicks and changes of size, on a bench that answers
 * every effect in memory: intervals arrive, settings are taken over, sweeps and tunings
 * begin and are left. Nothing may crash or leak (the sanitizers look on), every picture
 * must be drawable, and from wherever the keys have led a few more must lead out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tui/frame/mouse.h"
#include "tui/keys/keymap.h"
#include "tui/pages/pages.h"
#include "tui/scene.h"
#include "tui/sweep/sweep.h"
#include "tui/tune/tune.h"

enum {
	KEYS = 100000,
	DRAW_EVERY = 5,
	WAY_OUT_EVERY = 500,
	RESIZE_EVERY = 200,
	POINT_EVERY = 7
};

struct bench {
	struct scene *s;
	struct rng rng;
	struct canvas canvas;
	struct experiment running;
	struct tuner_view tune;
	struct error tune_error;
	long seen[PAGE_N], overlays[OVERLAY_N], quits, sweeps, tunes;
};

static int any_of(struct bench *b, int n)
{
	return (int)rng_below(&b->rng, (uint64_t)n);
}

/* Mostly keys that mean something, sometimes whatever a terminal may hand over. */
static int random_key(struct bench *b)
{
	static const int named[] = {KEY_TAB,	    KEY_RETURN,	     KEY_ESCAPE,
				    KEY_ERASE,	    KEY_ARROW_UP,    KEY_ARROW_UP,
				    KEY_ARROW_DOWN, KEY_ARROW_DOWN,  KEY_ARROW_LEFT,
				    KEY_PAGE_UP,    KEY_ARROW_RIGHT, KEY_PAGE_DOWN,
				    KEY_TO_START,   KEY_TO_END,	     KEY_DELETE,
				    KEY_TAB_BACK,   KEY_NOTHING,     KEY_SIZE_CHANGED};
	int kind = any_of(b, 20);

	if (kind < 8)
		return named[any_of(b, sizeof(named) / sizeof(named[0]))];
	if (kind < 19)
		return ' ' + any_of(b, 95);
	return any_of(b, 0x30000);
}

static void interval_arrives(struct bench *b)
{
	struct scene *s = b->s;
	struct sample x;

	if (s->snap.paused)
		return;
	s->snap.now_s += 0.1;
	int threads = s->snap.experiment->threads;

	scene_interval(s, s->snap.now_s,
		       threads < 1			 ? 1
		       : threads > SCENE_MAX_WORKERS / 2 ? SCENE_MAX_WORKERS / 2
							 : threads,
		       &x);
	series_add(s->series, &x);
	s->snap.latest = series_at(s->series, series_count(s->series) - 1);
}

static void draft_runs(struct bench *b)
{
	struct app *a = &b->s->app;
	struct marker m = {.t_s = b->s->snap.now_s, .what = "changed"};

	app_before_change(a, &b->s->snap);
	b->running = a->draft;
	a->draft_waits = false;
	b->s->snap.paused = false;
	series_mark(b->s->series, &m);
}

static void sweep_starts(struct bench *b, const char *axes)
{
	struct app *a = &b->s->app;
	struct preset p = {.n_axes = 0};
	struct error error;

	sweep_fini(sweep_of(a));
	assert_int_equal(sweep_preset(a, &p), 0);
	if (!sweep_axes_parse(&p, a->catalogue, *axes ? axes : "threads=1,2", &error) &&
	    !sweep_begin(sweep_of(a), &p, &error)) {
		app_mode_enter(a, MODE_SWEEP);
		b->sweeps++;
	}
	preset_fini(&p);
}

static void mode_begins(struct bench *b, const struct effect *e)
{
	struct app *a = &b->s->app;

	if (e->mode == MODE_SWEEP)
		sweep_starts(b, e->text);
	if (e->mode != MODE_TUNE)
		return;
	b->tune = (struct tuner_view){
		.phase = TUNER_MEASURING, .ceiling_now = 33, .error = &b->tune_error};
	tune_of(a)->view = &b->tune;
	app_mode_enter(a, MODE_TUNE);
	b->tunes++;
}

static void presets_appear(struct bench *b)
{
	int n = any_of(b, 5) ? 40 : 0;
	struct preset_entry *e = calloc((size_t)n + 1, sizeof(*e));

	assert_non_null(e);
	for (int i = 0; i < n; i++) {
		snprintf(e[i].name, sizeof(e[i].name), "preset-%d", i);
		snprintf(e[i].path, sizeof(e[i].path), "/p/%d.json", i);
		if (i % 7 == 3)
			text_copy(e[i].broken, sizeof(e[i].broken), "broken: by hand");
	}
	app_show_presets(&b->s->app, e, n);
}

static void effect_happens(struct bench *b, const struct effect *e)
{
	struct app *a = &b->s->app;
	struct snapshot *snap = &b->s->snap;

	switch (e->kind) {
	case EFFECT_APPLY:
	case EFFECT_START: draft_runs(b); break;
	case EFFECT_PAUSE:
		if (app_mode(a) == MODE_SWEEP)
			sweep_of(a)->state = SWEEP_PAUSED;
		else
			snap->paused = true;
		break;
	case EFFECT_RESUME:
		if (app_mode(a) == MODE_SWEEP)
			sweep_of(a)->state = SWEEP_RUNNING;
		else
			snap->paused = false;
		break;
	case EFFECT_CLEAR:
		series_clear(b->s->series);
		snap->latest = NULL;
		snap->now_s = 0;
		break;
	case EFFECT_DIAGNOSE: scene_diagnose(b->s); break;
	case EFFECT_LIST_PRESETS: presets_appear(b); break;
	case EFFECT_OPEN_PRESET: app_preset_opened(a); break;
	case EFFECT_BEGIN: mode_begins(b, e); break;
	case EFFECT_STOP:
		if (app_mode(a) == MODE_SWEEP)
			sweep_stop(sweep_of(a), "");
		else
			b->tune.phase = TUNER_DONE;
		break;
	case EFFECT_LEAVE:
		app_mode_leave(a);
		tune_of(a)->view = NULL;
		break;
	case EFFECT_QUIT: b->quits++; break;
	default: break;
	}
}

static void press(struct bench *b, int key)
{
	struct effect e = app_key(&b->s->app, &b->s->snap, key);

	effect_happens(b, &e);
}

/* Anywhere on what was drawn last, and a little beside it. */
static void point(struct bench *b)
{
	struct mouse_event e = {any_of(b, b->canvas.w + 2) - 1,
				any_of(b, b->canvas.h + 2) - 1,
				(enum mouse_button)any_of(b, 3)};

	press(b, mouse_key(&b->s->app, &b->s->snap, &b->canvas, e));
}

static void picture(struct bench *b)
{
	struct app *a = &b->s->app;

	a->scroll_max = screen_draw(&b->canvas, &b->s->snap, a);
	if (a->scroll > a->scroll_max)
		a->scroll = a->scroll_max;
	b->seen[a->page]++;
	b->overlays[a->overlay]++;
}

static void resize(struct bench *b)
{
	int w = 1 + any_of(b, 320), h = 1 + any_of(b, 100);

	if (any_of(b, 4)) { /* mostly one that shows something */
		w += LAYOUT_MIN_W;
		h += LAYOUT_MIN_H;
	}
	b->canvas.glyphs = glyphs_get((enum glyph_set)any_of(b, 3));
	assert_int_equal(canvas_resize(&b->canvas, w, h), 0);
	scene_size(b->s, w, h);
}

/* Escape closes what is open, and q then leaves. */
static void there_is_a_way_out(struct bench *b)
{
	long before = b->quits;

	for (int i = 0; i < 5; i++)
		press(b, KEY_ESCAPE);
	press(b, 'q');
	if (b->quits != before + 1)
		fail_msg("stuck: context %d, overlay %d, mode %d, prompt %d",
			 app_context(&b->s->app), b->s->app.overlay,
			 app_mode(&b->s->app), b->s->app.prompt);
}

static void random_keys_do_no_harm(void **state)
{
	struct bench b = {.s = scene_new(scene_lesson), .rng = {20}};

	(void)state;
	b.running = *b.s->snap.experiment;
	b.s->snap.experiment = &b.running;
	canvas_init(&b.canvas, glyphs_get(GLYPHS_BRAILLE));
	resize(&b);
	for (int i = 1; i <= KEYS; i++) {
		if (i % POINT_EVERY == 0)
			point(&b);
		else
			press(&b, random_key(&b));
		if (i % 10 == 0)
			interval_arrives(&b);
		if (i % RESIZE_EVERY == 0)
			resize(&b);
		if (i % DRAW_EVERY == 0)
			picture(&b);
		if (i % WAY_OUT_EVERY == 0)
			there_is_a_way_out(&b);
	}
	/* The keys went everywhere: a test that stays at home proves nothing. */
	for (int i = 0; i < PAGE_N; i++)
		assert_true(b.seen[i] > 0);
	for (int i = 0; i < OVERLAY_N; i++)
		if (b.overlays[i] == 0)
			fail_msg("overlay %d was never seen", i);
	assert_true(b.sweeps > 0 && b.tunes > 0);
	canvas_fini(&b.canvas);
	scene_free(b.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(random_keys_do_no_harm)};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
