/* SPDX-License-Identifier: MIT */
/*
 * "lesson": the steps. What would only show when the step is reached (a setting the
 * workload does not take, a comparison with a step that measures nothing, answers that
 * leave a number out) is refused here, at its own line.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/preset/lesson.h"
#include "io/preset/text.h"
#include "tlblab/base/text.h"
#include "tlblab/base/utf8.h"

int preset_read_words(struct json_doc *d, const struct json_at *at, const char *key,
		      size_t max_bytes, char **out)
{
	struct json_at text = {at, json_member(at, key)};
	int err;

	if (!text.node)
		return 0;
	err = preset_read_line(d, &text, max_bytes);
	if (!err && !*text.node->valuestring)
		err = json_fail(d, &text, "write it, or leave the key out", "is empty");
	if (err)
		return err;
	*out = strdup(text.node->valuestring);
	return *out ? 0 : -ENOMEM;
}

int preset_read_above_0(struct json_doc *d, const struct json_at *at, const char *key,
			double *out)
{
	struct json_at number = {at, json_member(at, key)};

	if (!number.node)
		return 0;
	if (json_expect(d, &number, cJSON_Number))
		return -EINVAL;
	if (!(number.node->valuedouble > 0 && number.node->valuedouble < 1e12))
		return json_fail(d, &number, "give a number above 0",
				 "%g is out of range", number.node->valuedouble);
	*out = number.node->valuedouble;
	return 0;
}

/* Settings that a step makes, and how many there are so far. */
struct set_list {
	const char *key; /* of the member they are read from */
	struct lesson_set *sets;
	int *n;
};

/* One key of "set": checked against the experiment as the keys before it left it. */
static int read_set(struct json_doc *d, const struct json_at *at,
		    const struct catalogue *c, struct experiment *e,
		    struct set_list *list)
{
	const char *key = at->node->string;
	const struct param_desc *desc = experiment_describe(e, c, key);
	struct lesson_set *set = &list->sets[*list->n];
	struct param_value v = {0};
	struct error why = {0};
	char text[PARAM_TEXT_BYTES];
	int err;

	if (*list->n == LESSON_MAX_SETS)
		return json_fail(d, at, "put the rest into the experiment",
				 "more than %d settings", LESSON_MAX_SETS);
	if (!desc) {
		experiment_set(e, c, key, "", &why);
		return json_fail_as(d, at, &why);
	}
	err = preset_read_value(d, at, desc, &v);
	if (!err && experiment_put(e, c, key, &v, &why))
		err = json_fail_as(d, at, &why);
	if (err)
		return err;
	text_copy(set->key, sizeof(set->key), key);
	set->value = strdup(param_text(desc, &v, text, sizeof(text)));
	if (!set->value)
		return -ENOMEM;
	++*list->n;
	return 0;
}

/* The member that list->key names, on top of e, which is left as it makes it. */
static int read_list(struct json_doc *d, const struct json_at *at,
		     const struct catalogue *c, struct experiment *e,
		     struct set_list *list)
{
	struct json_at sets = {at, json_member(at, list->key)};
	struct error why = {0};
	int err = 0;

	if (!sets.node)
		return 0;
	if (json_expect(d, &sets, cJSON_Object))
		return -EINVAL;
	for (const cJSON *m = sets.node->child; m && !err; m = m->next) {
		for (const cJSON *twin = m->next; twin; twin = twin->next)
			if (experiment_same_key(e, c, m->string, twin->string))
				return json_fail(d, &(struct json_at){&sets, twin},
						 "keep one of them", "is given twice");
		err = read_set(d, &(struct json_at){&sets, m}, c, e, list);
	}
	e->duration_s = 0;
	e->ops = 0;
	if (!err && experiment_check(e, c, &why))
		err = json_fail_as(d, &sets, &why);
	return err;
}

static int read_sets(struct json_doc *d, const struct json_at *at,
		     const struct catalogue *c, const struct preset *p,
		     struct lesson_step *s)
{
	struct set_list live = {"set", s->sets, &s->n_sets};
	struct set_list simulated = {"simulate", s->simulate, &s->n_simulate};
	struct experiment e = p->experiment;
	int err = read_list(d, at, c, &e, &live);

	if (!err)
		err = read_list(d, at, c, &e, &simulated);
	if (!err && s->n_simulate && strcmp(e.backend, "sim")) {
		struct json_at sets = {at, json_member(at, simulated.key)};

		err = json_fail(d, &sets, "add \"backend\": \"sim\"",
				"it simulates nothing");
	}
	return err;
}

static int read_needs(struct json_doc *d, const struct json_at *up,
		      struct lesson_step *s)
{
	struct json_at at = {up, json_member(up, "needs")};
	char shown[48];

	if (!at.node)
		return 0;
	if (json_expect(d, &at, cJSON_String))
		return -EINVAL;
	for (int i = LESSON_NEEDS_NOTHING + 1; i < LESSON_NEEDS_N; i++) {
		if (strcmp(at.node->valuestring, lesson_needs_name[i]))
			continue;
		s->needs = (enum lesson_needs)i;
		return 0;
	}
	return json_fail(d, &at, "known is interrupts", "a step cannot need \"%s\"",
			 utf8_show(shown, sizeof(shown), at.node->valuestring));
}

static int read_until(struct json_doc *d, const struct json_at *up,
		      struct lesson_step *s)
{
	struct json_at at = {up, json_member(up, "until")};
	double intervals = 0;
	int err;

