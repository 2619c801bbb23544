/* SPDX-License-Identifier: MIT */
/* What a step measures, and the answers that its number is held against. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/preset/lesson.h"
#include "io/preset/text.h"
#include "tlblab/base/text.h"
#include "tlblab/base/utf8.h"

/* The earlier step that a member names, counted from 1. */
static int read_earlier(struct json_doc *d, const struct json_at *at,
			const struct preset *p, int *out)
{
	const char *name = at->node->valuestring;
	char shown[48];

	if (json_expect(d, at, cJSON_String))
		return -EINVAL;
	for (int i = 0; i < p->n_lesson; i++) {
		if (strcmp(p->lesson[i].name, name) || !*name)
			continue;
		if (!p->lesson[i].measure.given)
			return json_fail(d, at, "give it a \"measure\"",
					 "the step \"%s\" measures nothing", name);
		*out = i + 1;
		return 0;
	}
	return json_fail(d, at, "give the \"name\" of a step before this one",
			 "no earlier step is called \"%s\"",
			 utf8_show(shown, sizeof(shown), name));
}

/* A member that names an earlier step; *out stays as it is where there is none. */
static int read_reference(struct json_doc *d, const struct json_at *at, const char *key,
			  const struct preset *p, int *out)
{
	struct json_at step = {at, json_member(at, key)};

	return step.node ? read_earlier(d, &step, p, out) : 0;
}

static int metric_read(struct json_doc *d, const struct json_at *metric,
		       enum metric *out)
{
	const char *names[METRIC_N], *near;
	char todo[96] = "see tlblab list metrics", shown[48];

	if (json_expect(d, metric, cJSON_String))
		return -EINVAL;
	*out = metric_find(metric->node->valuestring);
	if (*out == METRIC_RUNTIME_S)
		return json_fail(d, metric, "use ns_per_op or ops_per_s",
				 "the length of a run is what \"until\" says");
	if (*out != METRIC_N)
		return 0;
	for (int i = 0; i < METRIC_N; i++)
		names[i] = metric_table[i].name;
	near = text_nearest(metric->node->valuestring, names, METRIC_N);
	if (near)
		snprintf(todo, sizeof(todo), "did you mean \"%s\"?", near);
	return json_fail(d, metric, todo, "there is no metric \"%s\"",
			 utf8_show(shown, sizeof(shown), metric->node->valuestring));
}

static int read_metric(struct json_doc *d, const struct json_at *at,
		       struct lesson_measure *m)
{
	struct json_at metric = {at, json_member(at, "metric")};

	if (!metric.node)
		return json_fail(d, at, "add \"metric\": \"ns_per_op\"",
				 "\"metric\" is missing");
	return metric_read(d, &metric, &m->metric);
}

/* "or": what the step is measured by where its metric is silent. */
static int read_instead(struct json_doc *d, const struct json_at *at,
			struct lesson_measure *m)
{
	struct json_at list = {at, json_member(at, "or")};
	int n, err = 0;

	if (!list.node)
		return 0;
	if (json_expect(d, &list, cJSON_Array))
		return -EINVAL;
	n = cJSON_GetArraySize(list.node);
	if (n < 1 || n > LESSON_MAX_METRICS - 1)
		return json_fail(d, &list, "give 1 to 3", "there are %d metrics", n);
	for (const cJSON *one = list.node->child; one && !err; one = one->next) {
		struct json_at metric = {&list, one};

		err = metric_read(d, &metric, &m->instead[m->n_instead]);
		if (!err && strcmp(metric_table[m->metric].unit,
				   metric_table[m->instead[m->n_instead]].unit))
			err = json_fail(d, &metric, "name one of the same meaning",
					"its unit is not that of \"%s\"",
					metric_table[m->metric].name);
		m->n_instead += !err;
	}
	return err;
}

/* What is compared with an earlier step, or refused because of one. */
static int read_earlier_steps(struct json_doc *d, const struct json_at *at,
			      const struct preset *p, struct lesson_measure *m)
{
	struct json_at minus = {at, json_member(at, "minus")};
	int with = 0, err = 0;

	if (minus.node && json_member(at, "ratio_to"))
		return json_fail(d, &minus, "keep one of them",
				 "there is a ratio_to as well");
	err = read_reference(d, at, "ratio_to", p, &with);
	if (!err)
		err = read_reference(d, at, "minus", p, &with);
	if (!err)
		err = read_reference(d, at, "control", p, &m->control);
	if (!err)
		err = read_reference(d, at, "unless", p, &m->unless);
	if (err || !with)
		return err;
	m->with = with - 1;
	m->compare = minus.node ? LESSON_MINUS : LESSON_RATIO_TO;
	return 0;
}

