/* SPDX-License-Identifier: MIT */
/*
 * Reading a preset. Everything is refused that would be read and then not do what it
 * seems to say: unknown keys, keys given twice, numbers in quotes. The experiment is
 * filled only through the lab's own table of keys, so there is no list of them here.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/preset/text.h"
#include "tlblab/base/text.h"
#include "tlblab/base/utf8.h"
#include "tlblab/io/preset_file.h"

enum { MAX_KEYS = 64 };

bool preset_name_valid(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return *name && *name != '.' && *name != '-' &&
	       strlen(name) < EXPERIMENT_NAME_BYTES &&
	       name[strspn(name, allowed)] == '\0';
}

int preset_read_line(struct json_doc *d, const struct json_at *at, size_t max_bytes)
{
	const char *text = at->node->valuestring;

	if (json_expect(d, at, cJSON_String))
		return -EINVAL;
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return json_fail(d, at, "one line of plain text is expected",
					 "holds a control character");
	if (strlen(text) >= max_bytes)
		return json_fail(d, at, "shorten it", "is longer than %zu bytes",
				 max_bytes - 1);
	return 0;
}

static int read_schema(struct json_doc *d, const struct json_at *at)
{
	struct json_at schema = {at, json_member(at, "schema")};
	char shown[64];

	if (!schema.node)
		return json_fail(d, at, "add \"schema\": \"" PRESET_SCHEMA "\"",
				 "\"schema\" is missing");
	if (json_expect(d, &schema, cJSON_String))
		return -EINVAL;
	if (!strcmp(schema.node->valuestring, PRESET_SCHEMA))
		return 0;
	if (!strncmp(schema.node->valuestring, "tlblab.result/", 14))
		return json_fail(d, &schema,
				 "open it with `tlblab replay`, `report` or `compare`",
				 "this is a result, not a preset");
	return json_fail(d, &schema, "this version reads \"" PRESET_SCHEMA "\"",
			 "\"%s\" is not known",
			 utf8_show(shown, sizeof(shown), schema.node->valuestring));
}

static int read_words(struct json_doc *d, const struct json_at *at, struct preset *p)
{
	struct json_at name = {at, json_member(at, "name")};
	struct json_at title = {at, json_member(at, "title")};
	struct json_at notes = {at, json_member(at, "notes")};

	if (!name.node)
		return json_fail(d, at, "add \"name\": \"…\"", "\"name\" is missing");
	if (preset_read_line(d, &name, sizeof(p->name)))
		return -EINVAL;
	if (!preset_name_valid(name.node->valuestring))
		return json_fail(d, &name, "use letters, digits, '-', '_' and '.'",
				 "cannot be the name of a preset");
	text_copy(p->name, sizeof(p->name), name.node->valuestring);
	text_copy(p->title, sizeof(p->title), p->name);
	if (title.node && preset_read_line(d, &title, sizeof(p->title)))
		return -EINVAL;
	if (title.node)
		text_copy(p->title, sizeof(p->title), title.node->valuestring);
	if (!notes.node)
		return 0;
	if (json_expect(d, &notes, cJSON_Array))
		return -EINVAL;
	for (const cJSON *n = notes.node->child; n; n = n->next) {
		struct json_at note = {&notes, n};

		if (p->n_notes == PRESET_MAX_NOTES)
			return json_fail(d, &note, "join some of them",
					 "more than %d notes", PRESET_MAX_NOTES);
		if (preset_read_line(d, &note, PRESET_MAX_BYTES))
			return -EINVAL;
		p->notes[p->n_notes] = strdup(n->valuestring);
		if (!p->notes[p->n_notes])
			return -ENOMEM;
		p->n_notes++;
	}
	return 0;
}

static int read_number(struct json_doc *d, const struct json_at *at,
		       const struct param_desc *desc, struct param_value *v)
{
	double number = at->node->valuedouble, unused;
	char allowed[160], hint[224], shown[40];

	if (cJSON_IsString(at->node) && !text_to_double(at->node->valuestring, &unused))
		return json_fail(
			d, at, "write it without the quotes",
			"\"%s\" is text, not a number",
			utf8_show(shown, sizeof(shown), at->node->valuestring));
	if (!cJSON_IsNumber(at->node)) {
		snprintf(hint, sizeof(hint), "a number is expected: %s",
			 param_allowed(desc, allowed, sizeof(allowed)));
		return json_fail(d, at, hint, "is %s", json_kind(at->node));
	}
	v->real = number;
	if (desc->kind == PARAM_REAL)
		return 0;
	v->real = 0;
	if (number != trunc(number))
		return json_fail(d, at, param_allowed(desc, allowed, sizeof(allowed)),
				 "%g is not a whole number", number);
	if (fabs(number) >= 9.2e18)
		return json_fail(d, at, param_allowed(desc, allowed, sizeof(allowed)),
				 "%g is far out of range", number);
	v->number = (int64_t)number;
	return 0;
}

static int read_text(struct json_doc *d, const struct json_at *at,
		     const struct param_desc *desc, struct param_value *v)
{
	struct error why = {0};
	char allowed[160], hint[224];

	if (!cJSON_IsString(at->node)) {
		snprintf(hint, sizeof(hint), "text in double quotes is expected: %s",
			 param_allowed(desc, allowed, sizeof(allowed)));
		return json_fail(d, at, hint, "is %s", json_kind(at->node));
	}
	if (preset_read_line(d, at, PARAM_TEXT_BYTES))
		return -EINVAL;
	if (param_parse(desc, at->node->valuestring, v, &why))
		return json_fail_as(d, at, &why);
	return 0;
}

int preset_read_value(struct json_doc *d, const struct json_at *at,
		      const struct param_desc *desc, struct param_value *v)
{
	struct error why = {0};
	int err = 0;

	*v = (struct param_value){0};
	if (cJSON_IsNull(at->node)) {
		v->is_null = true;
	} else if (desc->kind == PARAM_INT || desc->kind == PARAM_REAL) {
		err = read_number(d, at, desc, v);
	} else if (desc->kind == PARAM_BOOL) {
		if (!cJSON_IsBool(at->node))
			return json_fail(d, at, "true or false is expected", "is %s",
					 json_kind(at->node));
		v->number = cJSON_IsTrue(at->node);
	} else {
		err = read_text(d, at, desc, v);
	}
	if (!err && param_check(desc, v, &why))
		err = json_fail_as(d, at, &why);
	return err;
}

/* at is a member of "experiment" or of its "params"; key is how the lab calls it. */
static int read_setting(struct json_doc *d, const struct json_at *at, const char *key,
			const struct catalogue *c, struct experiment *e)
{
	const struct param_desc *desc = experiment_describe(e, c, key);
	struct param_value v = {0};
	struct error why = {0};
	int err = desc ? preset_read_value(d, at, desc, &v) : 0;

	if (!err && experiment_put(e, c, key, &v, &why))
		err = json_fail_as(d, at, &why);
	return err;
}

