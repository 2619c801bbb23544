/* SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tui/app/app_change.h"
#include "tui/app/app_plots.h"
#include "tui/app/difference.h"
#include "tui/pages/pages.h"
#include "tui/scene.h"
#include "tui/traces/traces.h"

static struct effect press(struct scene *s, int key)
{
	return app_key(&s->app, &s->snap, key);
}

static void type(struct scene *s, const char *text)
{
	for (; *text; text++)
		press(s, *text);
}

/* Moves the focus to a field by its key. */
static void focus(struct scene *s, const char *key)
{
	struct form_facts facts = app_form_facts(&s->app, &s->snap);
	struct form_field fields[FORM_MAX_FIELDS];
	int n = form_fields(&s->app.draft, &facts, fields);

	for (int i = 0; i < n; i++)
		if (strcmp(fields[i].key, key) == 0) {
			while (s->app.focus != i)
				press(s, KEY_ARROW_DOWN);
			return;
		}
	fail_msg("no field %s", key);
}

static void arrows_change_the_field_in_focus(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	focus(s, "threads");
	assert_int_equal(press(s, KEY_ARROW_RIGHT).kind, EFFECT_APPLY);
	assert_int_equal(s->app.draft.threads, 4); /* powers of two */
	assert_int_equal(press(s, 'h').kind, EFFECT_APPLY);
	assert_int_equal(s->app.draft.threads, 2);
	focus(s, "mode");
	press(s, KEY_ARROW_RIGHT);
	assert_int_equal(s->app.draft.mode, RUN_PROCESSES);
	focus(s, "placement");
	press(s, KEY_ARROW_RIGHT);
	assert_string_equal(s->app.draft.placement, "cores");
	press(s, KEY_ARROW_LEFT);
	press(s, KEY_ARROW_LEFT);
	assert_string_equal(s->app.draft.placement, "node:0");
	focus(s, "workload");
	press(s, KEY_ARROW_RIGHT);
	assert_string_equal(s->app.draft.workload, "release");
	press(s, KEY_ARROW_RIGHT);
	press(s, KEY_ARROW_RIGHT);
	assert_string_equal(s->app.draft.workload, "madvise");
	scene_free(s);
}

static void the_focus_walks_round_all_fields(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct form_facts facts = app_form_facts(&s->app, &s->snap);
	struct form_field fields[FORM_MAX_FIELDS];
	int n = form_fields(&s->app.draft, &facts, fields);

	(void)state;
	for (int i = 0; i < n; i++)
		press(s, 'j');
	assert_int_equal(s->app.focus, 0);
	press(s, 'k');
	assert_int_equal(s->app.focus, n - 1);
	scene_free(s);
}

static void numbers_and_texts_are_typed(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	focus(s, "params.pages");
	assert_int_equal(press(s, KEY_RETURN).kind, EFFECT_NONE);
	assert_int_equal(app_context(&s->app), CONTEXT_TEXT);
	press(s, 0x15); /* ^U */
	type(s, "q33"); /* q is a letter here */
	press(s, KEY_TO_START);
	press(s, KEY_DELETE);
	assert_int_equal(press(s, KEY_RETURN).kind, EFFECT_APPLY);
	assert_int_equal(s->app.draft.params[0].number, 33);

	press(s, KEY_RETURN);
	type(s, "000000");
	assert_int_equal(press(s, KEY_RETURN).kind, EFFECT_NONE);
	assert_true(s->app.message_is_error);
	assert_non_null(strstr(s->app.message, "pages"));
	assert_int_equal(app_context(&s->app), CONTEXT_TEXT); /* still typing */
	press(s, KEY_ESCAPE);
	assert_int_equal(s->app.draft.params[0].number, 33);

	focus(s, "placement");
	press(s, KEY_RETURN);
	press(s, 0x15);
	type(s, "cpus:1,0");
	assert_int_equal(press(s, KEY_RETURN).kind, EFFECT_APPLY);
	assert_string_equal(s->app.draft.placement, "cpus:1,0");
	scene_free(s);
}

