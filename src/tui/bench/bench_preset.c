/* SPDX-License-Identifier: MIT */
/*
 * Presets: listed, looked at, opened, saved. Every failure becomes the one line of
 * words and changes nothing else: what was measured stays in the session, what was set
 * stays in the form.
 */
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tui/bench/bench.h"

static void preview(struct app *a, const char *path)
{
	struct error error = {.code = ERROR_NONE};

	preset_fini(&a->preview);
	a->preview_error[0] = '\0';
	if (preset_load(&a->preview, a->catalogue, path, &error)) {
		preset_fini(&a->preview);
		error_text(&error, a->preview_error, sizeof(a->preview_error));
	}
}

static void list(struct app *a)
{
	struct preset_entry *entries = NULL;
	int n = preset_list(&entries, a->catalogue);

	app_show_presets(a, entries, n < 0 ? 0 : n);
	if (a->n_entries > 0)
		preview(a, a->entries[a->selected].path);
}

void bench_open_preset(struct tui *t, const char *path)
{
	struct app *a = &t->app;
	struct error error = {.code = ERROR_NONE};
	struct preset loaded = {.n_axes = 0};
	char text[256];

	if (preset_load(&loaded, a->catalogue, path, &error)) {
		preset_fini(&loaded);
		app_say_error(a, &error);
		return;
	}
	preset_fini(a->preset);
	*a->preset = loaded; /* with what it owns */
	app_preset_opened(a);
	snprintf(text, sizeof(text), "opened %s%s", a->preset->name,
		 a->preset->n_notes ? "; l shows its notes" : "");
	app_say(a, text);
	if (bench_run_draft(t))
		session_clear(t->session);
	a->before.set = false; /* another lesson: nothing to compare with */
}

static void keep(struct app *a, const char *name)
{
	struct error error = {.code = ERROR_NONE};
	char text[sizeof(a->preset->path) + 16], old_name[sizeof(a->preset->name)];

	text_copy(old_name, sizeof(old_name), a->preset->name);
	a->preset->experiment = app_experiment_to_save(a);
	/* The name a preset bears is that of its file. */
	if (!strchr(name, '/'))
		text_copy(a->preset->name, sizeof(a->preset->name), name);
	if (preset_save(a->preset, a->catalogue, name, &error)) {
		text_copy(a->preset->name, sizeof(a->preset->name), old_name);
		app_say_error(a, &error);
		return;
	}
	snprintf(text, sizeof(text), "saved %s", a->preset->path);
	app_say(a, text);
}

bool bench_preset_act(struct tui *t, const struct effect *e)
{
	switch (e->kind) {
	case EFFECT_LIST_PRESETS: list(&t->app); return true;
	case EFFECT_PREVIEW_PRESET: preview(&t->app, e->text); return true;
	case EFFECT_OPEN_PRESET: bench_open_preset(t, e->text); return true;
	case EFFECT_SAVE_PRESET: keep(&t->app, e->text); return true;
	default: return false;
	}
}
