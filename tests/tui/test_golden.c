/* SPDX-License-Identifier: MIT */
/* Whole screens against tests/tui/golden; UPDATE_GOLDEN=1 writes them anew, and then
 * they are to be looked at before they are committed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tlblab/base/file.h"
#include "tui/scene.h"

#define SCENE(...) .options = {__VA_ARGS__}
#define LESSON	   SCENE(.cpus = 2, .threads = 2, .length_s = 26)
#define ABSENT	   SCENE(.cpus = 2, .threads = 2, .length_s = 26, .absent = true)
#define NOISY	   SCENE(.cpus = 2, .threads = 2, .length_s = 26, .noisy = true)
#define SENT                                                                           \
	SCENE(.cpus = 2, .threads = 2, .length_s = 26, .hypercall = true,              \
	      .told = TOLD_SENT)
#define STALLS                                                                         \
	SCENE(.cpus = 2, .threads = 1, .victims = 1, .length_s = 26,                   \
	      .hypercall = true, .told = TOLD_STALLS)
#define EMPTY	 SCENE(.cpus = 2, .threads = 2, .empty = true)
#define EMULATED SCENE(.cpus = 2, .threads = 2, .length_s = 26, .emulated = true)
#define HOUR	 SCENE(.cpus = 2, .threads = 2, .length_s = 3600)
#define TELLS                                                                          \
	SCENE(.cpus = 2, .threads = 1, .victims = 1, .length_s = 26, .extras = true)
#define BENCH(n_cpus, n_workers, n_victims)                                            \
	SCENE(.cpus = n_cpus, .threads = n_workers, .victims = n_victims,              \
	      .length_s = 26, .walks = true)
#define AT(width, height) .w = width, .h = height

static const struct golden {
	const char *name;
	int w, h;
	enum glyph_set set;
	struct scene_options options;
	enum page page;
	enum overlay overlay;
	bool roles, baseline, twin, paused, editing;
	bool replay;  /* of a recording of the scene */
	bool control; /* what a victim loses, taken apart */
	enum scene_lesson lesson;
	int scroll;	  /* at most as far as there is text */
	const char *keys; /* pressed before it is looked at */
} goldens[] = {
	{.name = "lesson-80x24", LESSON, AT(80, 24)},
	{.name = "lesson-120x40", LESSON, AT(120, 40)},
	{.name = "lesson-120x40-roles", LESSON, AT(120, 40), .roles = true},
	{.name = "lesson-120x40-baseline", LESSON, AT(120, 40), .baseline = true},
	{.name = "lesson-200x50-twin", LESSON, AT(200, 50), .twin = true},
	{.name = "lesson-80x24-paused", LESSON, AT(80, 24), .paused = true},
	{.name = "lesson-80x24-baseline", LESSON, AT(80, 24), .baseline = true},
	{.name = "lesson-120x40-twin", LESSON, AT(120, 40), .twin = true},
	{.name = "lesson-80x24-twin", LESSON, AT(80, 24), .twin = true},
	{.name = "lesson-200x50", LESSON, AT(200, 50)},
	{.name = "lesson-300x90", LESSON, AT(300, 90)},
	{.name = "cpus64-300x90", BENCH(64, 16, 4), AT(300, 90)},
	{.name = "absent-300x90", ABSENT, AT(300, 90)},
	{.name = "told-300x90", LESSON, AT(300, 90), .lesson = SCENE_TOLD},
	{.name = "lesson-80x24-ascii", LESSON, AT(80, 24), .set = GLYPHS_ASCII},
	{.name = "lesson-120x40-ascii", LESSON, AT(120, 40), .set = GLYPHS_ASCII},
	{.name = "lesson-120x40-block", LESSON, AT(120, 40), .set = GLYPHS_BLOCK},
	{.name = "lesson-120x40-paused", LESSON, AT(120, 40), .paused = true},
	{.name = "lesson-120x40-editing", LESSON, AT(120, 40), .editing = true},
	{.name = "absent-120x40", ABSENT, AT(120, 40)},
	{.name = "absent-80x24", ABSENT, AT(80, 24)},
	{.name = "absent-200x50", ABSENT, AT(200, 50)},
	{.name = "empty-80x24", EMPTY, AT(80, 24)},
	{.name = "empty-120x40", EMPTY, AT(120, 40)},
	{.name = "empty-200x50", EMPTY, AT(200, 50)},
	{.name = "hypercall-120x40",
	 SCENE(.cpus = 2, .threads = 2, .length_s = 26, .hypercall = true),
	 AT(120, 40)},
	{.name = "sent-80x24", SENT, AT(80, 24)},
	{.name = "sent-120x40", SENT, AT(120, 40)},
	{.name = "sent-200x50", SENT, AT(200, 50)},
	{.name = "stalls-80x24", STALLS, AT(80, 24)},
	{.name = "stalls-120x40", STALLS, AT(120, 40)},
	{.name = "stalls-200x50", STALLS, AT(200, 50)},
	{.name = "explain-sent-120x40", SENT, AT(120, 40), .keys = "xj"},
	{.name = "noisy-120x40", NOISY, AT(120, 40)},
	{.name = "noisy-120x40-roles", NOISY, AT(120, 40), .roles = true},
	{.name = "noisy-80x24-ascii", NOISY, AT(80, 24), .set = GLYPHS_ASCII},
	{.name = "emulated-120x40", EMULATED, AT(120, 40)},
	{.name = "emulated-80x24", EMULATED, AT(80, 24)},
	{.name = "victims-120x40", BENCH(4, 1, 2), AT(120, 40)},
	{.name = "victims-200x50", BENCH(4, 1, 2), AT(200, 50)},
	{.name = "cpus64-200x50", BENCH(64, 16, 4), AT(200, 50)},
	{.name = "cpus512-200x50", BENCH(512, 48, 8), AT(200, 50)},
	{.name = "cpus512-120x40", BENCH(512, 48, 8), AT(120, 40)},
	{.name = "hour-120x40", HOUR, AT(120, 40)},
	{.name = "latency-120x40", BENCH(4, 1, 2), AT(120, 40), .page = PAGE_LATENCY},
	{.name = "extras-120x40", TELLS, AT(120, 40)},
	{.name = "extras-200x50", TELLS, AT(200, 50), .page = PAGE_LATENCY},
	{.name = "extras-80x24", TELLS, AT(80, 24), .page = PAGE_LATENCY},
	{.name = "flushes-80x24", LESSON, AT(80, 24), .page = PAGE_FLUSHES},
	{.name = "flushes-120x40", BENCH(4, 1, 2), AT(120, 40), .page = PAGE_FLUSHES},
	{.name = "flushes-200x50-roles",
	 BENCH(64, 48, 4),
	 AT(200, 50),
	 .page = PAGE_FLUSHES,
	 .roles = true},
	{.name = "flushes-200x50", BENCH(4, 1, 2), AT(200, 50), .page = PAGE_FLUSHES},
	{.name = "flushes-300x90", BENCH(64, 48, 4), AT(300, 90), .page = PAGE_FLUSHES},
	{.name = "flushes-absent-80x24", ABSENT, AT(80, 24), .page = PAGE_FLUSHES},
	{.name = "sensors-80x24", LESSON, AT(80, 24), .page = PAGE_SENSORS},
	{.name = "help-120x40", LESSON, AT(120, 40), .overlay = OVERLAY_HELP},
	{.name = "notes-120x40", LESSON, AT(120, 40), .overlay = OVERLAY_NOTES},
	{.name = "doctor-200x50", LESSON, AT(200, 50), .overlay = OVERLAY_DOCTOR},
	{.name = "doctor-120x40", ABSENT, AT(120, 40), .overlay = OVERLAY_DOCTOR},
	{.name = "doctor-80x24", LESSON, AT(80, 24), .overlay = OVERLAY_DOCTOR},
	{.name = "doctor-80x24-end",
	 LESSON,
	 AT(80, 24),
	 .overlay = OVERLAY_DOCTOR,
	 .scroll = 1000},
	{.name = "doctor-80x24-ascii",
	 ABSENT,
	 AT(80, 24),
	 .overlay = OVERLAY_DOCTOR,
	 .set = GLYPHS_ASCII},
	{.name = "explain-80x24", LESSON, AT(80, 24), .keys = "xj"},
	{.name = "explain-200x50", LESSON, AT(200, 50), .keys = "x"},
	{.name = "explain-120x40", LESSON, AT(120, 40), .keys = "x"},
	{.name = "explain-absent-120x40", ABSENT, AT(120, 40), .keys = "xjj"},
	{.name = "explain-latency-200x50",
	 BENCH(4, 1, 2),
	 AT(200, 50),
	 .page = PAGE_LATENCY,
	 .keys = "x"},
	{.name = "latency-80x24", BENCH(4, 1, 2), AT(80, 24), .page = PAGE_LATENCY},
	{.name = "latency-200x50", BENCH(4, 1, 2), AT(200, 50), .page = PAGE_LATENCY},
	{.name = "sensors-120x40", LESSON, AT(120, 40), .page = PAGE_SENSORS},
	{.name = "sensors-200x50", LESSON, AT(200, 50), .page = PAGE_SENSORS},
	{.name = "provenance-80x24", LESSON, AT(80, 24), .page = PAGE_PROVENANCE},
	{.name = "provenance-120x40", LESSON, AT(120, 40), .page = PAGE_PROVENANCE},
	{.name = "provenance-200x50", LESSON, AT(200, 50), .page = PAGE_PROVENANCE},
	{.name = "help-80x24", LESSON, AT(80, 24), .keys = "?"},
	{.name = "help-200x50", LESSON, AT(200, 50), .keys = "?"},
	{.name = "help-120x40-end",
	 LESSON,
	 AT(120, 40),
	 .overlay = OVERLAY_HELP,
	 .scroll = 999},
	{.name = "notes-80x24", LESSON, AT(80, 24), .keys = "l"},
	{.name = "notes-200x50", LESSON, AT(200, 50), .keys = "l"},
	{.name = "messages-80x24", LESSON, AT(80, 24), .keys = "um"},
	{.name = "messages-120x40", LESSON, AT(120, 40), .keys = "um"},
	{.name = "messages-200x50", LESSON, AT(200, 50), .keys = "um"},
	{.name = "presets-80x24", LESSON, AT(80, 24), .keys = "o"},
	{.name = "presets-200x50", LESSON, AT(200, 50), .keys = "ojj"},
	{.name = "presets-search-80x24", LESSON, AT(80, 24), .keys = "o/ma"},
	{.name = "presets-120x40", LESSON, AT(120, 40), .keys = "o/Ma"},
	{.name = "zoom-80x24", LESSON, AT(80, 24), .keys = "z[..+"},
	{.name = "zoom-120x40", LESSON, AT(120, 40), .keys = "zh"},
	{.name = "zoom-120x40-linear", LESSON, AT(120, 40), .keys = "zy+<"},
	{.name = "zoom-300x90", BENCH(4, 1, 2), AT(300, 90), .keys = "zjhhhhhhhh"},
	{.name = "zoom-200x50", BENCH(4, 1, 2), AT(200, 50), .keys = "zjhhhhhhhh"},
	{.name = "asked-80x24", LESSON, AT(80, 24), .lesson = SCENE_ASKED, .keys = "j"},
	{.name = "asked-80x24-form",
	 LESSON,
	 AT(80, 24),
	 .lesson = SCENE_ASKED,
	 .keys = "L"},
	{.name = "asked-120x40", LESSON, AT(120, 40), .lesson = SCENE_ASKED},
	{.name = "asked-200x50", LESSON, AT(200, 50), .lesson = SCENE_ASKED},
	{.name = "measuring-80x24", LESSON, AT(80, 24), .lesson = SCENE_MEASURING},
	{.name = "measuring-120x40", LESSON, AT(120, 40), .lesson = SCENE_MEASURING},
	{.name = "measuring-200x50", LESSON, AT(200, 50), .lesson = SCENE_MEASURING},
	{.name = "told-80x24", LESSON, AT(80, 24), .lesson = SCENE_TOLD},
	{.name = "told-120x40", LESSON, AT(120, 40), .lesson = SCENE_TOLD},
	{.name = "told-120x40-roles",
	 LESSON,
	 AT(120, 40),
	 .lesson = SCENE_TOLD,
	 .roles = true},
	{.name = "told-200x50", LESSON, AT(200, 50), .lesson = SCENE_TOLD},
	{.name = "course-80x24", LESSON, AT(80, 24), .lesson = SCENE_COURSE},
	{.name = "course-120x40", LESSON, AT(120, 40), .lesson = SCENE_COURSE},
	{.name = "course-200x50", LESSON, AT(200, 50), .lesson = SCENE_COURSE},
	{.name = "replay-80x24", LESSON, AT(80, 24), .replay = true},
	{.name = "replay-120x40", LESSON, AT(120, 40), .replay = true, .twin = true},
	{.name = "replay-200x50", LESSON, AT(200, 50), .replay = true},
	{.name = "control-80x24",
	 BENCH(4, 1, 2),
	 AT(80, 24),
	 .page = PAGE_LATENCY,
	 .control = true},
	{.name = "control-120x40",
	 BENCH(4, 1, 2),
	 AT(120, 40),
	 .page = PAGE_LATENCY,
	 .control = true},
	{.name = "control-200x50",
	 BENCH(4, 1, 2),
	 AT(200, 50),
	 .page = PAGE_LATENCY,
	 .control = true},
	{.name = "small-40x10", LESSON, AT(40, 10)},
};
enum { N_GOLDENS = sizeof(goldens) / sizeof(goldens[0]) };