static void the_ceiling_steps_through_the_kernels_own(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	focus(s, "ceiling");
	press(s, KEY_ARROW_RIGHT);
	assert_int_equal(s->app.draft.ceiling_pages, 34);
	press(s, KEY_ARROW_LEFT);
	assert_int_equal(s->app.draft.ceiling_pages, EXPERIMENT_CEILING_KEEP);
	press(s, KEY_ARROW_LEFT);
	assert_int_equal(s->app.draft.ceiling_pages, 32);
	press(s, KEY_RETURN);
	press(s, 0x15); /* an empty text leaves the kernel's */
	press(s, KEY_RETURN);
	assert_int_equal(s->app.draft.ceiling_pages, EXPERIMENT_CEILING_KEEP);
	scene_free(s);
}

static void an_absent_ceiling_says_why(void **state)
{
	struct scene_options o = scene_lesson;

	(void)state;
	o.absent = true;
	struct scene *s = scene_new(o);

	focus(s, "ceiling");
	assert_int_equal(press(s, KEY_ARROW_RIGHT).kind, EFFECT_NONE);
	assert_int_equal(s->app.draft.ceiling_pages, EXPERIMENT_CEILING_KEEP);
	assert_non_null(strstr(s->app.message, "locked down"));
	press(s, KEY_RETURN);
	assert_int_equal(s->app.prompt, PROMPT_NONE);
	press(s, 'd');
	assert_int_equal(s->app.overlay, OVERLAY_DOCTOR);
	press(s, KEY_ESCAPE);
	assert_int_equal(s->app.overlay, OVERLAY_NONE);
	scene_free(s);
}

static void space_runs_and_pauses(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	assert_int_equal(press(s, ' ').kind, EFFECT_PAUSE);
	s->snap.paused = true;
	s->snap.phase = SESSION_IDLE;
	assert_int_equal(press(s, ' ').kind, EFFECT_RESUME);
	/* What is changed while paused waits for the next run. */
	focus(s, "threads");
	assert_int_equal(press(s, KEY_ARROW_RIGHT).kind, EFFECT_NONE);
	assert_true(s->app.draft_waits);
	assert_int_equal(press(s, ' ').kind, EFFECT_START);
	assert_false(s->app.draft_waits);
	s->snap.paused = false;
	s->snap.phase = SESSION_DONE;
	assert_int_equal(press(s, ' ').kind, EFFECT_START);
	s->snap.phase = SESSION_FAILED;
	assert_int_equal(press(s, KEY_ARROW_RIGHT).kind, EFFECT_APPLY);
	scene_free(s);
}

/* Until something is changed both are the same intervals; then they are compared. */
static void a_baseline_is_not_held_against_itself(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	press(s, 'b');
	s->app.message[0] = '\0';
	char *text = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);

	assert_non_null(strstr(text, "baseline  "));
	assert_null(strstr(text, "no difference proven"));
	assert_null(strstr(text, "the baseline"));
	free(text);
	s->app.baseline.experiment.threads++;
	text = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);
	assert_non_null(strstr(text, "no difference proven"));
	free(text);
	s->app.baseline.experiment.threads--;
	s->app.baseline.to_s = window_from_s(&s->snap);
	text = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);
	assert_non_null(strstr(text, "no difference proven"));
	free(text);
	scene_free(s);
}

/* As compare refuses them: simulated and live, two workloads, two machines. */
static void a_baseline_goes_when_it_is_none_any_more(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct experiment other = *s->snap.experiment;
	struct machine elsewhere;

	(void)state;
	strcpy(s->machine.kernel_release, "6.1");
	elsewhere = s->machine;
	press(s, 'b');
	app_baseline_guard(&s->app, &s->snap);
	other.threads++; /* that is what a baseline is for */
	s->snap.experiment = &other;
	s->snap.machine = &elsewhere;
	app_baseline_guard(&s->app, &s->snap);
	assert_true(s->app.baseline.set);

	strcpy(elsewhere.kernel_release, "5.4.0-elsewhere");
	app_baseline_guard(&s->app, &s->snap);
	assert_false(s->app.baseline.set);
	assert_non_null(strstr(s->app.message, "another machine or kernel"));

	press(s, 'b');
	strcpy(other.workload, "mmap1");
	app_baseline_guard(&s->app, &s->snap);
	assert_false(s->app.baseline.set);
	assert_non_null(strstr(s->app.message, "it ran madvise, this is mmap1"));

	press(s, 'b');
	strcpy(other.backend, "sim");
	app_baseline_guard(&s->app, &s->snap);
	assert_false(s->app.baseline.set);
	assert_non_null(strstr(s->app.message, "it ran on backend live, this is sim"));
	scene_free(s);
}

