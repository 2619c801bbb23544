/* SPDX-License-Identifier: MIT */
/*
 * The steps in their order, and when each has run long enough. While one runs, the
 * interval of its median is taken from ranks, which costs nothing; lesson_measure.c
 * makes the number, and what may be concluded from it, at the end.
 */
#include "tlblab/lab/lesson_run.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lesson/measure.h"
#include "tlblab/base/text.h"

/* Of a step that says not how long it runs, and of one that only asks for precision. */
#define DEFAULT_S  3.0
#define PATIENCE_S 20.0

int lesson_run_begin(struct lesson_run *l, const struct preset *preset)
{
	*l = (struct lesson_run){.preset = preset};
	l->values = calloc((size_t)preset->n_lesson, sizeof(*l->values));
	if (!l->values)
		return -ENOMEM;
	l->step = -1;
	l->phase = LESSON_TOLD;
	lesson_run_next(l);
	return 0;
}

void lesson_run_fini(struct lesson_run *l)
{
	free(l->values);
	memset(l, 0, sizeof(*l));
}

const struct lesson_step *lesson_run_step(const struct lesson_run *l)
{
	int last = l->preset->n_lesson - 1;

	return &l->preset->lesson[l->step < last ? l->step : last];
}

static void step_enter(struct lesson_run *l, int step)
{
	l->step = step;
	l->chosen = -1;
	l->part = 0;
	l->simulating = false;
	if (step == l->preset->n_lesson)
		l->phase = LESSON_OVER;
	else
		l->phase = l->preset->lesson[step].ask ? LESSON_READY : LESSON_SETUP;
}

static void step_run(struct lesson_run *l, int predicted)
{
	l->result[l->step] = (struct lesson_result){.predicted = predicted,
						    .estimate = NAN,
						    .ci95_low = NAN,
						    .ci95_high = NAN,
						    .answer = -1,
						    .answer_low = -1,
						    .answer_high = -1};
	l->values[l->step].n = 0;
	l->phase = LESSON_SETUP;
}

void lesson_run_next(struct lesson_run *l)
{
	if (l->phase == LESSON_READY)
		step_run(l, l->chosen);
	else if (l->phase == LESSON_TOLD)
		step_enter(l, l->step + 1);
}

void lesson_run_back(struct lesson_run *l)
{
	step_enter(l, l->step > 0 ? l->step - 1 : 0);
}

void lesson_run_choose(struct lesson_run *l, int by)
{
	int n = lesson_run_step(l)->n_answers;

	if (l->phase != LESSON_READY || n == 0)
		return;
	l->chosen += by;
	if (l->chosen < 0)
		l->chosen = 0;
	if (l->chosen >= n)
		l->chosen = n - 1;
}

bool lesson_run_answer(struct lesson_run *l, int answer)
{
	if (l->phase != LESSON_READY || answer < 0 ||
	    answer >= lesson_run_step(l)->n_answers)
		return false;
	l->chosen = answer;
	lesson_run_next(l);
	return true;
}

void lesson_run_started(struct lesson_run *l)
{
	if (l->phase != LESSON_SETUP)
		return;
	if (!lesson_run_step(l)->ask && !l->simulating)
		step_run(l, -1);
	l->phase = LESSON_RUNNING;
}

void lesson_run_fail(struct lesson_run *l, bool absent, const char *why)
{
	struct lesson_result *r = &l->result[l->step];

	if (l->phase != LESSON_SETUP && l->phase != LESSON_RUNNING)
		return;
	r->outcome = absent ? LESSON_ABSENT : LESSON_FAILED;
	text_copy(r->why, sizeof(r->why), why);
	l->phase = LESSON_TOLD;
}

/* The measure cannot be had here: on to the simulation, or that was it. */
static void step_absent(struct lesson_run *l, const char *why)
{
	struct lesson_result *r = &l->result[l->step];

	if (l->simulating || !lesson_run_step(l)->n_simulate) {
		lesson_run_fail(l, true, why);
		return;
	}
	text_copy(r->why, sizeof(r->why), why);
	l->simulating = true;
	l->part = 0;
	l->values[l->step].n = 0;
	l->phase = LESSON_SETUP;
}

