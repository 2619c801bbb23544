/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/preset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"

/*
 * Changes are made on a copy of the experiment, or on an axis that is not yet the
 * preset's, and taken over only when everything was accepted: a refused assignment
 * leaves the preset as it was. Values of an axis are kept in the form param_text gives
 * them, so that "4k" and "4000" are one value.
 */
static const char sweep_prefix[] = "sweep.";

static void axis_fini(struct sweep_axis *axis)
{
	for (int i = 0; i < axis->n; i++)
		free(axis->values[i]);
	memset(axis, 0, sizeof(*axis));
}

void preset_fini(struct preset *p)
{
	for (int i = 0; i < p->n_notes; i++)
		free(p->notes[i]);
	for (int i = 0; i < p->n_axes; i++)
		axis_fini(&p->sweep[i]);
	for (int i = 0; i < p->n_lesson; i++)
		lesson_step_fini(&p->lesson[i]);
	free(p->lesson);
	memset(p, 0, sizeof(*p));
}

static int texts_copy(char **dst, int *n, char *const *src, int n_src)
{
	for (*n = 0; *n < n_src; (*n)++) {
		dst[*n] = strdup(src[*n]);
		if (!dst[*n])
			return -ENOMEM;
	}
	return 0;
}

static int lesson_copy(struct preset *dst, const struct preset *src)
{
	int err = 0;

	if (!src->n_lesson)
		return 0;
	dst->lesson = calloc((size_t)src->n_lesson, sizeof(*dst->lesson));
	if (!dst->lesson)
		return -ENOMEM;
	for (; dst->n_lesson < src->n_lesson && !err; dst->n_lesson++)
		err = lesson_step_copy(&dst->lesson[dst->n_lesson],
				       &src->lesson[dst->n_lesson]);
	return err;
}

bool preset_is_about(const struct preset *p, const struct experiment *e)
{
	/* A lesson changes its workload itself, and says so. */
	return p->n_lesson > 0 || !*p->about_workload ||
	       !strcmp(p->about_workload, e->workload);
}

int preset_copy(struct preset *dst, const struct preset *src)
{
	int err;

	*dst = *src;
	dst->n_notes = 0;
	dst->n_axes = 0;
	dst->lesson = NULL;
	dst->n_lesson = 0;
	err = texts_copy(dst->notes, &dst->n_notes, src->notes, src->n_notes);
	for (int i = 0; i < src->n_axes && !err; i++) {
		struct sweep_axis *axis = &dst->sweep[dst->n_axes++];

		err = texts_copy(axis->values, &axis->n, src->sweep[i].values,
				 src->sweep[i].n);
	}
	if (!err)
		err = lesson_copy(dst, src);
	if (err)
		preset_fini(dst);
	return err;
}

int preset_step_experiment(const struct preset *p, const struct catalogue *c, int step,
			   struct experiment *out, struct error *error)
{
	const struct lesson_step *s = &p->lesson[step];
	struct experiment e = p->experiment;
	int err = 0;

	for (int i = 0; i < s->n_sets && !err; i++)
		err = experiment_set(&e, c, s->sets[i].key, s->sets[i].value, error);
	if (err)
		return err;
	e.duration_s = 0;
	e.ops = 0;
	*out = e;
	return 0;
}

static int axis_find(const struct preset *p, const struct catalogue *c, const char *key)
{
	for (int i = 0; i < p->n_axes; i++)
		if (experiment_same_key(&p->experiment, c, p->sweep[i].key, key))
			return i;
	return -1;
}

static void axis_remove(struct preset *p, int i)
{
	axis_fini(&p->sweep[i]);
	p->n_axes--;
	memmove(&p->sweep[i], &p->sweep[i + 1],
		(size_t)(p->n_axes - i) * sizeof(p->sweep[i]));
	memset(&p->sweep[p->n_axes], 0, sizeof(p->sweep[0]));
}

static int axis_error(struct error *error, int err, const char *key, const char *todo,
		      const char *why)
{
	char what[64];

	snprintf(what, sizeof(what), "%s%s", sweep_prefix, key);
	return error_set(error, ERROR_INPUT, err, what, why, todo);
}

/* Checks one value against the experiment and appends it in its plain form. */
static int axis_append(struct sweep_axis *axis, const struct experiment *e,
		       const struct catalogue *c, const char *text, struct error *error)
{
	struct experiment trial = *e;
	const struct param_desc *d;
	struct param_value v;
	char plain[PARAM_TEXT_BYTES], why[PARAM_TEXT_BYTES + 32];
	int err = experiment_set(&trial, c, axis->key, text, error);

	if (err)
		return err;
	experiment_get(&trial, c, axis->key, &d, &v);
	param_text(d, &v, plain, sizeof(plain));
	for (int i = 0; i < axis->n; i++) {
		if (strcmp(axis->values[i], plain))
			continue;
		snprintf(why, sizeof(why), "%s stands there twice", plain);
		return axis_error(error, EINVAL, axis->key, "name each value once",
				  why);
	}
	if (axis->n == PRESET_MAX_STEPS)
		return axis_error(error, E2BIG, axis->key,
				  "split the sweep into several presets",
				  "more than 64 values");
	axis->values[axis->n] = strdup(plain);
	if (!axis->values[axis->n])
		return -ENOMEM;
	axis->n++;
	return 0;
}