static int read_params(struct json_doc *d, const struct json_at *at,
		       const struct catalogue *c, struct experiment *e)
{
	const char *known[WORKLOAD_MAX_PARAMS];
	const struct param_desc *param;
	int n = 0, err = json_expect(d, at, cJSON_Object);

	while ((param = experiment_param_desc(e, c, n)))
		known[n++] = param->key;
	if (!err && at->node->child && !n)
		return json_fail(d, at, "remove them", "%s has no parameters",
				 e->workload);
	if (!err)
		err = json_only_keys(d, at, known, n);
	for (const cJSON *m = at->node->child; m && !err; m = m->next) {
		struct json_at member = {at, m};
		char key[64];

		snprintf(key, sizeof(key), "params.%s", m->string);
		err = read_setting(d, &member, key, c, e);
	}
	return err;
}

/* A rule across keys was broken: at the key it names, else at the whole experiment. */
static int check_rules(struct json_doc *d, const struct json_at *at,
		       const struct catalogue *c, const struct experiment *e)
{
	struct error why = {0};
	struct json_at member = {at, NULL};

	if (!experiment_check(e, c, &why))
		return 0;
	member.node = json_member(at, why.what);
	return json_fail_as(d, member.node ? &member : at, &why);
}

static int read_workload(struct json_doc *d, const struct json_at *at,
			 const struct catalogue *c, struct experiment *e)
{
	struct json_at workload = {at, json_member(at, "workload")};
	struct json_at backend = {at, json_member(at, "backend")};
	struct error why = {0};
	int err;

	/* Of the wrong backend every workload would be unknown: say what is wrong. */
	err = experiment_init(e, c, NULL, &why) ? json_fail_as(d, at, &why) : 0;
	if (!err && backend.node)
		err = read_setting(d, &backend, "backend", c, e);
	if (err)
		return err;
	if (!workload.node)
		return json_fail(d, at, "add \"workload\": \"…\"",
				 "\"workload\" is missing");
	err = json_expect(d, &workload, cJSON_String);
	if (!err && experiment_init(e, catalogue_of(c, e->backend),
				    workload.node->valuestring, &why))
		err = json_fail_as(d, &workload, &why);
	return err;
}