static void a_baseline_needs_a_measurement(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	double elapsed_s = s->snap.window.elapsed_s;

	(void)state;
	s->snap.window.elapsed_s = 0;
	press(s, 'b');
	assert_false(s->app.baseline.set);
	assert_non_null(strstr(s->app.message, "no baseline"));
	s->snap.window.elapsed_s = elapsed_s;
	press(s, 'b');
	assert_true(s->app.baseline.set);
	assert_null(s->app.baseline.window.cpu_shootdowns);
	assert_true(
		reading_present(metric_of(METRIC_NS_PER_OP, &s->app.baseline.window)));
	press(s, 'B');
	assert_false(s->app.baseline.set);
	scene_free(s);
}

static void a_change_keeps_what_was_before(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	s->app.before.set = false;
	focus(s, "threads");
	press(s, KEY_ARROW_RIGHT);
	app_before_change(&s->app, &s->snap);
	assert_true(s->app.before.set);
	assert_int_equal(s->app.before.experiment.threads, 2);
	assert_string_equal(s->app.changed, "threads 2 ▸ 4");
	focus(s, "params.pages");
	press(s, KEY_ARROW_LEFT);
	press(s, KEY_ARROW_RIGHT);
	assert_int_equal(s->app.draft.params[0].number, 2);
	scene_free(s);
}

/* The bench runs until it is stopped; what a preset says of unattended runs stays. */
static void a_preset_keeps_its_own_length(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	s->preset.experiment.duration_s = 5;
	app_preset_opened(&s->app);
	assert_true(s->app.draft.duration_s == 0);
	assert_true(app_experiment_to_save(&s->app).duration_s == 5);
	focus(s, "duration_s");
	press(s, KEY_RETURN);
	press(s, 0x15);
	type(s, "7");
	press(s, KEY_RETURN);
	assert_true(app_experiment_to_save(&s->app).duration_s == 7);
	press(s, KEY_RETURN);
	press(s, 0x15);
	type(s, "0");
	press(s, KEY_RETURN);
	assert_true(app_experiment_to_save(&s->app).duration_s == 0);
	scene_free(s);
}

static void names_are_asked_for_before_writing(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	assert_int_equal(press(s, 'e').kind, EFFECT_NONE);
	struct effect e = press(s, KEY_RETURN);

	assert_int_equal(e.kind, EFFECT_EXPORT);
	assert_string_equal(e.text, "tlblab-madvise-scaling-20260102T030405Z.json");
	press(s, 's');
	press(s, 0x15);
	assert_int_equal(press(s, KEY_RETURN).kind, EFFECT_NONE); /* no name, no file */
	type(s, "mine");
	e = press(s, KEY_RETURN);
	assert_int_equal(e.kind, EFFECT_SAVE_PRESET);
	assert_string_equal(e.text, "mine");
	press(s, 'e');
	assert_int_equal(press(s, KEY_ESCAPE).kind, EFFECT_NONE);
	assert_int_equal(s->app.prompt, PROMPT_NONE);
	scene_free(s);
}