static int axis_check_key(const struct preset *p, const struct catalogue *c,
			  const char *key, struct error *error)
{
	const struct experiment *e = &p->experiment;

	if (experiment_same_key(e, c, key, "repeats"))
		return axis_error(error, EINVAL, key, "set repeats itself",
				  "every point of a sweep is repeated alike");
	if (axis_find(p, c, key) < 0 && p->n_axes == PRESET_MAX_AXES)
		return axis_error(error, E2BIG, key, "remove one with sweep.KEY=",
				  "there are already 4 axes");
	return 0;
}

int preset_sweep(struct preset *p, const struct catalogue *c, const char *key,
		 const char *const *values, int n, struct error *error)
{
	struct sweep_axis axis = {.n = 0};
	int at, err = axis_check_key(p, c, key, error);

	if (err)
		return err;
	if (n < 1)
		return axis_error(error, EINVAL, key, "give at least one value",
				  "the list is empty");
	/* A key too long to keep is too long to be known; setting it says so. */
	text_copy(axis.key, sizeof(axis.key), key);
	for (int i = 0; i < n && !err; i++)
		err = axis_append(&axis, &p->experiment, c, values[i], error);
	if (err) {
		axis_fini(&axis);
		return err;
	}
	at = axis_find(p, c, key);
	if (at < 0)
		at = p->n_axes++;
	else
		axis_fini(&p->sweep[at]);
	p->sweep[at] = axis;
	return 0;
}

/* "1,2,4": or with semicolons, where values have commas of their own. */
static int sweep_parse(struct preset *p, const struct catalogue *c, const char *key,
		       const char *list, struct error *error)
{
	const char *values[PRESET_MAX_STEPS + 1];
	const char *separator = strchr(list, ';') ? ";" : ",";
	int n = 0, err;

	if (!*list) {
		int at = axis_find(p, c, key);

		if (at >= 0)
			axis_remove(p, at);
		else if (!experiment_describe(&p->experiment, c, key))
			return axis_error(error, ENOENT, key,
					  "tlblab list workloads names them",
					  "no such setting");
		return 0;
	}
	char *copy = strdup(list), *rest = copy, *value;

	if (!copy)
		return -ENOMEM;
	while (n <= PRESET_MAX_STEPS && (value = strsep(&rest, separator)))
		values[n++] = text_trim(value);
	err = preset_sweep(p, c, key, values, n, error);
	free(copy);
	return err;
}

/* The axes must still mean something for the workload that was just chosen. */
static int axes_check(const struct preset *p, const struct catalogue *c,
		      const struct experiment *e, struct error *error)
{
	char todo[96], why[128];

	for (int i = 0; i < p->n_axes; i++) {
		const struct sweep_axis *axis = &p->sweep[i];

		for (int k = 0; k < axis->n; k++) {
			struct experiment trial = *e;

			if (!experiment_set(&trial, c, axis->key, axis->values[k],
					    NULL))
				continue;
			snprintf(why, sizeof(why),
				 "the workload %s does not take %.40s", e->workload,
				 axis->values[k]);
			snprintf(todo, sizeof(todo),
				 "first remove the axis with sweep.%s=", axis->key);
			return axis_error(error, EINVAL, axis->key, todo, why);
		}
	}
	return 0;
}

/* What is set by hand holds for every step of a lesson. */
static void steps_let_go(struct preset *p, const struct catalogue *c,
			 const struct experiment *e, const char *key)
{
	for (int i = 0; i < p->n_lesson; i++) {
		struct lesson_step *s = &p->lesson[i];
		int kept = 0;

		for (int k = 0; k < s->n_sets; k++) {
			if (experiment_same_key(e, c, s->sets[k].key, key))
				free(s->sets[k].value);
			else
				s->sets[kept++] = s->sets[k];
		}
		s->n_sets = kept;
	}
}

static int setting_parse(struct preset *p, const struct catalogue *c, const char *key,
			 const char *text, struct error *error)
{
	struct experiment e = p->experiment;
	int at, err = experiment_set(&e, c, key, text, error);

	if (err)
		return err;
	at = axis_find(p, c, key);
	if (strcmp(e.workload, p->experiment.workload)) {
		err = axes_check(p, c, &e, error);
		if (err)
			return err;
	}
	if (at >= 0)
		axis_remove(p, at);
	steps_let_go(p, c, &e, key);
	p->experiment = e;
	return 0;
}

/* Whether there is a key before an equals sign, all on one line. */
static int assignment_check(const char *text, struct error *error)
{
	size_t blanks = strspn(text, " ");
	size_t prefix = strncmp(text + blanks, sweep_prefix, sizeof(sweep_prefix) - 1)
				? 0
				: sizeof(sweep_prefix) - 1;
	size_t key = strcspn(text + blanks + prefix, " =");

	for (const char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return error_set(error, ERROR_INPUT, EINVAL, text,
					 "a control character in it", "leave it out");
	if (key && strchr(text, '='))
		return 0;
	return error_set(error, ERROR_INPUT, EINVAL, *text ? text : "an empty setting",
			 "not of the form KEY=VALUE", "write threads=2");
}

int preset_set(struct preset *p, const struct catalogue *c, const char *assignment,
	       struct error *error)
{
	size_t prefix = sizeof(sweep_prefix) - 1;
	char *copy = strdup(assignment), *equals, *key, *text;
	int err;

	if (!copy)
		return -ENOMEM;
	err = assignment_check(assignment, error);
	if (err)
		goto out;
	equals = strchr(copy, '=');
	*equals = '\0';
	key = text_trim(copy);
	text = text_trim(equals + 1);
	if (strncmp(key, sweep_prefix, prefix))
		err = setting_parse(p, c, key, text, error);
	else
		err = sweep_parse(p, c, key + prefix, text, error);
out:
	free(copy);
	return err;
}
