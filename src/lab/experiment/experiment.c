/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/experiment.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lab/experiment/fields.h"
#include "tlblab/base/text.h"

/*
 * A key is looked up once, into a place: a row of the fixed fields or a parameter of
 * the present workload. Everything else (get, set, put, describe, diff) works on
 * places. An experiment is only ever changed by a value that was checked first, so a
 * refused change leaves it as it was.
 */
struct place {
	const struct param_desc *desc; /* NULL: no such key */
	int row;		       /* of experiment_fields(), or -1 */
	int param;		       /* of the workload's params, or -1 */
};

static const char params_prefix[] = "params.";

static int param_find(const struct catalogue *c, const struct workload_desc *w,
		      const char *key)
{
	const struct param_desc *d;

	for (int i = 0; (d = catalogue_param(c, w, i)); i++)
		if (!strcmp(d->key, key))
			return i;
	return -1;
}

static const char *key_short(const char *key)
{
	size_t n = sizeof(params_prefix) - 1;

	return strncmp(key, params_prefix, n) ? key : key + n;
}

const struct workload_desc *experiment_workload(const struct experiment *e,
						const struct catalogue *c)
{
	c = catalogue_of(c, e->backend);
	return c ? catalogue_find(c, e->workload) : NULL;
}

const struct param_desc *experiment_param_desc(const struct experiment *e,
					       const struct catalogue *c, int i)
{
	return catalogue_param(catalogue_of(c, e->backend), experiment_workload(e, c),
			       i);
}

static struct place place_find(const struct experiment *e, const struct catalogue *c,
			       const char *key)
{
	struct place p = {NULL, -1, -1};

	if (key_short(key) == key)
		p.row = experiment_field_find(key);
	if (p.row >= 0) {
		p.desc = &experiment_fields(NULL)[p.row];
		return p;
	}
	p.param = param_find(catalogue_of(c, e->backend), experiment_workload(e, c),
			     key_short(key));
	p.desc = experiment_param_desc(e, c, p.param);
	return p;
}

/* What to do about an unknown name: the nearest of those known, or all of them. */
static const char *names_suggest(const char *name, const char *const *known, int n,
				 char *buf, size_t buf_bytes)
{
	const char *near = text_nearest(name, known, n);

	buf[0] = '\0';
	if (near)
		text_append(buf, buf_bytes, "did you mean %s?", near);
	else
		text_append(buf, buf_bytes, "known are");
	for (int i = 0; i < n && !near; i++)
		text_append(buf, buf_bytes, "%s %s", i ? "," : "", known[i]);
	return buf;
}

static int error_unknown_key(const struct experiment *e, const struct catalogue *c,
			     const char *key, struct error *error)
{
	const char *names[64] = {NULL};
	char todo[256];
	int n_fields, n = 0;
	const struct param_desc *fields = experiment_fields(&n_fields), *d;

	while ((d = experiment_param_desc(e, c, n)))
		names[n++] = d->key;
	for (int i = 0; i < n_fields && key_short(key) == key; i++)
		names[n++] = fields[i].key;
	names_suggest(key_short(key), names, n, todo, sizeof(todo));
	return error_setf(error, ERROR_INPUT, ENOENT, key, todo,
			  "no such setting of the %s workload", e->workload);
}

static int error_unknown_workload(const struct catalogue *c, const char *name,
				  struct error *error)
{
	const char *names[64] = {NULL};
	char todo[256];
	int n = 0;

	for (; n < c->n && n < 64; n++)
		names[n] = c->workloads[n]->name;
	names_suggest(name, names, n, todo, sizeof(todo));
	return error_setf(error, ERROR_INPUT, ENOENT, "workload", todo,
			  "the %s backend has no \"%s\"", c->backend, name);
}

/* Gives e a workload of a backend's list: defaults, and what the one before and this
 * one both know. */
