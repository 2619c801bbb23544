/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/preset/text.h"
#include "io/result/read.h"
#include "io/result/text.h"
#include "tlblab/base/text.h"
#include "tlblab/base/utf8.h"

int result_read_schema(struct json_doc *d, const struct json_at *at)
{
	struct json_at schema = {at, json_member(at, "schema")};
	char shown[64];

	if (!schema.node)
		return json_fail(d, at,
				 "a result has \"schema\": \"" RESULT_SCHEMA "\"",
				 "\"schema\" is missing");
	if (json_expect(d, &schema, cJSON_String))
		return d->err;
	if (!strcmp(schema.node->valuestring, RESULT_SCHEMA))
		return 0;
	if (!strncmp(schema.node->valuestring, "tlblab.preset/", 14))
		return json_fail(d, &schema, "make one with `tlblab run --json`",
				 "this is a preset, not a result");
	return json_fail(d, &schema, "this version reads \"" RESULT_SCHEMA "\"",
			 "\"%s\" is not known",
			 utf8_show(shown, sizeof(shown), schema.node->valuestring));
}

/* Whole where this tlblab can run it; else its words. */
static int read_preset(struct json_doc *d, const struct json_at *at,
		       const struct catalogue *c, struct preset *p)
{
	struct json_doc quiet = *d;
	struct json_at preset, notes;
	int err;

	if (!json_get_container(d, at, "preset", cJSON_Object, &preset))
		return d->err;
	quiet.error = NULL;
	err = preset_read(&quiet, &preset, c, p);
	if (err != -EINVAL)
		return err;
	preset_fini(p);
	json_get_text(d, &preset, "name", p->name, sizeof(p->name));
	json_get_text(d, &preset, "title", p->title, sizeof(p->title));
	if (!json_get_container(d, &preset, "notes", cJSON_Array, &notes))
		return d->err;
	for (const cJSON *n = notes.node->child; n && p->n_notes < PRESET_MAX_NOTES;
	     n = n->next) {
		if (!cJSON_IsString(n))
			continue;
		p->notes[p->n_notes] = strdup(n->valuestring);
		if (!p->notes[p->n_notes])
			return -ENOMEM;
		p->n_notes++;
	}
	return d->err;
}

static int read_sensors(struct json_doc *d, const struct json_at *at,
			struct result_data *r)
{
	struct json_at sensors;

	if (!json_get_container(d, at, "sensors", cJSON_Object, &sensors))
		return d->err;
	for (const cJSON *m = sensors.node->child;
	     m && r->n_sensors < RESULT_MAX_SENSORS; m = m->next) {
		struct json_at sensor = {&sensors, m};
		struct availability *a = &r->availability[r->n_sensors];

		if (json_expect(d, &sensor, cJSON_Object))
			return d->err;
		text_copy(r->sensor_names[r->n_sensors], sizeof(r->sensor_names[0]),
			  m->string);
		a->available = json_get_bool(d, &sensor, "available", false);
		json_get_text(d, &sensor, "reason", a->reason, sizeof(a->reason));
		json_get_text(d, &sensor, "source", a->source, sizeof(a->source));
		r->n_sensors++;
	}
	return d->err;
}

int result_read_head(struct json_doc *d, const struct json_at *at,
		     const struct catalogue *c, struct result_data *r)
{
	struct json_at x;
	int err = 0;

	if (json_get_container(d, at, "tool", cJSON_Object, &x))
		json_get_text(d, &x, "version", r->tool_version,
			      sizeof(r->tool_version));
	if (json_get_container(d, at, "machine", cJSON_Object, &x)) {
		r->has_machine = true;
		err = machine_read_json(d, &x, &r->machine);
	}
	if (!err)
		err = read_preset(d, at, c, &r->preset);
	if (!err)
		err = read_sensors(d, at, r);
	if (err)
		return err;
	if (json_get_container(d, at, "mechanism", cJSON_Object, &x)) {
		json_get_text(d, &x, "verdict", r->mechanism_verdict,
			      sizeof(r->mechanism_verdict));
		json_get_text(d, &x, "evidence", r->mechanism_evidence,
			      sizeof(r->mechanism_evidence));
		r->mechanism_measured = json_get_bool(d, &x, "measured", false);
	}
	return d->err;
}
