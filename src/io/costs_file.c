/* SPDX-License-Identifier: MIT */
#include "tlblab/io/costs_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/json/doc.h"
#include "io/preset/path.h"
#include "io/text_file.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"
#include "tlblab/base/version.h"
#include "tlblab/io/json_writer.h"

enum { COSTS_MAX_BYTES = 1 << 20 };

int costs_file_path(char *buf, size_t buf_bytes)
{
	const char *named = getenv("TLBLAB_MACHINE");
	char folder[PRESET_PATH_BYTES];
	int err, n;

	if (named && *named) {
		n = snprintf(buf, buf_bytes, "%s", named);
	} else {
		err = preset_path_user(folder, sizeof(folder));
		if (err)
			return err;
		/* Beside the presets' folder. */
		*strrchr(folder, '/') = '\0';
		n = snprintf(buf, buf_bytes, "%s/machine.json", folder);
	}
	return n < 0 || (size_t)n >= buf_bytes ? -ENAMETOOLONG : 0;
}

double costs_proof_error_pct(const struct costs_proof *p)
{
	return 100 * (p->sim_ns / p->live_ns - 1);
}

static int read_schema(struct json_doc *d, const struct json_at *root)
{
	char schema[48];

	if (json_expect(d, root, cJSON_Object))
		return d->err;
	json_get_text(d, root, "schema", schema, sizeof(schema));
	if (d->err || !strcmp(schema, COSTS_SCHEMA))
		return d->err;
	return json_fail(d, root, "make one with `tlblab run calibrate`",
			 "this is no \"" COSTS_SCHEMA "\"");
}

static int read_costs(struct json_doc *d, const struct json_at *root,
		      struct costs_file *f)
{
	struct json_at costs;

	if (!json_get_container(d, root, "costs", cJSON_Object, &costs))
		return d->err ? d->err
			      : json_fail(d, root,
					  "make one with `tlblab run calibrate`",
					  "\"costs\" is missing");
	for (const cJSON *m = costs.node->child; m; m = m->next) {
		struct json_at cost = {&costs, m};
		struct costs_value *v = &f->costs[f->n_costs];

		if (json_expect(d, &cost, cJSON_Number))
			return d->err;
		if (f->n_costs == COSTS_MAX || strlen(m->string) >= sizeof(v->name))
			return json_fail(d, &cost,
					 "make one with `tlblab run calibrate`",
					 "no such cost");
		text_copy(v->name, sizeof(v->name), m->string);
		v->value = m->valuedouble;
		f->n_costs++;
	}
	return 0;
}

static int read_file(struct json_doc *d, struct costs_file *f)
{
	cJSON *tree = NULL;
	int err = json_doc_check(d);

	if (!err)
		err = json_doc_tree(d, &tree);
	if (err)
		return err;
	struct json_at root = {NULL, tree};

	static const char *const known[] = {"schema",	"tool_version", "measured_utc",
					    "cpu",	"kernel",	"measured",
					    "fidelity", "ipi_model",	"costs"};

	err = read_schema(d, &root);
	if (!err)
		err = json_only_keys(d, &root, known, sizeof(known) / sizeof(known[0]));
	json_get_text(d, &root, "cpu", f->cpu, sizeof(f->cpu));
	json_get_text(d, &root, "kernel", f->kernel, sizeof(f->kernel));
	json_get_text(d, &root, "measured_utc", f->measured_utc,
		      sizeof(f->measured_utc));
	json_get_text(d, &root, "ipi_model", f->ipi_model, sizeof(f->ipi_model));
	if (!err)
		err = d->err ? d->err : read_costs(d, &root, f);
	cJSON_Delete(tree);
	return err;
}

int costs_file_load(struct costs_file *f, const char *path, struct error *error)
{
	struct json_doc d;
	char *text = NULL;
	size_t bytes;

	memset(f, 0, sizeof(*f));
	int err = text_file_read(path, COSTS_MAX_BYTES, &text, &bytes, error);

	if (err)
		return err;
	json_doc_init(&d, path, text, bytes, error);
	err = read_file(&d, f);
	free(text);
	return err;
}

static void put_values(struct json_writer *w, const char *key,
		       const struct costs_value *values, int n)
{
	json_key(w, key);
	json_begin_object(w);
	for (int i = 0; i < n; i++)
		json_put_number(w, values[i].name, values[i].value);
	json_end_object(w);
}

static char *costs_text(const struct costs_file *f, size_t *bytes)
{
	struct json_writer w;

	json_writer_init(&w, JSON_PRETTY);
	json_begin_object(&w);
	json_put_string(&w, "schema", COSTS_SCHEMA);
	json_put_string(&w, "tool_version", TLBLAB_VERSION);
	json_put_string(&w, "measured_utc", f->measured_utc);
	json_put_string(&w, "cpu", f->cpu);
	json_put_string(&w, "kernel", f->kernel);
	put_values(&w, "measured", f->measured, f->n_measured);
	json_key(&w, "fidelity");
	json_begin_array(&w);
	for (int i = 0; i < f->n_proofs; i++) {
		const struct costs_proof *p = &f->proofs[i];

		json_begin_line_object(&w);
		json_put_string(&w, "experiment", p->experiment);
		json_put_number(&w, "live_ns", p->live_ns);
		json_put_number(&w, "sim_ns", p->sim_ns);
		json_put_number(&w, "error_pct", costs_proof_error_pct(p));
		json_end_object(&w);
	}
	json_end_array(&w);
	if (*f->ipi_model)
		json_put_string(&w, "ipi_model", f->ipi_model);
	put_values(&w, "costs", f->costs, f->n_costs);
	json_end_object(&w);
	return json_writer_take(&w, bytes);
}

/* The folders above the file, as far as they are missing; a failure shows when the
 * file is written. */
static void make_folders(const char *path)
{
	char folder[PRESET_PATH_BYTES];

	if (snprintf(folder, sizeof(folder), "%s", path) >= (int)sizeof(folder))
		return;
	for (char *slash = strchr(folder + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(folder, 0700);
		*slash = '/';
	}
}

int costs_file_save(const struct costs_file *f, const char *path, struct error *error)
{
	size_t bytes;
	char *text = costs_text(f, &bytes);

	if (!text)
		return error_set(error, ERROR_MACHINE, ENOMEM, path, "out of memory",
				 "close other programs");
	if (strcmp(path, "-"))
		make_folders(path);
	int err = file_write_whole(path, text, bytes, error);

	free(text);
	return err;
}