static void workload_adopt(struct experiment *e, const struct catalogue *c,
			   const struct catalogue *to, const struct workload_desc *w)
{
	const struct experiment before = *e;
	char text[PARAM_TEXT_BYTES];
	const struct param_desc *d;

	memset(e->params, 0, sizeof(e->params));
	text_copy(e->backend, sizeof(e->backend), to->backend);
	text_copy(e->workload, sizeof(e->workload), w->name);
	for (int i = 0; (d = catalogue_param(to, w, i)); i++) {
		int known = param_find(catalogue_of(c, before.backend),
				       experiment_workload(&before, c), d->key);
		struct param_value kept;

		param_default(d, &e->params[i]);
		if (known < 0)
			continue;
		/* By text, since the same choice may stand elsewhere in the new list.
		 */
		param_text(experiment_param_desc(&before, c, known),
			   &before.params[known], text, sizeof(text));
		if (!param_parse(d, text, &kept, NULL))
			e->params[i] = kept;
	}
}

int experiment_init(struct experiment *e, const struct catalogue *c,
		    const char *workload, struct error *error)
{
	int n;
	const struct param_desc *fields = experiment_fields(&n);
	const struct workload_desc *w = NULL;
	struct param_value v;

	if (workload)
		w = catalogue_find(c, workload);
	else if (c->n > 0)
		w = c->workloads[0];
	if (!w)
		return error_unknown_workload(c, workload ? workload : "", error);
	memset(e, 0, sizeof(*e));
	for (int row = 0; row < n; row++) {
		param_default(&fields[row], &v);
		experiment_field_put(e, row, &v);
	}
	workload_adopt(e, c, c, w);
	return 0;
}

static int backend_check(const struct catalogue *c, const char *backend,
			 struct error *error)
{
	char todo[64] = "use";

	if (catalogue_of(c, backend))
		return 0;
	for (const struct catalogue *known = c; known; known = known->next)
		text_append(todo, sizeof(todo), "%s %s", known == c ? "" : " or",
			    known->backend);
	return error_setf(error, ERROR_INPUT, EINVAL, "backend", todo,
			  "\"%s\" does not offer these workloads", backend);
}

static int placement_check_length(const char *text, struct error *error)
{
	if (*text)
		return 0;
	return error_set(error, ERROR_INPUT, EINVAL, "placement", "it is empty",
			 "use compact, cores, spread, smt, node:N, cpus:LIST or none");
}

/* Rules of single fixed keys that their descriptions cannot say. */
static int field_check(const struct experiment *e, const struct catalogue *c,
		       const struct param_desc *d, const struct param_value *v,
		       struct error *error)
{
	const struct catalogue *offered = catalogue_of(c, e->backend);

	if (!strcmp(d->key, "backend"))
		return backend_check(c, d->choices[v->number], error);
	if (!strcmp(d->key, "workload") && !catalogue_find(offered, v->text))
		return error_unknown_workload(offered, v->text, error);
	if (!strcmp(d->key, "placement"))
		return placement_check_length(v->text, error);
	return 0;
}

/* Another backend knows other workloads: the one of the same name, or its first. */
static void backend_adopt(struct experiment *e, const struct catalogue *c,
			  const char *backend)
{
	const struct catalogue *to = catalogue_of(c, backend);
	const struct workload_desc *w = catalogue_find(to, e->workload);

	if (strcmp(e->backend, backend))
		workload_adopt(e, c, to, w ? w : to->workloads[0]);
}

/* The workload of that name, of the experiment's own backend. */
static void name_adopt(struct experiment *e, const struct catalogue *c,
		       const char *name)
{
	const struct catalogue *to = catalogue_of(c, e->backend);

	workload_adopt(e, c, to, catalogue_find(to, name));
}

static int place_put(struct experiment *e, const struct catalogue *c, struct place p,
		     const struct param_value *v, struct error *error)
{
	int err = param_check(p.desc, v, error);

	if (err)
		return err;
	if (p.row < 0) {
		e->params[p.param] = *v;
		return 0;
	}
	err = field_check(e, c, p.desc, v, error);
	if (err)
		return err;
	if (!strcmp(p.desc->key, "backend"))
		backend_adopt(e, c, p.desc->choices[v->number]);
	else if (!strcmp(p.desc->key, "workload"))
		name_adopt(e, c, v->text);
	else
		experiment_field_put(e, p.row, v);
	return 0;
}

