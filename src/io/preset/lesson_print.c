/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "io/preset/text.h"

static void put_text(struct json_writer *w, const char *key, const char *text)
{
	if (text && *text)
		json_put_string(w, key, text);
}

/* Values were checked when they were read, each with the settings before it. */
static void put_set(struct json_writer *w, struct experiment *e,
		    const struct catalogue *c, const struct lesson_set *set)
{
	const struct param_desc *desc = experiment_describe(e, c, set->key);
	struct param_value v;

	json_key(w, set->key);
	if (desc && !param_parse(desc, set->value, &v, NULL))
		preset_put_value(w, desc, &v);
	else
		json_string(w, set->value);
	experiment_set(e, c, set->key, set->value, NULL);
}

static void put_sets(struct json_writer *w, const struct preset *p,
		     const struct lesson_step *s, const struct catalogue *c)
{
	struct experiment e = p->experiment;

	if (s->n_sets) {
		json_key(w, "set");
		json_begin_line_object(w);
	}
	for (int i = 0; i < s->n_sets; i++)
		put_set(w, &e, c, &s->sets[i]);
	if (s->n_sets)
		json_end_object(w);
	if (!s->n_simulate)
		return;
	json_key(w, "simulate");
	json_begin_line_object(w);
	for (int i = 0; i < s->n_simulate; i++)
		put_set(w, &e, c, &s->simulate[i]);
	json_end_object(w);
}

static void put_step_name(struct json_writer *w, const char *key,
			  const struct preset *p, int number)
{
	if (number)
		json_put_string(w, key, p->lesson[number - 1].name);
}

static void put_instead(struct json_writer *w, const struct lesson_measure *m)
{
	if (!m->n_instead)
		return;
	json_key(w, "or");
	json_begin_array(w);
	for (int i = 0; i < m->n_instead; i++)
		json_string(w, metric_table[m->instead[i]].name);
	json_end_array(w);
}

static void put_measure(struct json_writer *w, const struct preset *p,
			const struct lesson_measure *m)
{
	if (!m->given)
		return;
	json_key(w, "measure");
	json_begin_line_object(w);
	json_put_string(w, "metric", metric_table[m->metric].name);
	put_instead(w, m);
	put_text(w, "what", m->what);
	put_text(w, "unit", m->unit);
	if (m->divide != 1)
		json_put_number(w, "divide", m->divide);
	if (m->compare != LESSON_ALONE)
		json_put_string(w, m->compare == LESSON_MINUS ? "minus" : "ratio_to",
				p->lesson[m->with].name);
	put_step_name(w, "control", p, m->control);
	put_step_name(w, "unless", p, m->unless);
	if (m->at_most > 0)
		json_put_number(w, "at_most", m->at_most);
	json_end_object(w);
}

static void put_answers(struct json_writer *w, const struct lesson_step *s)
{
	if (!s->n_answers)
		return;
	json_key(w, "answers");
	json_begin_array(w);
	for (int i = 0; i < s->n_answers; i++) {
		const struct lesson_answer *a = &s->answers[i];

		json_begin_line_object(w);
		json_put_string(w, "text", a->text);
		if (isfinite(a->below))
			json_put_number(w, "below", a->below);
		put_text(w, "so", a->so);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_until(struct json_writer *w, const struct lesson_until *u)
{
	if (!(u->seconds > 0) && !u->intervals && !(u->precision_pct > 0))
		return;
	json_key(w, "until");
	json_begin_line_object(w);
	if (u->seconds > 0)
		json_put_number(w, "seconds", u->seconds);
	if (u->intervals > 0)
		json_put_int(w, "intervals", u->intervals);
	if (u->precision_pct > 0)
		json_put_number(w, "precision_pct", u->precision_pct);
	json_end_object(w);
}

static void put_step(struct json_writer *w, const struct preset *p,
		     const struct lesson_step *s, const struct catalogue *c)
{
	json_begin_object(w);
	put_text(w, "name", s->name);
	put_text(w, "title", s->title);
	put_text(w, "say", s->say);
	put_sets(w, p, s, c);
	put_text(w, "needs", lesson_needs_name[s->needs]);
	put_text(w, "ask", s->ask);
	put_measure(w, p, &s->measure);
	put_answers(w, s);
	put_text(w, "then", s->then);
	if (s->watch != LESSON_WATCH_NONE)
		json_put_string(w, "watch", lesson_watch_name[s->watch]);
	put_until(w, &s->until);
	json_end_object(w);
}

void preset_put_lesson(struct json_writer *w, const struct preset *p,
		       const struct catalogue *c)
{
	if (!p->n_lesson)
		return;
	if (p->course)
		json_put_int(w, "course", p->course);
	json_key(w, "lesson");
	json_begin_array(w);
	for (int i = 0; i < p->n_lesson; i++)
		put_step(w, p, &p->lesson[i], c);
	json_end_array(w);
}