/* What the loop would bring when the presets are asked for. */
static void presets_bring(struct scene *s)
{
	static const char *const names[] = {"bystander",       "ceiling", "fork",
					    "madvise-scaling", "mmap1",	  "release"};
	struct preset_entry *e = calloc(6, sizeof(*e));

	assert_non_null(e);
	for (int i = 0; i < 6; i++) {
		text_copy(e[i].name, sizeof(e[i].name), names[i]);
		snprintf(e[i].path, sizeof(e[i].path), "presets/%s.json", names[i]);
	}
	text_copy(e[3].title, sizeof(e[3].title), s->preset.title);
	app_show_presets(&s->app, e, 6);
	assert_int_equal(preset_copy(&s->app.preview, &s->preset), 0);
	s->app.preview.experiment.threads = 8;
}

/* As replay leaves it: the playhead at the end of what it played so far. */
static struct recording *replay_on(struct scene *s)
{
	struct recording *r = recording_new(0);

	assert_non_null(r);
	for (int i = 0; i < series_count(s->series); i++)
		recording_add(r, &series_at(s->series, i)->sample, NULL, NULL);
	recording_mark(r, series_marker(s->series, 0));
	app_bottom_set(&s->app, MODE_REPLAY);
	*playhead_of(&s->app) = (struct playhead){
		.at_s = s->snap.now_s,
		.end_s = 60,
		.speed = 2,
		.n_runs = 1,
		.recording = r,
	};
	return r;
}