int experiment_set(struct experiment *e, const struct catalogue *c, const char *key,
		   const char *text, struct error *error)
{
	struct place p = place_find(e, c, key);
	struct param_value v;

	if (!p.desc)
		return error_unknown_key(e, c, key, error);
	int err = param_parse(p.desc, text, &v, error);

	return err ? err : place_put(e, c, p, &v, error);
}

int experiment_put(struct experiment *e, const struct catalogue *c, const char *key,
		   const struct param_value *value, struct error *error)
{
	struct place p = place_find(e, c, key);

	if (!p.desc)
		return error_unknown_key(e, c, key, error);
	return place_put(e, c, p, value, error);
}

int experiment_get(const struct experiment *e, const struct catalogue *c,
		   const char *key, const struct param_desc **desc,
		   struct param_value *value)
{
	struct place p = place_find(e, c, key);

	if (!p.desc)
		return -ENOENT;
	if (desc)
		*desc = p.desc;
	if (value && p.row >= 0)
		experiment_field_get(e, p.row, value);
	else if (value)
		*value = e->params[p.param];
	return 0;
}

const struct param_desc *experiment_describe(const struct experiment *e,
					     const struct catalogue *c, const char *key)
{
	return place_find(e, c, key).desc;
}

const struct param_value *experiment_param(const struct experiment *e,
					   const struct catalogue *c, const char *key)
{
	int i = param_find(catalogue_of(c, e->backend), experiment_workload(e, c),
			   key_short(key));

	return i < 0 ? NULL : &e->params[i];
}

bool experiment_same_key(const struct experiment *e, const struct catalogue *c,
			 const char *a, const char *b)
{
	const struct param_desc *d = experiment_describe(e, c, a);

	return d ? d == experiment_describe(e, c, b)
		 : !strcmp(key_short(a), key_short(b));
}

static int check_each_value(const struct experiment *e, const struct catalogue *c,
			    struct error *error)
{
	int n, err;
	const struct param_desc *fields = experiment_fields(&n);
	struct param_value v;

	err = backend_check(c, e->backend, error);
	for (int row = 0; row < n && !err; row++) {
		experiment_field_get(e, row, &v);
		err = param_check(&fields[row], &v, error);
		if (!err)
			err = field_check(e, c, &fields[row], &v, error);
	}
	if (err)
		return err;
	const struct param_desc *d;

	for (int i = 0; !err && (d = experiment_param_desc(e, c, i)); i++)
		err = param_check(d, &e->params[i], error);
	return err;
}

int experiment_check(const struct experiment *e, const struct catalogue *c,
		     struct error *error)
{
	int err = check_each_value(e, c, error);

	if (err)
		return err;
	if (e->threads + e->victims > EXPERIMENT_MAX_WORKERS)
		return error_setf(error, ERROR_INPUT, EINVAL, "threads and victims",
				  "ask for fewer of either",
				  "%d and %d are more than %d together", e->threads,
				  e->victims, EXPERIMENT_MAX_WORKERS);
	if (!e->ops && e->duration_s > 0 && e->duration_s * 1000 < e->interval_ms)
		return error_setf(error, ERROR_INPUT, EINVAL, "duration_s",
				  "measure longer or read more often",
				  "%g s end before the first interval of %d ms",
				  e->duration_s, e->interval_ms);
	return 0;
}

void experiment_diff(const struct experiment *a, const struct experiment *b,
		     const struct catalogue *c, char *key, size_t key_bytes)
{
	int n;
	const struct param_desc *fields = experiment_fields(&n);
	const struct param_desc *d;
	struct param_value va, vb;

	for (int row = 0; row < n; row++) {
		experiment_field_get(a, row, &va);
		experiment_field_get(b, row, &vb);
		if (!param_equal(&fields[row], &va, &vb)) {
			text_copy(key, key_bytes, fields[row].key);
			return;
		}
	}
	/* The workload is a field, so here both have the same parameters. */
	for (int i = 0; (d = experiment_param_desc(a, c, i)); i++) {
		if (param_equal(d, &a->params[i], &b->params[i]))
			continue;
		snprintf(key, key_bytes, "%s%s",
			 experiment_field_find(d->key) < 0 ? "" : params_prefix,
			 d->key);
		return;
	}
	text_copy(key, key_bytes, "");
}
