/* SPDX-License-Identifier: MIT */
/* A recording on the screen: its keys, its bar, and another one as a baseline
 * behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tlblab/base/file.h"
#include "tui/bench/baseline_series.h"
#include "tui/replay/playhead.h"
#include "tui/scene.h"

/* A recording of the scene's series, with its marker. */
static struct recording *recorded(const struct scene *s)
{
	struct recording *r = recording_new(0);

	assert_non_null(r);
	for (int i = 0; i < series_count(s->series); i++) {
		const struct series_point *p = series_at(s->series, i);

		assert_int_equal(recording_add(r, &p->sample, p->low, p->high), 0);
	}
	for (int i = 0; i < series_n_markers(s->series); i++)
		recording_mark(r, series_marker(s->series, i));
	return r;
}

static struct replay *played(const struct scene *s, const struct recording *r)
{
	const struct replay_source source = {
		.recording = r,
		.machine = &s->machine,
		.catalogue = &scene_catalogue,
		.experiment = &s->preset.experiment,
		.complete = true,
	};
	struct replay *replay;

	assert_int_equal(replay_new(&replay, &source), 0);
	return replay;
}

static void assert_about(double got, double want)
{
	if (fabs(got - want) > 1e-6)
		fail_msg("%g, not %g", got, want);
}

static void keys_move_the_playhead(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct recording *rec = recorded(s);
	struct replay *r = played(s, rec);

	(void)state;
	assert_true(playhead_has(ACTION_RUN));
	playhead_act(r, ACTION_RUN, 0);
	assert_false(replay_plays(r));
	playhead_act(r, ACTION_TO_END, 0);
	assert_about(replay_at_s(r), 26);
	playhead_act(r, ACTION_LEAP_BACK, 0);
	assert_about(replay_at_s(r), 23.4);
	playhead_act(r, ACTION_SEEK_BACK, 10);
	assert_about(replay_at_s(r), 22.9);
	playhead_act(r, ACTION_SEEK_ON, 1000); /* no more than there is */
	assert_about(replay_at_s(r), 24.2);
	playhead_act(r, ACTION_SKIP_BACK, 0);
	assert_about(replay_at_s(r), 13.05);
	playhead_act(r, ACTION_TO_START, 0);
	assert_about(replay_at_s(r), 0);
	for (int i = 0; i < 20; i++)
		playhead_act(r, ACTION_FASTER, 0);
	assert_about(replay_speed(r), REPLAY_SPEED_MAX);
	for (int i = 0; i < 20; i++)
		playhead_act(r, ACTION_SLOWER, 0);
	assert_about(replay_speed(r), REPLAY_SPEED_MIN);
	playhead_act(r, ACTION_FASTER, 0);
	assert_about(replay_speed(r), 0.2);
	assert_false(playhead_has(ACTION_QUIT));
	assert_false(playhead_has(ACTION_BASELINE));
	replay_free(r);
	recording_free(rec);
	scene_free(s);
}

static char *last_line(char *text)
{
	size_t bytes = strlen(text);

	if (bytes && text[bytes - 1] == '\n')
		text[bytes - 1] = '\0';
	char *newline = strrchr(text, '\n');

	return newline ? newline + 1 : text;
}

/* The head stands where it is on the whole, and the marker between. */
static void the_bar_shows_where_it_stands(void **state)
{
	static const double at_s[] = {0, 6.5, 13, 20, 26};
	struct scene *s = scene_new(scene_lesson);
	struct recording *rec = recorded(s);
	long before = -1;

	(void)state;
	for (size_t i = 0; i < sizeof(at_s) / sizeof(at_s[0]); i++) {
		app_bottom_set(&s->app, MODE_REPLAY);
		*playhead_of(&s->app) = (struct playhead){.at_s = at_s[i],
							  .end_s = 26,
							  .speed = 1,
							  .n_runs = 1,
							  .recording = rec};
		char *text = scene_dump(s, GLYPHS_ASCII, 120, 40, false);
		const char *line = last_line(text), *head = strchr(line, 'O');

		assert_non_null(strstr(line, "of 00:26.0"));
		assert_non_null(strstr(line, "seek"));
		assert_non_null(strstr(line, "quit"));
		assert_non_null(head);
		assert_true(head - line > before);
		before = head - line;
		if (at_s[i] != 13)
			assert_non_null(strchr(line, '|'));
		free(text);
	}
	recording_free(rec);
	scene_free(s);
}

static void baseline_series_of(struct baseline_series *g, const struct scene *s,
			       const struct recording *r)
{
	*g = (struct baseline_series){.replay = played(s, r),
				      .recording = r,
				      .path = "/tmp/somewhere/before.json",
				      .run = -1};
}

/* Its figures are compared with, its curve is drawn, its name stands beside both. */
static void a_baseline_series_stands_behind(void **state)
{
	struct scene *now = scene_new(scene_lesson), *then = scene_new(scene_lesson);
	struct recording *rec = recorded(then);
	char *alone = scene_dump(now, GLYPHS_BRAILLE, 120, 40, false);
	struct baseline_series g;

	(void)state;
	baseline_series_of(&g, then, rec);
	baseline_series_show(&g, &now->app, now->snap.experiment, 7);
	assert_true(baseline_series_shows(&g, &now->app));
	assert_string_equal(now->app.baseline.name, "before.json");
	baseline_series_align(&g, &now->app, 4);
	assert_about(now->app.baseline.shift_s, 4);

	char *text = scene_dump(now, GLYPHS_BRAILLE, 120, 40, false);

	assert_non_null(strstr(text, "⠕ before.json"));
	assert_string_not_equal(alone, text);
	free(text);
	/* Twice as slow: the difference is named after the file. */
	now->app.baseline.stats[METRIC_NS_PER_OP].mean /= 2;
	text = scene_dump(now, GLYPHS_BRAILLE, 120, 40, false);
	assert_non_null(strstr(text, "vs before.json"));
	assert_null(strstr(text, "vs baseline"));
	free(text);
	/* Where there is little room the difference is kept, the rest goes. */
	text = scene_dump(now, GLYPHS_BRAILLE, 80, 24, false);
	assert_non_null(strstr(text, "+100 %"));
	free(text);
	now->app.baseline.set = false; /* B */
	assert_false(baseline_series_shows(&g, &now->app));
	baseline_series_close(&g);
	free(alone);
	recording_free(rec);
	scene_free(then);
	scene_free(now);
}

static void another_workload_is_no_baseline(void **state)
{
	struct scene *now = scene_new(scene_lesson), *then = scene_new(scene_lesson);
	struct recording *rec = recorded(then);
	struct experiment other = *now->snap.experiment;
	struct baseline_series g;

	(void)state;
	strcpy(other.workload, "mmap1");
	baseline_series_of(&g, then, rec);
	baseline_series_show(&g, &now->app, &other, -1);
	assert_false(now->app.baseline.set);
	assert_non_null(strstr(now->app.message, "before.json ran madvise, not mmap1"));
	baseline_series_close(&g);
	recording_free(rec);
	scene_free(then);
	scene_free(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_move_the_playhead),
		cmocka_unit_test(the_bar_shows_where_it_stands),
		cmocka_unit_test(a_baseline_series_stands_behind),
		cmocka_unit_test(another_workload_is_no_baseline),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