	if (!at.node)
		return 0;
	err = json_expect(d, &at, cJSON_Object);
	if (!err)
		err = json_only_keys(d, &at,
				     KNOWN("seconds", "intervals", "precision_pct"), 3);
	if (!err && !at.node->child)
		err = json_fail(d, &at, "say seconds, intervals or precision_pct",
				"is empty");
	if (!err)
		err = preset_read_above_0(d, &at, "seconds", &s->until.seconds);
	if (!err)
		err = preset_read_above_0(d, &at, "intervals", &intervals);
	if (!err)
		err = preset_read_above_0(d, &at, "precision_pct",
					  &s->until.precision_pct);
	if (!err &&
	    (intervals != trunc(intervals) || intervals > LESSON_MAX_INTERVALS)) {
		struct json_at number = {&at, json_member(&at, "intervals")};

		err = json_fail(d, &number, "give a whole number up to 400",
				"%g is none", intervals);
	}
	s->until.intervals = err ? 0 : (int)intervals;
	return err;
}

static int read_watch(struct json_doc *d, const struct json_at *up,
		      struct lesson_step *s)
{
	struct json_at at = {up, json_member(up, "watch")};
	char todo[160] = "known are ", shown[48];

	if (!at.node)
		return 0;
	if (json_expect(d, &at, cJSON_String))
		return -EINVAL;
	for (int i = LESSON_WATCH_NONE + 1; i < LESSON_WATCH_N; i++) {
		if (!strcmp(at.node->valuestring, lesson_watch_name[i])) {
			s->watch = (enum lesson_watch)i;
			return 0;
		}
		text_append(todo, sizeof(todo), "%s%s",
			    i > LESSON_WATCH_NONE + 1 ? ", " : "",
			    lesson_watch_name[i]);
	}
	return json_fail(d, &at, todo, "there is no panel \"%s\"",
			 utf8_show(shown, sizeof(shown), at.node->valuestring));
}

static int read_name(struct json_doc *d, const struct json_at *up,
		     const struct preset *p, struct lesson_step *s)
{
	struct json_at at = {up, json_member(up, "name")};
	const char *text;

	if (!at.node)
		return 0;
	if (preset_read_line(d, &at, sizeof(s->name)))
		return -EINVAL;
	text = at.node->valuestring;
	if (!*text)
		return json_fail(d, &at, "leave the key out", "is empty");
	for (int i = 0; i < p->n_lesson; i++)
		if (!strcmp(p->lesson[i].name, text))
			return json_fail(d, &at, "give each step its own",
					 "two steps are called \"%s\"", text);
	text_copy(s->name, sizeof(s->name), text);
	return 0;
}

static int read_step(struct json_doc *d, const struct json_at *at,
		     const struct catalogue *c, const struct preset *p,
		     struct lesson_step *s)
{
	int err = json_expect(d, at, cJSON_Object);

	if (!err)
		err = json_only_keys(d, at,
				     KNOWN("title", "say", "set", "simulate", "needs",
					   "ask", "answers", "watch", "until", "name",
					   "measure", "then"),
				     12);
	if (!err)
		err = preset_read_words(d, at, "title", LESSON_SHORT_BYTES, &s->title);
	if (!err && !s->title)
		err = json_fail(d, at, "add \"title\": \"…\"", "\"title\" is missing");
	if (!err)
		err = preset_read_words(d, at, "say", LESSON_LONG_BYTES, &s->say);
	if (!err)
		err = preset_read_words(d, at, "ask", LESSON_SHORT_BYTES, &s->ask);
	if (!err)
		err = preset_read_words(d, at, "then", LESSON_LONG_BYTES, &s->then);
	if (!err)
		err = read_name(d, at, p, s);
	if (!err)
		err = read_sets(d, at, c, p, s);
	if (!err)
		err = read_needs(d, at, s);
	if (!err)
		err = preset_read_measure(d, at, p, s);
	if (!err)
		err = preset_read_answers(d, at, s);
	if (!err)
		err = read_until(d, at, s);
	return err ? err : read_watch(d, at, s);
}

int preset_read_lesson(struct json_doc *d, const struct json_at *at,
		       const struct catalogue *c, struct preset *p)
{
	int n, err = json_expect(d, at, cJSON_Array);

	if (err)
		return err;
	n = cJSON_GetArraySize(at->node);
	if (n < 1 || n > LESSON_MAX_STEPS)
		return json_fail(d, at, "give 1 to 24", "there are %d steps", n);
	p->lesson = calloc((size_t)n, sizeof(*p->lesson));
	if (!p->lesson)
		return -ENOMEM;
	for (const cJSON *m = at->node->child; m && !err; m = m->next) {
		struct lesson_step step = {.n_sets = 0};

		err = read_step(d, &(struct json_at){at, m}, c, p, &step);
		p->lesson[p->n_lesson++] = step; /* with what it owns */
	}
	return err;
}

int preset_read_course(struct json_doc *d, const struct json_at *at, struct preset *p)
{
	double n = at->node->valuedouble;

	if (json_expect(d, at, cJSON_Number))
		return -EINVAL;
	if (n != trunc(n) || n < 1 || n > 99)
		return json_fail(d, at, "give its place in the course, 1 to 99",
				 "%g is none", n);
	if (!p->n_lesson)
		return json_fail(d, at, "add \"lesson\": [ … ], or leave it out",
				 "a place in the course without a lesson");
	p->course = (int)n;
	return 0;
}