static void presets_are_chosen_from_a_list(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct preset_entry *entries = calloc(3, sizeof(*entries));

	(void)state;
	assert_non_null(entries);
	for (int i = 0; i < 3; i++)
		snprintf(entries[i].path, sizeof(entries[i].path), "/p/%d.json", i);
	text_copy(entries[1].name, sizeof(entries[1].name), "madvise-scaling");
	assert_int_equal(press(s, 'o').kind, EFFECT_LIST_PRESETS);
	app_show_presets(&s->app, entries, 3);
	assert_int_equal(app_context(&s->app), CONTEXT_LIST);
	assert_int_equal(s->app.selected, 1);
	struct effect e = press(s, 'j');

	assert_int_equal(e.kind, EFFECT_PREVIEW_PRESET);
	assert_string_equal(e.text, "/p/2.json");
	press(s, KEY_PAGE_DOWN);
	assert_int_equal(s->app.selected, 2);
	e = press(s, KEY_RETURN);
	assert_int_equal(e.kind, EFFECT_OPEN_PRESET);
	assert_string_equal(e.text, "/p/2.json");
	assert_int_equal(s->app.overlay, OVERLAY_NONE);
	/* An empty list can only be left. */
	app_show_presets(&s->app, NULL, 0);
	assert_int_equal(press(s, KEY_RETURN).kind, EFFECT_NONE);
	assert_int_equal(press(s, 'j').kind, EFFECT_NONE);
	press(s, KEY_ESCAPE);
	assert_int_equal(s->app.overlay, OVERLAY_NONE);
	scene_free(s);
}

static void presets_are_searched_by_typing(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct preset_entry *entries = calloc(4, sizeof(*entries));
	static const char *const names[] = {"fork", "madvise-scaling", "mmap1",
					    "munmap"};

	(void)state;
	assert_non_null(entries);
	for (int i = 0; i < 4; i++) {
		text_copy(entries[i].name, sizeof(entries[i].name), names[i]);
		snprintf(entries[i].path, sizeof(entries[i].path), "/p/%d.json", i);
	}
	text_copy(entries[0].title, sizeof(entries[0].title), "Copying page tables");
	app_show_presets(&s->app, entries, 4);
	press(s, '/');
	type(s, "map");
	assert_int_equal(s->app.selected, 2);
	press(s, KEY_ARROW_DOWN);
	press(s, KEY_ARROW_DOWN);
	assert_int_equal(s->app.selected, 3);

	char *dump = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);

	assert_non_null(strstr(dump, "munmap"));
	assert_null(strstr(dump, "  fork"));
	free(dump);
	type(s, "zzz"); /* nothing has that */
	assert_int_equal(press(s, KEY_RETURN).kind, EFFECT_NONE);
	press(s, KEY_ESCAPE); /* all of them again */
	assert_int_equal(app_context(&s->app), CONTEXT_LIST);
	assert_string_equal(s->app.filter, "");
	press(s, '/');
	type(s, "TABLES"); /* titles count, and case does not */
	struct effect e = press(s, KEY_RETURN);

	assert_int_equal(e.kind, EFFECT_OPEN_PRESET);
	assert_string_equal(e.text, "/p/0.json");
	assert_int_equal(app_context(&s->app), CONTEXT_BENCH);
	scene_free(s);
}

static void views_turn_and_scroll(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	for (int i = 0; i < PAGE_N; i++) {
		assert_int_equal(s->app.page, i);
		press(s, KEY_TAB);
	}
	assert_int_equal(s->app.page, PAGE_OVERVIEW);
	press(s, KEY_TAB_BACK);
	assert_int_equal(s->app.page, PAGE_PROVENANCE);
	s->app.scroll_max = 2;
	for (int i = 0; i < 5; i++)
		press(s, KEY_ARROW_DOWN);
	assert_int_equal(s->app.scroll, 2);
	press(s, KEY_PAGE_UP);
	assert_int_equal(s->app.scroll, 0);
	scene_free(s);
}

static void plots_zoom_and_turn(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	s->app.layout = LAYOUT_FOLDED;
	for (int i = 0; i < TRACE_N; i++) {
		assert_int_equal(s->app.plot, i);
		press(s, 'p');
	}
	s->app.layout = LAYOUT_STANDARD;
	press(s, 'p');
	assert_int_equal(s->app.plot, 3);
	press(s, 'p');
	assert_int_equal(s->app.plot, 0);
	for (int i = 0; i < 20; i++)
		press(s, '+');
	assert_true(app_span_s(&s->app) > 0);
	for (int i = 0; i < 20; i++)
		press(s, '-');
	assert_true(app_span_s(&s->app) == 0); /* all of the session */
	press(s, 'y');
	assert_true(s->app.rescaled);
	assert_int_equal(press(s, 'c').kind, EFFECT_CLEAR);
	scene_free(s);
}