int lesson_run_experiment(const struct lesson_run *l, const struct catalogue *c,
			  struct experiment *out, struct error *error)
{
	const struct lesson_step *s = lesson_run_step(l);
	int err = preset_step_experiment(l->preset, c, l->step, out, error);

	for (int i = 0; l->simulating && i < s->n_simulate && !err; i++)
		err = experiment_set(out, c, s->simulate[i].key, s->simulate[i].value,
				     error);
	return err;
}

void lesson_run_disturbed(struct lesson_run *l)
{
	if (l->phase == LESSON_RUNNING)
		step_enter(l, l->step);
	/* Without a question too it waits until it is asked for. */
	if (l->phase == LESSON_SETUP)
		l->phase = LESSON_READY;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Half the distribution-free 95 % interval of the median, in percent of it. */
static double median_within_pct(const struct lesson_values *v)
{
	double sorted[LESSON_MAX_INTERVALS];
	size_t reach = (size_t)ceil(0.98 * sqrt((double)v->n)) + 1, middle = v->n / 2;

	if (v->n < LESSON_MIN_VALUES || reach > middle)
		return INFINITY;
	memcpy(sorted, v->value, v->n * sizeof(*sorted));
	qsort(sorted, v->n, sizeof(*sorted), ascending);

	size_t high = middle + reach < v->n ? middle + reach : v->n - 1;
	double width = sorted[high] - sorted[middle - reach];

	return width == 0 ? 0 : 50 * width / fabs(sorted[middle]);
}

/* How much of what the step wants is there; 1 is all. */
static double part_done(const struct lesson_run *l, const struct lesson_until *u,
			const struct lesson_result *r)
{
	double seconds = u->seconds, part = 0;

	if (seconds <= 0 && u->intervals == 0)
		seconds = u->precision_pct > 0 ? PATIENCE_S : DEFAULT_S;
	if (l->cap_s > 0 && (seconds <= 0 || seconds > l->cap_s))
		seconds = l->cap_s;
	/* Half a microsecond: ends of intervals are sums of floating point numbers. */
	if (seconds > 0)
		part = (r->seconds + 5e-7) / seconds;
	if (u->intervals > 0)
		part = fmax(part, (double)r->intervals / u->intervals);
	if (u->precision_pct > 0 && part < 1 &&
	    median_within_pct(&l->values[l->step]) <= u->precision_pct)
		part = 1;
	return fmin(part, 1);
}

/* Why the step has no meaning on this machine; NULL: it has. */
static const char *needs_missing(const struct lesson_run *l,
				 const struct lesson_step *s)
{
	if (s->needs != LESSON_NEEDS_INTERRUPTS || l->simulating ||
	    l->interrupts == LESSON_INTERRUPTS_YES)
		return NULL;
	if (l->interrupts == LESSON_INTERRUPTS_UNKNOWN)
		return "no step so far has shown that flushes reach other CPUs as "
		       "interrupts here";
	return *l->interrupts_why
		       ? l->interrupts_why
		       : "flushes do not reach other CPUs as interrupts here";
}

bool lesson_run_look(struct lesson_run *l, const struct lesson_look *look)
{
	const struct lesson_step *s = lesson_run_step(l);
	struct lesson_result *r = &l->result[l->step];
	const char *why;

	if (l->phase != LESSON_RUNNING || !look->series || isnan(look->from_s))
		return false;
	why = needs_missing(l, s);
	if (why) {
		step_absent(l, why);
		return true;
	}
	lesson_values_take(l, look);
	if (r->intervals == 0)
		return false;
	l->part = part_done(l, &s->until, r);
	if (l->part < 1)
		return false;
	why = s->measure.given ? lesson_measure_make(l, look) : NULL;
	if (why) {
		step_absent(l, why);
		return true;
	}
	r->outcome = l->simulating ? LESSON_SIMULATED : LESSON_SHOWN;
	l->phase = LESSON_TOLD;
	return true;
}

bool lesson_run_is_reference(const struct lesson_run *l, int step)
{
	for (int i = step + 1; i < l->preset->n_lesson; i++) {
		const struct lesson_measure *m = &l->preset->lesson[i].measure;

		if (m->given && m->compare != LESSON_ALONE && m->with == step)
			return true;
	}
	return false;
}
