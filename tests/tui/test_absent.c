/* SPDX-License-Identifier: MIT */
/* What this machine cannot run is marked where it is chosen, before it is chosen; and
 * what was not measured is no number anywhere on the screen. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tui/scene.h"

#define WHY "there is no second node"
static const struct workload_absent absent[] = {{"lazyfree", WHY}};

static struct scene *scene_without_lazyfree(void)
{
	struct scene *s = scene_new(scene_lesson);

	s->snap.absent = absent;
	s->snap.n_absent = 1;
	return s;
}

static bool line_has(const char *text, const char *one, const char *other)
{
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		char line[1024] = "";

		memcpy(line, text, strcspn(text, "\n") % sizeof(line));
		if (strstr(line, one) && strstr(line, other))
			return true;
	}
	return false;
}

static void the_form_passes_it_by_and_says_why(void **state)
{
	struct scene *s = scene_without_lazyfree();

	(void)state;
	s->app.focus = 0;
	assert_int_equal(app_key(&s->app, &s->snap, KEY_ARROW_LEFT).kind, EFFECT_NONE);
	assert_string_equal(s->app.draft.workload, "lazyfree");
	assert_non_null(strstr(s->app.message, WHY));
	char *text = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);

	assert_true(line_has(text, "workload", "! lazyfree"));
	assert_non_null(strstr(text, "there is no second"));
	free(text);
	assert_int_equal(app_key(&s->app, &s->snap, KEY_ARROW_LEFT).kind, EFFECT_APPLY);
	assert_string_equal(s->app.draft.workload, "release");
	scene_free(s);
}

static void the_list_of_presets_marks_it(void **state)
{
	struct scene *s = scene_without_lazyfree();
	struct preset_entry *e = calloc(3, sizeof(*e));
	static const char *const names[] = {"as-it-is", "simulated", "other"};

	(void)state;
	assert_non_null(e);
	for (int i = 0; i < 3; i++) {
		text_copy(e[i].name, sizeof(e[i].name), names[i]);
		text_copy(e[i].backend, sizeof(e[i].backend), i == 1 ? "sim" : "live");
		text_copy(e[i].workload, sizeof(e[i].workload),
			  i == 2 ? "madvise" : "lazyfree");
	}
	app_show_presets(&s->app, e, 3);
	assert_int_equal(preset_copy(&s->app.preview, &s->preset), 0);
	text_copy(s->app.preview.experiment.workload,
		  sizeof(s->app.preview.experiment.workload), "lazyfree");
	char *text = scene_dump(s, GLYPHS_BRAILLE, 80, 24, false);

	assert_true(line_has(text, "as-it-is", "not here │"));
	assert_false(line_has(text, "simulated", "not here │"));
	assert_false(line_has(text, "other", "not here │"));
	assert_non_null(strstr(text, "! not here: " WHY));
	free(text);
	scene_free(s);
}

/* Every channel absent, and in its place a number that must not be seen. */
static struct scene *scene_of_silence(double value)
{
	struct scene_options o = {
		.cpus = 2, .threads = 2, .victims = 1, .length_s = 20, .absent = true};
	struct scene *s = scene_new(o);
	struct series *series = series_new(o.cpus);

	for (int i = 1; i <= 200; i++) {
		struct sample x = {.t_s = i * 0.1, .elapsed_s = 0.1, .n_cpus = 2};

		for (int c = 0; c < CH_N; c++)
			x.value[c] = value;
		series_add(series, &x);
	}
	series_free(s->series);
	s->series = series;
	s->snap.series = series;
	s->snap.latest = series_at(series, series_count(series) - 1);
	s->snap.n_checks = 0;
	s->snap.window = s->snap.latest->sample;
	s->app.before.window = s->snap.window;
	s->app.baseline.set = true;
	s->app.baseline.experiment = s->preset.experiment;
	s->app.baseline.window = s->snap.window;
	for (int m = 0; m < METRIC_N; m++)
		s->app.baseline.stats[m] = (struct stats){.n = 0, .mean = NAN};
	/* Ticks were counted, and nobody knows how long they are. */
	if (value > 0)
		scene_hist(s, &s->worker_hist, value, 500);
	if (value > 0)
		scene_hist(s, &s->victim_hist, value, 500);
	latency_summarise(&s->worker_hist, 0, NAN, &s->snap.worker_latency);
	latency_summarise(&s->victim_hist, 0, NAN, &s->snap.victim_latency);
	return s;
}

/* "12.3 µs" and its like: a time that only a measurement can give. */
static const char *find_short_time(const char *text)
{
	static const char *const units[] = {" ns", " µs", " cycles", "x slower"};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		for (const char *at = text; (at = strstr(at, units[i])); at++)
			if (at > text && isdigit((unsigned char)at[-1]))
				return at - 1;
	return NULL;
}

static void draw_silence(enum page page, enum overlay overlay, bool zoomed, int w,
			 int h)
{
	static const double values[] = {0, 77777, 1e12};
	char *first = NULL;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct scene *s = scene_of_silence(values[i]);

		s->app.page = page;
		s->app.overlay = overlay;
		s->app.zoomed = zoomed;
		char *text = scene_dump(s, GLYPHS_BRAILLE, w, h, false);

		if (find_short_time(text))
			fail_msg("page %d, overlay %d: %.20s\n%s", (int)page,
				 (int)overlay, find_short_time(text), text);
		if (first)
			assert_string_equal(text, first);
		else
			first = strdup(text);
		free(text);
		scene_free(s);
	}
	free(first);
}

static void what_was_not_measured_is_no_number(void **state)
{
	static const struct {
		int w, h;
	} sizes[] = {{80, 24}, {120, 40}, {200, 50}, {300, 90}};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int page = 0; page < PAGE_N; page++)
			draw_silence((enum page)page, OVERLAY_NONE, false, sizes[i].w,
				     sizes[i].h);
		draw_silence(PAGE_OVERVIEW, OVERLAY_NONE, true, sizes[i].w, sizes[i].h);
		draw_silence(PAGE_OVERVIEW, OVERLAY_NOTES, false, sizes[i].w,
			     sizes[i].h);
		draw_silence(PAGE_OVERVIEW, OVERLAY_DOCTOR, false, sizes[i].w,
			     sizes[i].h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_measured_is_no_number),
		cmocka_unit_test(the_form_passes_it_by_and_says_why),
		cmocka_unit_test(the_list_of_presets_marks_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