/* Half of what a victim loses is the interrupt. */
static void control_on(struct scene *s)
{
	for (int kind = 0; kind < VICTIM_COST_KINDS; kind++)
		s->app.victim_costs.kind[kind] = (struct victim_cost){
			.set = true,
			.experiment = s->preset.experiment,
			.share = 0.5 / (kind + 1),
			.events_per_s = kind == VICTIM_COST_APART ? 0 : 20000,
			.by_interrupts = true,
			.ns_per_event =
				kind == VICTIM_COST_APART ? NAN : 25000.0 / (kind + 1),
		};
	s->app.victim_costs.kind[VICTIM_COST_APART].share = 0.001;
}

static char *golden_draw(const struct golden *g)
{
	struct scene *s = scene_new(g->options);
	struct recording *recording = g->replay ? replay_on(s) : NULL;

	if (g->lesson != SCENE_NO_LESSON)
		scene_teach(s, g->lesson);
	s->app.page = g->page;
	s->app.overlay = g->overlay;
	s->snap.paused = g->paused;
	if (g->baseline)
		s->app.baseline = s->app.before;
	if (g->twin) {
		/* As if the simulator were a second behind. */
		s->app.twin = s->app.before;
		s->app.twin.series = s->snap.series;
		s->app.twin.shift_s = 1;
		strcpy(s->app.twin.name, "simulated, published costs");
		s->app.twin.stats[METRIC_NS_PER_OP] =
			(struct stats){.n = 50, .mean = 13500, .stddev = 300};
	}
	if (g->control)
		control_on(s);
	if (g->editing) {
		s->app.focus = 3;
		s->app.prompt = PROMPT_FIELD;
		line_edit_start(&s->app.edit, "16");
	}
	if (g->overlay == OVERLAY_DOCTOR)
		scene_diagnose(s);
	if (g->scroll) {
		free(scene_dump(s, g->set, g->w, g->h, g->roles));
		s->app.scroll =
			g->scroll < s->app.scroll_max ? g->scroll : s->app.scroll_max;
	}
	scene_size(s, g->w, g->h);
	for (const char *key = g->keys; key && *key; key++)
		if (app_key(&s->app, &s->snap, *key).kind == EFFECT_LIST_PRESETS)
			presets_bring(s);
	char *text = scene_dump(s, g->set, g->w, g->h, g->roles);

	recording_free(recording);
	scene_free(s);
	return text;
}