static int read_experiment(struct json_doc *d, const struct json_at *at,
			   const struct catalogue *c, struct experiment *e)
{
	const char *known[MAX_KEYS];
	int n, err;
	const struct param_desc *fields = experiment_fields(&n);
	struct json_at params = {at, json_member(at, "params")};

	for (int i = 0; i < n && i < MAX_KEYS - 1; i++)
		known[i] = fields[i].key;
	known[n++] = "params";
	err = json_expect(d, at, cJSON_Object);
	if (!err)
		err = json_only_keys(d, at, known, n);
	if (!err)
		err = read_workload(d, at, c, e);
	for (const cJSON *m = at->node->child; m && !err; m = m->next) {
		struct json_at member = {at, m};

		if (m != params.node && strcmp(m->string, "workload"))
			err = read_setting(d, &member, m->string, c, e);
	}
	if (!err && params.node)
		err = read_params(d, &params, c, e);
	return err ? err : check_rules(d, at, c, e);
}

int preset_read(struct json_doc *d, const struct json_at *at, const struct catalogue *c,
		struct preset *p)
{
	static const char *const known[] = {"schema",	  "name",  "title",  "notes",
					    "experiment", "sweep", "course", "lesson"};
	struct json_at experiment = {at, NULL}, sweep = {at, NULL}, lesson = {at, NULL};
	struct json_at course = {at, json_member(at, "course")};
	int err = json_expect(d, at, cJSON_Object);

	if (!err)
		err = read_schema(d, at);
	if (!err)
		err = json_only_keys(d, at, known, sizeof(known) / sizeof(known[0]));
	if (!err)
		err = read_words(d, at, p);
	if (err)
		return err;
	experiment.node = json_member(at, "experiment");
	sweep.node = json_member(at, "sweep");
	lesson.node = json_member(at, "lesson");
	if (!experiment.node)
		return json_fail(d, at, "add \"experiment\": { … }",
				 "\"experiment\" is missing");
	err = read_experiment(d, &experiment, c, &p->experiment);
	if (!err && sweep.node)
		err = preset_read_sweep(d, &sweep, c, p);
	if (!err && lesson.node)
		err = preset_read_lesson(d, &lesson, c, p);
	if (!err && course.node)
		err = preset_read_course(d, &course, p);
	return err;
}

int preset_parse_bytes(struct preset *p, const struct catalogue *c, const char *text,
		       size_t bytes, const char *name, struct error *error)
{
	struct json_doc d;
	cJSON *root = NULL;
	int err;

	json_doc_init(&d, name, text, bytes, error);
	if (bytes > PRESET_MAX_BYTES)
		return error_set(error, ERROR_INPUT, EFBIG, d.name,
				 "is larger than 1 MiB", "a preset is a short text");
	err = json_doc_check(&d);
	if (!err)
		err = json_doc_tree(&d, &root);
	if (!err)
		err = preset_read(&d, &(struct json_at){NULL, root}, c, p);
	if (err == -ENOMEM)
		error_set(error, ERROR_MACHINE, ENOMEM, d.name,
			  "there is not enough memory to read it", "free some memory");
	if (err)
		preset_fini(p);
	else
		text_copy(p->about_workload, sizeof(p->about_workload),
			  p->experiment.workload);
	cJSON_Delete(root);
	return err;
}

int preset_parse(struct preset *p, const struct catalogue *c, const char *text,
		 const char *name, struct error *error)
{
	return preset_parse_bytes(p, c, text, strlen(text), name, error);
}
