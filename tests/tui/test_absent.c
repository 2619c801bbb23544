/* SPDX-License-Identifier: MIT */
/* What this machine cannot run is marked where it is chosen, before it is chosen. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_form_passes_it_by_and_says_why),
		cmocka_unit_test(the_list_of_presets_marks_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