/* The lines that are not what they were; UPDATE_GOLDEN=1 and git diff show it all. */
static void differences_print(const char *path, const char *was, const char *is)
{
	int shown = 0;

	printf("%s differs:\n", path);
	for (int line = 1; *was && *is && shown < 6; line++) {
		int n = (int)strcspn(was, "\n"), m = (int)strcspn(is, "\n");

		if (n != m || memcmp(was, is, (size_t)n) != 0) {
			printf("%3d -%.*s\n    +%.*s\n", line, n, was, m, is);
			shown++;
		}
		was += n + (was[n] == '\n');
		is += m + (is[m] == '\n');
	}
}

static void screens_look_as_they_did(void **state)
{
	const char *update = getenv("UPDATE_GOLDEN");
	int failed = 0;

	(void)state;
	for (int i = 0; i < N_GOLDENS; i++) {
		char path[256];
		char *expected = NULL, *text = golden_draw(&goldens[i]);
		struct error error;

		snprintf(path, sizeof(path), "tests/tui/golden/%s.txt",
			 goldens[i].name);
		if (update && *update == '1') {
			assert_int_equal(
				file_write_whole(path, text, strlen(text), &error), 0);
		} else if (file_read_all(NULL, path, &expected, NULL) ||
			   strcmp(text, expected) != 0) {
			differences_print(path, expected ? expected : "", text);
			failed++;
		}
		free(expected);
		free(text);
	}
	assert_int_equal(failed, 0);
}

