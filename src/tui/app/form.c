/* SPDX-License-Identifier: MIT */
#include "tui/app/form.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

static const struct {
	const char *key, *label;
} form_keys[] = {
	{"threads", "threads"},	 {"mode", "mode"},	  {"placement", "placement"},
	{"victims", "victims"},	 {"ceiling", "ceiling"},  {"interval_ms", "interval"},
	{"warmup_s", "warm-up"}, {"duration_s", "until"}, {"ops", "operations"},
	{"backend", "backend"},
};

/* A parameter, as a line under what it belongs to. */
static void put_param(struct form_field *f, const struct param_desc *d)
{
	*f = (struct form_field){.label = d->key, .desc = d, .is_param = true};
	snprintf(f->key, sizeof(f->key), "params.%s", d->key);
}

/* What every workload takes is the victims' business: shown when there are any. */
static int put_common(struct form_field *out, const struct experiment *e,
		      const struct catalogue *c, const struct workload_desc *w)
{
	const struct param_desc *d;
	int n = 0;

	for (int i = w ? w->n_params : 0;
	     e->victims && (d = experiment_param_desc(e, c, i)); i++)
		put_param(&out[n++], d);
	return n;
}

int form_fields(const struct experiment *e, const struct form_facts *facts,
		struct form_field out[FORM_MAX_FIELDS])
{
	const struct workload_desc *w = experiment_workload(e, facts->catalogue);
	int n = 0;

	out[n++] = (struct form_field){
		"workload", "workload",
		experiment_describe(e, facts->catalogue, "workload"), false};
	for (int i = 0; w && i < w->n_params; i++)
		put_param(&out[n++], &w->params[i]);
	for (size_t i = 0; i < sizeof(form_keys) / sizeof(form_keys[0]); i++) {
		struct form_field *f = &out[n];

		*f = (struct form_field){.label = form_keys[i].label};
		text_copy(f->key, sizeof(f->key), form_keys[i].key);
		f->desc = experiment_describe(e, facts->catalogue, f->key);
		if (f->desc)
			n++;
		if (!strcmp(f->key, "victims"))
			n += put_common(&out[n], e, facts->catalogue, w);
	}
	return n;
}

static int step_workload(struct experiment *e, const struct catalogue *c, int direction,
			 struct error *error)
{
	const struct catalogue *mine = catalogue_of(c, e->backend);
	int at = 0;

	if (!mine || mine->n == 0)
		return 0;
	while (at < mine->n - 1 && strcmp(mine->workloads[at]->name, e->workload) != 0)
		at++;
	at = (at + direction + mine->n) % mine->n;
	return experiment_set(e, c, "workload", mine->workloads[at]->name, error);
}

/* The ring of placements; node:N once for every node. */
static void placement_name(int i, char *buf, size_t buf_bytes)
{
	static const char *const names[] = {"compact", "cores", "spread", "smt",
					    "none"};

	if (i < 5)
		text_copy(buf, buf_bytes, names[i]);
	else
		snprintf(buf, buf_bytes, "node:%d", i - 5);
}

static int step_placement(struct experiment *e, const struct form_facts *facts,
			  int direction, struct error *error)
{
	int n = 5 + (facts->machine ? facts->machine->topology.n_nodes : 0);
	int at = direction > 0 ? -1 : 0; /* from a list of CPUs to the ring's ends */
	char name[PARAM_TEXT_BYTES];

	for (int i = 0; i < n; i++) {
		placement_name(i, name, sizeof(name));
		if (strcmp(name, e->placement) == 0)
			at = i;
	}
	placement_name((at + direction + n) % n, name, sizeof(name));
	return experiment_set(e, facts->catalogue, "placement", name, error);
}

/* The kernel's own value is one of the rungs, and stands for "leave it". */
static void step_ceiling(const struct form_facts *facts, const struct param_desc *d,
			 struct param_value *v, int direction)
{
	if (facts->ceiling_original < 0) {
		param_step(d, v, direction);
		return;
	}
	if (v->is_null)
		*v = (struct param_value){.number = facts->ceiling_original};
	if (direction > 0 || v->number > 0)
		v->number += direction;
	if (v->number == facts->ceiling_original)
		*v = (struct param_value){.is_null = true};
}

