/* SPDX-License-Identifier: MIT */
#include "tui/bench/export.h"

#include <stdio.h>

#include "tlblab/io/result_read.h"

enum { MAX_SENSORS = RESULT_MAX_SENSORS };

static void fill(struct result *r, const struct snapshot *snap,
		 struct result_sensor sensors[MAX_SENSORS])
{
	r->machine = snap->machine;
	r->sensors = sensors;
	r->mechanism_verdict = mechanism_name[snap->mechanism.kind];
	r->mechanism_evidence = snap->mechanism.evidence;
	r->mechanism_measured = snap->mechanism.measured;
	r->n_sensors = 0;
	for (int i = 0; i < snap->view.n_sensors && i < MAX_SENSORS; i++)
		sensors[r->n_sensors++] = (struct result_sensor){
			snap->view.sensors[i].name, snap->view.sensors[i].availability};
}

void export_write(struct app *a, const struct snapshot *snap, struct result *r,
		  const char *path, const char *words)
{
	struct result_sensor sensors[MAX_SENSORS];
	struct error error = {.code = ERROR_NONE};
	char text[sizeof(((struct effect *)0)->text) + 48];

	fill(r, snap, sensors);
	int err = result_write(r, path, &error);

	r->sensors = NULL; /* they end with this call */
	r->n_sensors = 0;
	if (err) {
		app_say_error(a, &error);
		return;
	}
	snprintf(text, sizeof(text), "written: %s%s", path, words);
	app_say(a, text);
}

/* The preset as it was run, so that the result can be run again. */
void export_run(struct app *a, struct session *session, const char *path)
{
	struct error error = {.code = ERROR_NONE};
	struct run_record *record = session_record(session);
	struct preset preset = {.n_axes = 0};
	int err;

	if (!record) {
		app_say(a, "nothing to export: nothing was measured yet");
		return;
	}
	err = preset_copy(&preset, a->preset);
	preset.experiment = record->config;

	struct result result = {
		.preset = &preset,
		.catalogue = a->catalogue,
		.runs = &record,
		.n_runs = 1,
	};

	if (err) {
		error_set(&error, ERROR_MACHINE, -err, path, "out of memory",
			  "close other programs");
		app_say_error(a, &error);
	} else {
		export_write(a, session_snapshot(session), &result, path, "");
	}
	run_record_free(record);
	preset_fini(&preset);
}