/* Whatever the size and the state, drawing stays on the canvas and says something. */
static void every_size_can_be_drawn(void **state)
{
	static const struct scene_options options[] = {
		{.cpus = 2, .threads = 2, .length_s = 26},
		{.cpus = 2, .threads = 2, .empty = true},
		{.cpus = 2, .threads = 2, .length_s = 26, .absent = true},
		{.cpus = 512, .threads = 64, .length_s = 26, .walks = true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct scene *s = scene_new(options[i]);

		for (int w = 1; w <= 310; w += 13)
			for (int h = 1; h <= 100; h += 7) {
				s->app.page = (enum page)((w + h) % PAGE_N);
				s->app.overlay = (enum overlay)(h % 5);
				char *text = scene_dump(s, (enum glyph_set)(w % 3), w,
							h, false);

				assert_non_null(text);
				free(text);
			}
		scene_free(s);
	}
}

/* A sensor that goes away takes its words and numbers along, not the frames. */
static void frames_stay_when_a_sensor_goes(void **state)
{
	struct scene_options there = scene_lesson, gone = scene_lesson;

	(void)state;
	gone.absent = true;
	struct scene *a = scene_new(there), *b = scene_new(gone);
	static const char *const titles[] = {
		"Runtime per operation",   "TLB shootdowns", "dTLB walk cycles",
		"Latency of an operation", "What you see",   "Checks"};
	char *text_a = scene_dump(a, GLYPHS_BRAILLE, 120, 40, false);
	char *text_b = scene_dump(b, GLYPHS_BRAILLE, 120, 40, false);

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		const char *at_a = strstr(text_a, titles[i]);
		const char *at_b = strstr(text_b, titles[i]);
		int row_a = 0, row_b = 0;

		assert_true(at_a && at_b);
		for (const char *p = text_a; p < at_a; p++)
			row_a += *p == '\n';
		for (const char *p = text_b; p < at_b; p++)
			row_b += *p == '\n';
		assert_int_equal(row_a, row_b);
	}
	free(text_a);
	free(text_b);
	scene_free(a);
	scene_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(screens_look_as_they_did),
		cmocka_unit_test(every_size_can_be_drawn),
		cmocka_unit_test(frames_stay_when_a_sensor_goes),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
