/* SPDX-License-Identifier: MIT */
/*
 * Every failure becomes the one line of the footer and changes nothing else: what was
 * measured stays in the session, what was set stays in the form.
 */
#include "tui/effects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/text.h"
#include "tlblab/io/result_file.h"
#include "tui/lesson/course.h"
#include "tui/sweep/sweep_run.h"

bool effect_start_draft(struct app *a, struct session *session)
{
	struct error error = {.code = ERROR_NONE};

	app_before_change(a, session_snapshot(session));
	a->draft_waits = false;
	/* While paused, a start only takes the settings over. */
	if (session_start(session, &a->draft, &error) ||
	    session_resume(session, &error)) {
		app_say_error(a, &error);
		return false;
	}
	return true;
}

static void presets_list(struct app *a)
{
	struct preset_entry *entries = NULL;
	int n = preset_list(&entries, a->catalogue);

	app_show_presets(a, entries, n < 0 ? 0 : n);
}

static void preset_preview(struct app *a, const char *path)
{
	struct error error = {.code = ERROR_NONE};

	preset_fini(&a->preview);
	a->preview_error[0] = '\0';
	if (preset_load(&a->preview, a->catalogue, path, &error)) {
		preset_fini(&a->preview);
		error_text(&error, a->preview_error, sizeof(a->preview_error));
	}
}

static void preset_open(struct app *a, struct session *session, const char *path)
{
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
	if (effect_start_draft(a, session))
		session_clear(session);
	a->before.set = false; /* another lesson: nothing to compare with */
}

static void course_show(struct app *a)
{
	a->lesson.n_course = course_list(a->catalogue, a->lesson.course);
	a->lesson.shown = a->lesson.index = true;
	a->lesson.on_form = false;
}

static void lesson_open(struct app *a, struct session *session, const char *number)
{
	struct course_entry course[COURSE_MAX];
	int n = course_list(a->catalogue, course);

	for (int i = 0; i < n; i++)
		if (course[i].number == atoi(number)) {
			preset_open(a, session, course[i].path);
			return;
		}
	app_say(a, "no lesson of that number; 0 shows the course");
}

