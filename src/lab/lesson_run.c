/* SPDX-License-Identifier: MIT */
/*
 * Medians, because a busy machine throws in single intervals that are far off, and
 * those say nothing of the workload. While a step runs, the interval of its median is
 * taken from ranks, which costs nothing; at its end it is bootstrapped, which also
 * holds for a ratio or a difference of two medians.
 */
#include "tlblab/lab/lesson_run.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/compare_stats.h"
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
	if (!lesson_run_step(l)->ask)
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

void lesson_run_disturbed(struct lesson_run *l)
{
	if (l->phase == LESSON_RUNNING)
		step_enter(l, l->step);
	/* Without a question too it waits until it is asked for. */
	if (l->phase == LESSON_SETUP)
		l->phase = LESSON_READY;
}

static void values_take(struct lesson_values *v, struct lesson_result *r, enum metric m,
			const struct lesson_look *look)
{
	int n = series_count(look->series), first = n;

	v->n = 0;
	/* A thinned point belongs where its middle lies. */
	while (first > 0) {
		const struct sample *s = &series_at(look->series, first - 1)->sample;

		if (s->t_s - s->elapsed_s / 2 <= look->from_s)
			break;
		first--;
	}
	r->intervals = n - first;
	r->disturbed = r->noise = 0;
	for (int i = first; i < n; i++) {
		uint8_t noise = series_at(look->series, i)->sample.noise;

		r->disturbed += noise != 0;
		r->noise |= noise;
	}
	r->seconds = n > first
			     ? series_at(look->series, n - 1)->sample.t_s - look->from_s
			     : 0;
	if (r->intervals > LESSON_MAX_INTERVALS)
		first = n - LESSON_MAX_INTERVALS;
	for (; first < n; first++) {
		struct reading x =
			metric_of(m, &series_at(look->series, first)->sample);

		if (reading_present(x))
			v->value[v->n++] = x.value;
	}
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

struct measuring {
	double divide[2]; /* of what it is compared with, then its own */
	enum lesson_compare compare;
};

static double median_of(const struct stats_sample *s)
{
	struct stats stats;

	return stats_of(s->values, s->n, &stats) ? NAN : stats.median;
}

static double measure_statistic(const struct stats_sample *samples, size_t n,
				const void *context)
{
	const struct measuring *m = context;
	double own = median_of(&samples[n - 1]) / m->divide[1];

	if (m->compare == LESSON_ALONE)
		return own;
	double other = median_of(&samples[0]) / m->divide[0];

	if (m->compare == LESSON_MINUS)
		return own - other;
	return other != 0 ? own / other : NAN;
}

static void answer_find(const struct lesson_step *s, struct lesson_result *r)
{
	if (s->n_answers == 0)
		return;
	r->answer = r->answer_low = r->answer_high = lesson_answer_of(s, r->estimate);
	if (isnan(r->ci95_low) || isnan(r->ci95_high))
		return;
	r->answer_low = lesson_answer_of(s, r->ci95_low);
	r->answer_high = lesson_answer_of(s, r->ci95_high);
}

/* Measures the answer of a step that has run. */
static void measure_make(struct lesson_run *l, const struct lesson_look *look)
{
	const struct lesson_step *s = lesson_run_step(l);
	const struct lesson_measure *m = &s->measure;
	const struct lesson_values *own = &l->values[l->step], *with = own;
	struct lesson_result *r = &l->result[l->step];
	struct measuring how = {{1, m->divide}, m->compare};
	struct rng rng = {1};
	struct stats_interval found = {NAN, NAN, NAN};

	if (m->compare != LESSON_ALONE) {
		with = &l->values[m->with];
		how.divide[0] = l->preset->lesson[m->with].measure.divide;
	}
	if (own->n == 0 || with->n == 0) {
		lesson_run_fail(l, true,
				own->n > 0 ? "the step it is compared with was not "
					     "measured"
				: look->why_absent && *look->why_absent
					? look->why_absent
					: "not measured on this machine");
		return;
	}
	const struct stats_sample samples[2] = {{with->value, with->n},
						{own->value, own->n}};
	size_t n = m->compare == LESSON_ALONE ? 1 : 2;

	r->n = own->n;
	r->estimate = measure_statistic(samples + 2 - n, n, &how);
	if (own->n >= 2 && with->n >= 2 &&
	    !stats_bootstrap(samples + 2 - n, n, measure_statistic, &how,
			     STATS_RESAMPLES, &rng, &found)) {
		r->ci95_low = found.ci95_low;
		r->ci95_high = found.ci95_high;
	}
	if (isnan(r->estimate)) {
		lesson_run_fail(l, true, "the number it is compared with is 0");
		return;
	}
	r->outcome = LESSON_SHOWN;
	answer_find(s, r);
}

bool lesson_run_look(struct lesson_run *l, const struct lesson_look *look)
{
	const struct lesson_step *s = lesson_run_step(l);
	struct lesson_result *r = &l->result[l->step];
	enum metric m = s->measure.given ? s->measure.metric : METRIC_NS_PER_OP;

	if (l->phase != LESSON_RUNNING || !look->series || isnan(look->from_s))
		return false;
	values_take(&l->values[l->step], r, m, look);
	if (r->intervals == 0)
		return false;
	l->part = part_done(l, &s->until, r);
	if (l->part < 1)
		return false;
	if (s->measure.given)
		measure_make(l, look);
	else
		r->outcome = LESSON_SHOWN;
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
