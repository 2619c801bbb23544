/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "io/preset/text.h"
#include "tlblab/io/preset_file.h"

void preset_put_value(struct json_writer *w, const struct param_desc *d,
		      const struct param_value *v)
{
	if (v->is_null) {
		json_null(w);
		return;
	}
	switch (d->kind) {
	case PARAM_INT: json_int(w, v->number); break;
	case PARAM_REAL: json_number(w, v->real); break;
	case PARAM_BOOL: json_bool(w, v->number != 0); break;
	case PARAM_CHOICE: json_string(w, d->choices[v->number]); break;
	case PARAM_TEXT: json_string(w, v->text); break;
	}
}

static void put_params(struct json_writer *w, const struct experiment *e,
		       const struct catalogue *c)
{
	const struct param_desc *d;

	json_key(w, "params");
	json_begin_line_object(w);
	for (int i = 0; (d = experiment_param_desc(e, c, i)); i++) {
		json_key(w, d->key);
		preset_put_value(w, d, &e->params[i]);
	}
	json_end_object(w);
}

void experiment_put_json(struct json_writer *w, const struct experiment *e,
			 const struct catalogue *c)
{
	int n;
	const struct param_desc *fields = experiment_fields(&n);

	json_begin_object(w);
	for (int i = 0; i < n; i++) {
		const struct param_desc *desc;
		struct param_value v;

		if (experiment_get(e, c, fields[i].key, &desc, &v))
			continue;
		json_key(w, fields[i].key);
		preset_put_value(w, desc, &v);
		if (desc->kind == PARAM_TEXT && !strcmp(desc->key, "workload"))
			put_params(w, e, c);
	}
	json_end_object(w);
}

static void put_sweep(struct json_writer *w, const struct preset *p,
		      const struct catalogue *c)
{
	json_key(w, "sweep");
	json_begin_object(w);
	for (int i = 0; i < p->n_axes; i++) {
		const struct sweep_axis *axis = &p->sweep[i];
		const struct param_desc *desc =
			experiment_describe(&p->experiment, c, axis->key);

		json_key(w, axis->key);
		json_begin_line_array(w);
		for (int k = 0; k < axis->n; k++) {
			struct param_value v;

			/* Values were checked when they were put on the axis. */
			if (desc && !param_parse(desc, axis->values[k], &v, NULL))
				preset_put_value(w, desc, &v);
			else
				json_string(w, axis->values[k]);
		}
		json_end_array(w);
	}
	json_end_object(w);
}

void preset_put(struct json_writer *w, const struct preset *p,
		const struct catalogue *c)
{
	json_begin_object(w);
	json_put_string(w, "schema", PRESET_SCHEMA);
	json_put_string(w, "name", p->name);
	json_put_string(w, "title", p->title);
	json_key(w, "notes");
	json_begin_array(w);
	for (int i = 0; i < p->n_notes; i++)
		json_string(w, p->notes[i]);
	json_end_array(w);
	json_key(w, "experiment");
	experiment_put_json(w, &p->experiment, c);
	if (p->n_axes)
		put_sweep(w, p, c);
	preset_put_lesson(w, p, c);
	json_end_object(w);
}

char *preset_print(const struct preset *p, const struct catalogue *c)
{
	struct json_writer w;

	json_writer_init(&w, JSON_PRETTY);
	preset_put(&w, p, c);
	return json_writer_take(&w, NULL);
}