static void preset_keep(struct app *a, const char *name)
{
	struct error error = {.code = ERROR_NONE};
	char text[sizeof(a->preset->path) + 16];

	char old_name[sizeof(a->preset->name)];

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

void effect_result_fill(struct result *r, const struct snapshot *snap,
			struct result_sensor *sensors)
{
	r->machine = snap->machine;
	r->sensors = sensors;
	r->mechanism_verdict = mechanism_name[snap->mechanism.kind];
	r->mechanism_evidence = snap->mechanism.evidence;
	r->mechanism_measured = snap->mechanism.measured;
	r->n_sensors = 0;
	for (int i = 0; i < snap->n_sensors && i < EXPORT_MAX_SENSORS; i++)
		sensors[r->n_sensors++] = (struct result_sensor){
			snap->sensors[i].name, snap->sensors[i].availability};
}

/* All runs of a sweep, as `tlblab run --json` writes them. */
static void sweep_export(struct app *a, struct session *session, const char *path)
{
	const struct sweep *s = &a->sweep;
	struct error error = {.code = ERROR_NONE};
	struct result_sensor sensors[EXPORT_MAX_SENSORS];
	struct result result = {
		.preset = &s->preset,
		.catalogue = a->catalogue,
		.runs = s->records,
		.n_runs = s->n_records,
	};
	char text[sizeof(((struct effect *)0)->text) + 48];

	if (s->n_records == 0) {
		app_say(a, "nothing to export: no run is over yet");
		return;
	}
	effect_result_fill(&result, session_snapshot(session), sensors);
	if (result_write(&result, path, &error)) {
		app_say_error(a, &error);
		return;
	}
	snprintf(text, sizeof(text), "written: %s, %d runs", path, s->n_records);
	app_say(a, text);
}

/* The preset as it was run, so that the result can be run again. */
static void result_export(struct app *a, struct session *session, const char *path)
{
	struct error error = {.code = ERROR_NONE};
	struct result_sensor sensors[EXPORT_MAX_SENSORS];
	struct run_record *record = session_record(session);
	const struct snapshot *snap = session_snapshot(session);
	struct preset preset = {.n_axes = 0};
	char text[sizeof(((struct effect *)0)->text) + 16];

	if (!record) {
		app_say(a, "nothing to export: nothing was measured yet");
		return;
	}
	int err = preset_copy(&preset, a->preset);

	preset.experiment = record->config;

	struct result result = {
		.preset = &preset,
		.catalogue = a->catalogue,
		.runs = &record,
		.n_runs = 1,
	};

	effect_result_fill(&result, snap, sensors);
	if (err)
		error_set(&error, ERROR_MACHINE, -err, path, "out of memory",
			  "close other programs");
	else
		err = result_write(&result, path, &error);
	run_record_free(record);
	preset_fini(&preset);
	if (err) {
		app_say_error(a, &error);
		return;
	}
	snprintf(text, sizeof(text), "written: %s", path);
	app_say(a, text);
}

void effect_diagnose(struct app *a, const struct snapshot *snap)
{
	const struct diagnosis_facts facts = {
		.machine = snap->machine,
		.sensors = snap->sensors,
		.n_sensors = snap->n_sensors,
		.mechanism = &snap->mechanism,
		.ceiling = snap->ceiling,
		.ceiling_pages = snap->ceiling_pages,
		.refill = snap->refill,
		.elsewhere = a->replay.on,
		.root = geteuid() == 0,
	};

	diagnosis_make(&facts, &a->diagnosis);
}

void effect_run(const struct effect *effect, struct app *a, struct session *session)
{
	struct error error = {.code = ERROR_NONE};
	struct effect preview = {.kind = EFFECT_PREVIEW_PRESET};

	switch (effect->kind) {
	case EFFECT_START: effect_start_draft(a, session); break;
	case EFFECT_PAUSE: session_pause(session); break;
	case EFFECT_RESUME:
		if (session_resume(session, &error))
			app_say_error(a, &error);
		break;
	case EFFECT_CLEAR: session_clear(session); break;
	case EFFECT_TRIGGER:
		if (session_trigger(session, &error))
			app_say_error(a, &error);
		break;
	case EFFECT_DIAGNOSE: effect_diagnose(a, session_snapshot(session)); break;
	case EFFECT_LIST_PRESETS:
		presets_list(a);
		if (a->n_entries > 0) {
			text_copy(preview.text, sizeof(preview.text),
				  a->entries[a->selected].path);
			effect_run(&preview, a, session);
		}
		break;
	case EFFECT_PREVIEW_PRESET: preset_preview(a, effect->text); break;
	case EFFECT_OPEN_PRESET: preset_open(a, session, effect->text); break;
	case EFFECT_SHOW_COURSE: course_show(a); break;
	case EFFECT_OPEN_LESSON: lesson_open(a, session, effect->text); break;
	case EFFECT_SAVE_PRESET: preset_keep(a, effect->text); break;
	case EFFECT_EXPORT:
		if (a->mode == MODE_SWEEP)
			sweep_export(a, session, effect->text);
		else
			result_export(a, session, effect->text);
		break;
	case EFFECT_SWEEP_BEGIN: sweep_run_begin(a, session, effect->text); break;
	case EFFECT_SWEEP_PAUSE: sweep_run_pause(a, session); break;
	case EFFECT_SWEEP_RESUME: sweep_run_resume(a, session); break;
	case EFFECT_SWEEP_STOP: sweep_run_stop(a, session); break;
	case EFFECT_SWEEP_LEAVE: sweep_run_leave(a, session); break;
	case EFFECT_NONE:
	case EFFECT_APPLY:
	case EFFECT_RECOVER:
	case EFFECT_TWIN:
	case EFFECT_TUNE_BEGIN: /* the loop has the tuner, and the twin */
	case EFFECT_TUNE_STOP:
	case EFFECT_TUNE_WAIT:
	case EFFECT_TUNE_LEAVE:
	case EFFECT_QUIT: break;
	}
}