static void a_message_stays_until_the_next_key(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct error error;

	(void)state;
	error_set(&error, ERROR_MACHINE, 28, "out.json", "no space left on device",
		  "free some");
	app_say_error(&s->app, &error);
	char *text = scene_dump(s, GLYPHS_BRAILLE, 80, 24, false);

	assert_non_null(strstr(text, "out.json: no space left on device; free some"));
	free(text);
	press(s, 'j');
	assert_string_equal(s->app.message, "");
	scene_free(s);
}

static void too_small_still_quits(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	s->app.layout = LAYOUT_TOO_SMALL;
	assert_int_equal(press(s, ' ').kind, EFFECT_NONE);
	assert_int_equal(press(s, 'q').kind, EFFECT_QUIT);
	scene_free(s);
}

/* No sequence of keys leaves the model where it cannot be drawn or left. */

/* Nothing on the screen goes unexplained: each view lists numbers, each has words. */
static void everything_shown_can_be_explained(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	static const enum mode modes[] = {MODE_BENCH, MODE_SWEEP, MODE_TUNE,
					  MODE_TRIAL};

	(void)state;
	for (int m = 0; m < 4; m++)
		for (int page = 0; page < PAGE_N; page++) {
			app_bottom_set(&s->app, modes[m]);
			s->app.page = (enum page)page;
			const struct about *const *list = page_shown(&s->app).abouts;

			assert_true(list && list[0]);
			for (int i = 0; list[i]; i++) {
				assert_true(*list[i]->name && *list[i]->unit);
				assert_true(*list[i]->counts && *list[i]->counts_not);
				assert_true(*list[i]->comes_from && *list[i]->misleads);
				assert_non_null(list[i]->checks);
			}
		}
	for (int t = 0; t < TRACE_N; t++)
		assert_ptr_equal(about_overview[t], &trace_table[t]->about);
	scene_free(s);
}

static void x_explains_the_leading_number(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	char *dump;

	(void)state;
	s->app.plot = TRACE_SHOOTDOWNS;
	press(s, 'x');
	assert_int_equal(app_context(&s->app), CONTEXT_ABOUT);
	dump = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);
	assert_non_null(strstr(dump, "/proc/interrupts"));
	assert_non_null(strstr(dump, "steal 2.1 %")); /* what misleads here, now */
	free(dump);
	press(s, 'j');
	assert_int_equal(s->app.about, TRACE_WALKS);
	for (int i = 0; about_overview[i]; i++)
		press(s, 'k');
	assert_int_equal(s->app.about, TRACE_WALKS); /* once round */
	/* The view below gave way to another one. */
	s->app.about = 11;
	app_mode_enter(&s->app, MODE_SWEEP);
	free(scene_dump(s, GLYPHS_BRAILLE, 120, 40, false));
	press(s, 'x');
	assert_int_equal(s->app.overlay, OVERLAY_NONE);
	scene_free(s);
}

static void z_gives_the_screen_to_the_leading_plot(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	char *dump;

	(void)state;
	press(s, 'z');
	assert_int_equal(app_context(&s->app), CONTEXT_ZOOM);
	dump = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);
	assert_non_null(strstr(dump, "Runtime per operation"));
	assert_null(strstr(dump, "TLB shootdowns"));
	free(dump);
	press(s, 'j');
	assert_int_equal(s->app.plot, TRACE_SHOOTDOWNS);
	press(s, 'k');
	press(s, 'y');
	assert_int_equal(s->app.rescaled, 1u << TRACE_RUNTIME);
	press(s, KEY_TAB);
	press(s, KEY_TAB_BACK); /* remembered */
	assert_int_equal(app_context(&s->app), CONTEXT_ZOOM);
	press(s, KEY_ARROW_LEFT);
	assert_true(s->app.cursor);
	press(s, KEY_ESCAPE);
	assert_false(s->app.cursor);
	press(s, KEY_ESCAPE);
	assert_int_equal(app_context(&s->app), CONTEXT_BENCH);
	scene_free(s);
}

