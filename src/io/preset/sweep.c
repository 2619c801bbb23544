/* SPDX-License-Identifier: MIT */
/*
 * "sweep": keys of the experiment, each with the list of values to walk. Every value
 * is checked now, at its own line, not when its run comes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "io/preset/text.h"

struct steps {
	char text[PRESET_MAX_STEPS][PARAM_TEXT_BYTES];
	const char *values[PRESET_MAX_STEPS];
	int n;
};

static int read_step(struct json_doc *d, const struct json_at *at,
		     const struct catalogue *c, const struct experiment *e,
		     const char *key, struct steps *steps)
{
	const struct param_desc *desc = experiment_describe(e, c, key);
	struct experiment tried = *e;
	struct param_value v;
	struct error why = {0};
	char *text;
	int err;

	if (steps->n == PRESET_MAX_STEPS)
		return json_fail(d, at, "split the sweep into several presets",
				 "more than %d values", PRESET_MAX_STEPS);
	err = preset_read_value(d, at, desc, &v);
	if (err)
		return err;
	if (experiment_put(&tried, c, key, &v, &why))
		return json_fail_as(d, at, &why);
	text = steps->text[steps->n];
	param_text(desc, &v, text, PARAM_TEXT_BYTES);
	for (int i = 0; i < steps->n; i++)
		if (!strcmp(steps->values[i], text))
			return json_fail(d, at, "name each value once",
					 "%s stands there twice", text);
	steps->values[steps->n++] = text;
	return 0;
}

static int read_axis(struct json_doc *d, const struct json_at *at,
		     const struct catalogue *c, struct preset *p)
{
	const char *key = at->node->string;
	struct steps steps = {.n = 0};
	struct error why = {0};
	int err;

	if (!strcmp(key, "params"))
		return json_fail(d, at, "write \"params.pages\": [ … ] for one of them",
				 "parameters are swept one by one");
	for (int i = 0; i < p->n_axes; i++)
		if (experiment_same_key(&p->experiment, c, p->sweep[i].key, key))
			return json_fail(d, at, "keep one of them", "is given twice");
	if (!experiment_describe(&p->experiment, c, key)) {
		struct experiment tried = p->experiment;

		experiment_set(&tried, c, key, "", &why);
		return json_fail_as(d, at, &why);
	}
	if (!cJSON_IsArray(at->node))
		return json_fail(d, at, "write a list, such as [1, 2]", "is %s",
				 json_kind(at->node));
	for (const cJSON *n = at->node->child; n; n = n->next) {
		err = read_step(d, &(struct json_at){at, n}, c, &p->experiment, key,
				&steps);
		if (err)
			return err;
	}
	err = preset_sweep(p, c, key, steps.values, steps.n, &why);
	return err && err != -ENOMEM ? json_fail_as(d, at, &why) : err;
}

int preset_read_sweep(struct json_doc *d, const struct json_at *at,
		      const struct catalogue *c, struct preset *p)
{
	int err = json_expect(d, at, cJSON_Object);

	if (err)
		return err;
	for (const cJSON *m = at->node->child; m && !err; m = m->next)
		err = read_axis(d, &(struct json_at){at, m}, c, p);
	return err;
}
