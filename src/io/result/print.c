/* SPDX-License-Identifier: MIT */
/*
 * A result is written as it is walked: no tree is built, so an hour at ten intervals a
 * second on a machine of many CPUs costs its text and nothing more.
 */
#include <errno.h>
#include <stdlib.h>

#include "io/preset/text.h"
#include "io/result/text.h"
#include "tlblab/base/file.h"
#include "tlblab/base/version.h"
#include "tlblab/io/machine_json.h"
#include "tlblab/io/result_file.h"

static void put_sensors(struct json_writer *w, const struct result *r)
{
	json_key(w, "sensors");
	json_begin_object(w);
	for (int i = 0; i < r->n_sensors; i++) {
		const struct availability *a = r->sensors[i].availability;

		json_key(w, r->sensors[i].name);
		json_begin_line_object(w);
		json_put_bool(w, "available", a->available);
		json_put_string(w, "reason", *a->reason ? a->reason : NULL);
		json_put_string(w, "source", *a->source ? a->source : NULL);
		json_end_object(w);
	}
	json_end_object(w);
}

void result_put_head(struct json_writer *w, const struct result *r)
{
	json_put_string(w, "schema", RESULT_SCHEMA);
	json_key(w, "tool");
	json_begin_line_object(w);
	json_put_string(w, "name", "tlblab");
	json_put_string(w, "version", TLBLAB_VERSION);
	json_end_object(w);
	json_key(w, "machine");
	machine_put_json(w, r->machine);
	json_key(w, "preset");
	preset_put(w, r->preset, r->catalogue);
	put_sensors(w, r);
	json_key(w, "mechanism");
	json_begin_line_object(w);
	json_put_string(w, "verdict",
			r->mechanism_verdict ? r->mechanism_verdict : "unknown");
	json_put_bool(w, "measured", r->mechanism_measured);
	json_put_string(w, "evidence", r->mechanism_evidence);
	json_end_object(w);
}

static char *print_result(const struct result *r, size_t *bytes)
{
	struct json_writer w;

	json_writer_init(&w, JSON_PRETTY);
	json_begin_object(&w);
	result_put_head(&w, r);
	json_key(&w, "runs");
	json_begin_array(&w);
	for (int i = 0; i < r->n_runs; i++) {
		json_begin_object(&w);
		result_put_run(&w, r, r->runs[i], true);
		json_end_object(&w);
	}
	json_end_array(&w);
	if (r->tune) {
		json_key(&w, "tune");
		result_put_tune(&w, r->tune);
	}
	json_end_object(&w);
	return json_writer_take(&w, bytes);
}

char *result_print(const struct result *r)
{
	return print_result(r, NULL);
}

int result_write(const struct result *r, const char *path, struct error *error)
{
	size_t bytes;
	char *text = print_result(r, &bytes);
	int err;

	if (!text)
		return error_set(error, ERROR_MACHINE, ENOMEM, path,
				 "there is not enough memory to write it",
				 "make fewer or shorter runs");
	err = file_write_whole(path, text, bytes, error);
	free(text);
	return err;
}