static void the_cursor_walks_over_intervals(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	int last;

	(void)state;
	press(s, 'z');
	press(s, ',');
	last = series_count(s->series) - 1;
	assert_ptr_equal(app_cursor_point(&s->app, &s->snap),
			 series_at(s->series, last));
	press(s, ',');
	press(s, ',');
	assert_ptr_equal(app_cursor_point(&s->app, &s->snap),
			 series_at(s->series, last - 2));
	press(s, '.');
	assert_ptr_equal(app_cursor_point(&s->app, &s->snap),
			 series_at(s->series, last - 1));
	press(s, '['); /* the change of threads at 13.05 s */
	assert_true(fabs(s->app.cursor_s - 13.1) < 1e-6);
	press(s, '['); /* none before */
	assert_non_null(strstr(s->app.message, "no change"));
	press(s, KEY_TO_START);
	assert_ptr_equal(app_cursor_point(&s->app, &s->snap), series_at(s->series, 0));
	press(s, ']');
	assert_true(fabs(s->app.cursor_s - 13.1) < 1e-6);
	for (int i = 0; i < 500; i++)
		press(s, KEY_ARROW_RIGHT);
	assert_ptr_equal(app_cursor_point(&s->app, &s->snap),
			 series_at(s->series, last));
	for (int i = 0; i < 500; i++)
		press(s, KEY_ARROW_LEFT);
	assert_ptr_equal(app_cursor_point(&s->app, &s->snap), series_at(s->series, 0));
	scene_free(s);
}

static void the_time_axis_is_held_until_it_is_let_go(void **state)
{
	struct scene *s = scene_new(
		(struct scene_options){.cpus = 2, .threads = 2, .length_s = 300});
	struct time_axis a;

	(void)state;
	for (int i = 0; i < 20; i++)
		press(s, '+');
	assert_true(app_span_s(&s->app) == 2);
	press(s, '-'); /* 10 s */
	press(s, '<');
	a = app_time_axis(&s->app, &s->snap);
	assert_true(a.to_s - a.from_s == 10 && a.to_s < 300);
	s->snap.latest = series_at(s->series, series_count(s->series) - 1);
	for (int i = 0; i < 200; i++)
		press(s, KEY_PAGE_UP);
	assert_true(app_time_axis(&s->app, &s->snap).from_s == 0);
	press(s, 'z');
	press(s, KEY_TO_START);
	for (int i = 0; i < 80; i++) { /* the picture follows the cursor */
		press(s, KEY_ARROW_RIGHT);
		a = app_time_axis(&s->app, &s->snap);
		assert_true(s->app.cursor_s >= a.from_s && s->app.cursor_s <= a.to_s);
	}
	press(s, KEY_TO_END);
	assert_false(s->app.held);
	assert_true(app_time_axis(&s->app, &s->snap).to_s >= 300);
	press(s, '<');
	press(s, '>');
	assert_false(s->app.held); /* at the end again */
	press(s, '<');
	press(s, 'c'); /* nothing of what was held is left */
	assert_false(s->app.held);
	scene_free(s);
}

static void u_takes_changes_back_one_by_one(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	assert_int_equal(press(s, 'u').kind, EFFECT_NONE);
	assert_non_null(strstr(s->app.message, "nothing to undo"));
	focus(s, "threads");
	press(s, KEY_ARROW_RIGHT);
	focus(s, "mode");
	press(s, KEY_ARROW_RIGHT);
	assert_int_equal(press(s, 'u').kind, EFFECT_APPLY);
	assert_int_equal(s->app.draft.mode, RUN_THREADS);
	assert_int_equal(s->app.draft.threads, 4);
	assert_non_null(strstr(s->app.message, "mode"));
	press(s, 'u');
	assert_int_equal(s->app.draft.threads, 2);
	/* A long history forgets its beginning, not its end. */
	focus(s, "interval_ms");
	for (int i = 0; i < 2 * APP_UNDO_MAX; i++)
		press(s, i % 2 ? KEY_ARROW_LEFT : KEY_ARROW_RIGHT);
	assert_int_equal(s->app.n_undo, APP_UNDO_MAX);
	scene_free(s);
}