int preset_read_measure(struct json_doc *d, const struct json_at *up,
			const struct preset *p, struct lesson_step *s)
{
	struct json_at at = {up, json_member(up, "measure")};
	struct lesson_measure *m = &s->measure;
	struct json_at unit = {&at, NULL};
	int err;

	m->divide = 1;
	if (!at.node)
		return 0;
	err = json_expect(d, &at, cJSON_Object);
	if (!err)
		err = json_only_keys(d, &at,
				     KNOWN("metric", "or", "what", "unit", "divide",
					   "ratio_to", "minus", "control", "unless",
					   "at_most"),
				     10);
	if (!err)
		err = read_metric(d, &at, m);
	if (!err)
		err = read_instead(d, &at, m);
	if (!err)
		err = preset_read_words(d, &at, "what", LESSON_SHORT_BYTES, &m->what);
	if (!err)
		err = preset_read_above_0(d, &at, "divide", &m->divide);
	if (!err)
		err = preset_read_above_0(d, &at, "at_most", &m->at_most);
	if (err)
		return err;
	unit.node = json_member(&at, "unit");
	if (unit.node)
		err = preset_read_line(d, &unit, sizeof(m->unit));
	if (!err && unit.node)
		text_copy(m->unit, sizeof(m->unit), unit.node->valuestring);
	if (!err)
		err = read_earlier_steps(d, &at, p, m);
	m->given = !err;
	return err;
}

static int read_answer(struct json_doc *d, const struct json_at *at, bool last,
		       struct lesson_step *s)
{
	struct lesson_answer *a = &s->answers[s->n_answers];
	struct json_at below = {at, NULL};
	int err = json_expect(d, at, cJSON_Object);

	if (err)
		return err;
	s->n_answers++; /* what it owns from here on goes with the step */
	err = json_only_keys(d, at, KNOWN("text", "below", "so"), 3);
	if (!err)
		err = preset_read_words(d, at, "text", LESSON_SHORT_BYTES, &a->text);
	if (!err && !a->text)
		err = json_fail(d, at, "add \"text\": \"…\"", "\"text\" is missing");
	if (!err)
		err = preset_read_words(d, at, "so", LESSON_LONG_BYTES, &a->so);
	below.node = json_member(at, "below");
	a->below = INFINITY;
	if (err)
		return err;
	if (last)
		return below.node ? json_fail(d, &below, "leave it out there",
					      "the last answer holds all that is left")
				  : 0;
	if (!below.node)
		return json_fail(d, at, "add \"below\": the number it ends before",
				 "\"below\" is missing");
	err = json_expect(d, &below, cJSON_Number);
	if (err)
		return err;
	a->below = below.node->valuedouble;
	if (!isfinite(a->below) ||
	    (s->n_answers > 1 && !(a->below > s->answers[s->n_answers - 2].below)))
		return json_fail(d, &below, "put the answers in ascending order",
				 "%g is not above the answer before it", a->below);
	return 0;
}

int preset_read_answers(struct json_doc *d, const struct json_at *up,
			struct lesson_step *s)
{
	struct json_at at = {up, json_member(up, "answers")};
	int n, err = 0;

	if (!at.node)
		return s->ask ? json_fail(d, up, "add \"answers\": [ … ]",
					  "a question without \"answers\"")
			      : 0;
	if (json_expect(d, &at, cJSON_Array))
		return -EINVAL;
	if (!s->ask || !s->measure.given)
		return json_fail(d, &at, "add it, or leave the answers out",
				 "there are answers, but no \"%s\"",
				 s->ask ? "measure" : "ask");
	n = cJSON_GetArraySize(at.node);
	if (n < LESSON_MIN_ANSWERS || n > LESSON_MAX_ANSWERS)
		return json_fail(d, &at, "give 2 to 5", "there are %d answers", n);
	for (const cJSON *a = at.node->child; a && !err; a = a->next)
		err = read_answer(d, &(struct json_at){&at, a}, !a->next, s);
	return err;
}