int form_step(struct experiment *e, const struct form_facts *facts,
	      const struct form_field *field, int direction, struct error *error)
{
	const struct param_desc *d;
	struct param_value v;

	if (strcmp(field->key, "workload") == 0)
		return step_workload(e, facts->catalogue, direction, error);
	if (strcmp(field->key, "placement") == 0)
		return step_placement(e, facts, direction, error);
	int err = experiment_get(e, facts->catalogue, field->key, &d, &v);

	if (err)
		return error_set(error, ERROR_INPUT, -err, field->key,
				 "not a setting of this workload",
				 "choose one from the form");
	if (strcmp(field->key, "ceiling") == 0)
		step_ceiling(facts, d, &v, direction);
	else
		param_step(d, &v, direction);
	return experiment_put(e, facts->catalogue, field->key, &v, error);
}

int form_enter(struct experiment *e, const struct form_facts *facts,
	       const struct form_field *field, const char *text, struct error *error)
{
	char copy[PARAM_TEXT_BYTES];

	text_copy(copy, sizeof(copy), text);
	text = text_trim(copy);
	if (!*text && field->desc && field->desc->nullable)
		text = "null";
	return experiment_set(e, facts->catalogue, field->key, text, error);
}

const char *form_plain(const struct experiment *e, const struct form_facts *facts,
		       const struct form_field *field, char *buf, size_t buf_bytes)
{
	const struct param_desc *d;
	struct param_value v;

	buf[0] = '\0';
	if (experiment_get(e, facts->catalogue, field->key, &d, &v) == 0 && !v.is_null)
		param_text(d, &v, buf, buf_bytes);
	return buf;
}

/* CPUs of this machine that the experiment may use; 0 when unknown, or another's. */
static int form_cpus(const struct experiment *e, const struct machine *m)
{
	return m && !strcmp(e->backend, "live") ? m->topology.n_allowed : 0;
}

const char *form_absence(const struct form_facts *facts, const char *backend,
			 const char *workload)
{
	for (int i = 0; !strcmp(backend, "live") && i < facts->n_absent; i++)
		if (!strcmp(facts->absent[i].name, workload))
			return facts->absent[i].why;
	return NULL;
}

bool form_is_oversubscribed(const struct experiment *e, const struct machine *m)
{
	int cpus = form_cpus(e, m);

	return cpus > 0 && e->threads + e->victims > cpus;
}

static const char *threads_text(const struct experiment *e, const struct machine *m,
				char *buf, size_t buf_bytes)
{
	int cpus = form_cpus(e, m);

	if (cpus <= 0)
		snprintf(buf, buf_bytes, "%d", e->threads);
	else
		snprintf(buf, buf_bytes, "%d %s %d CPU%s", e->threads,
			 e->threads > cpus ? "on" : "of", cpus, cpus == 1 ? "" : "s");
	return buf;
}

static const char *ceiling_text(const struct experiment *e,
				const struct form_facts *facts, char *buf,
				size_t buf_bytes)
{
	long long own = facts->ceiling_original;

	if (e->ceiling_pages != EXPERIMENT_CEILING_KEEP)
		snprintf(buf, buf_bytes, "%lld pages", (long long)e->ceiling_pages);
	else if (own >= 0)
		snprintf(buf, buf_bytes, "%lld (kernel)", own);
	else
		snprintf(buf, buf_bytes, "kernel's");
	return buf;
}

const char *form_value(const struct experiment *e, const struct form_facts *facts,
		       const struct form_field *field, char *buf, size_t buf_bytes)
{
	const struct param_desc *d = field->desc;
	char plain[PARAM_TEXT_BYTES];

	if (strcmp(field->key, "threads") == 0)
		return threads_text(e, facts->machine, buf, buf_bytes);
	if (strcmp(field->key, "ceiling") == 0)
		return ceiling_text(e, facts, buf, buf_bytes);
	if (strcmp(field->key, "duration_s") == 0 && !(e->duration_s > 0)) {
		text_copy(buf, buf_bytes, e->ops > 0 ? "all are done" : "stopped");
		return buf;
	}
	form_plain(e, facts, field, plain, sizeof(plain));
	if (!*plain && d && d->null_text)
		text_copy(buf, buf_bytes, d->null_text);
	else if (d && (d->kind == PARAM_INT || d->kind == PARAM_REAL) && *d->unit &&
		 !strstr(field->label, d->unit))
		snprintf(buf, buf_bytes, "%s %s", plain, d->unit);
	else
		text_copy(buf, buf_bytes, *plain ? plain : "–");
	return buf;
}