static void what_was_said_can_be_read_again(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	char text[32];

	(void)state;
	for (int i = 0; i < APP_SAID_MAX + 4; i++) {
		snprintf(text, sizeof(text), "message %d", i);
		app_say(&s->app, text);
		app_say(&s->app, text);
	}
	press(s, 'm');
	assert_int_equal(s->app.overlay, OVERLAY_MESSAGES);
	assert_string_equal(s->app.message, "");

	char *dump = scene_dump(s, GLYPHS_BRAILLE, 120, 40, false);

	assert_non_null(strstr(dump, "message 19"));
	assert_non_null(strstr(dump, "message 4 "));
	assert_null(strstr(dump, "message 3 "));
	free(dump);
	press(s, 'm');
	assert_int_equal(s->app.overlay, OVERLAY_NONE);
	scene_free(s);
}

/* However long a message is, the keys below it and the numbers above it stay. */
static void a_message_covers_neither_keys_nor_numbers(void **state)
{
	static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 50}};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct scene *s = scene_new(scene_lesson);
		int w = sizes[i][0], h = sizes[i][1], rows = 0;
		char *quiet, *told;

		quiet = scene_dump(s, GLYPHS_BRAILLE, w, h, false);
		app_say(&s->app, "the last session ended badly: tlblab replay "
				 "/home/someone/.local/state/tlblab/last.jsonl shows "
				 "what was measured until then, and more words still "
				 "than even a wide terminal can hold in one row of "
				 "its two hundred columns");
		told = scene_dump(s, GLYPHS_BRAILLE, w, h, false);
		const char *a = quiet, *b = told;

		for (int row = 0; *a && *b; row++) {
			size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");

			if (n != m || memcmp(a, b, n) != 0) {
				assert_int_equal(row, h - 2);
				rows++;
			}
			a += n + (a[n] == '\n');
			b += m + (b[m] == '\n');
		}
		assert_int_equal(rows, 1);
		assert_non_null(strstr(told, "m: all of it"));
		free(quiet);
		free(told);
		scene_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_shown_can_be_explained),
		cmocka_unit_test(x_explains_the_leading_number),
		cmocka_unit_test(z_gives_the_screen_to_the_leading_plot),
		cmocka_unit_test(the_cursor_walks_over_intervals),
		cmocka_unit_test(the_time_axis_is_held_until_it_is_let_go),
		cmocka_unit_test(u_takes_changes_back_one_by_one),
		cmocka_unit_test(what_was_said_can_be_read_again),
		cmocka_unit_test(a_message_covers_neither_keys_nor_numbers),
		cmocka_unit_test(arrows_change_the_field_in_focus),
		cmocka_unit_test(the_focus_walks_round_all_fields),
		cmocka_unit_test(numbers_and_texts_are_typed),
		cmocka_unit_test(the_ceiling_steps_through_the_kernels_own),
		cmocka_unit_test(an_absent_ceiling_says_why),
		cmocka_unit_test(space_runs_and_pauses),
		cmocka_unit_test(a_baseline_needs_a_measurement),
		cmocka_unit_test(a_baseline_goes_when_it_is_none_any_more),
		cmocka_unit_test(a_baseline_is_not_held_against_itself),
		cmocka_unit_test(a_change_keeps_what_was_before),
		cmocka_unit_test(a_preset_keeps_its_own_length),
		cmocka_unit_test(names_are_asked_for_before_writing),
		cmocka_unit_test(presets_are_chosen_from_a_list),
		cmocka_unit_test(presets_are_searched_by_typing),
		cmocka_unit_test(views_turn_and_scroll),
		cmocka_unit_test(plots_zoom_and_turn),
		cmocka_unit_test(a_message_stays_until_the_next_key),
		cmocka_unit_test(too_small_still_quits),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
