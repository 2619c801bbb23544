/* SPDX-License-Identifier: MIT */
/*
 * What a step measured, and what may be concluded from it.
 *
 * Medians, because a busy machine throws in single intervals that are far off, and
 * those say nothing of the workload; their interval is bootstrapped, which also holds
 * for a ratio or a difference of two medians.
 *
 * Three things keep a number from becoming an answer: a check that failed (what was
 * meant is not what ran), a 0 of a metric that no control has shown to count here, and
 * a step it is compared with that fell to either. Two keep an answer from being
 * explained: a size that the explanation cannot reach, and a control with most of the
 * effect.
 */
#include "lab/lesson/measure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/compare_stats.h"
#include "tlblab/base/text.h"

/* Per operation or second: a control below this is as good as silent. */
static const double control_least = 0.1;
/* A slowdown below this is no noise about 1. */
static const double quiet_least = 0.97;
/* Of an effect: a control that shows this much of it leaves no cause to name. */
static const double control_most = 0.5;

static struct lesson_result *result_now(struct lesson_run *l)
{
	return &l->result[l->step];
}

/* Whether 0 may mean that the source sees nothing. */
static bool can_be_silent(enum metric m)
{
	switch (m) {
	case METRIC_SHOOTDOWNS_PER_OP:
	case METRIC_SHOOTDOWNS_PER_S:
	case METRIC_CPUS_TOLD_PER_OP:
	case METRIC_CPUS_TOLD_PER_S:
	case METRIC_FULL_FLUSHES_PER_OP:
	case METRIC_RANGED_FLUSHES_PER_OP: return true;
	default: return false;
	}
}

static bool is_of_time(enum metric m)
{
	return !can_be_silent(m) && m != METRIC_DTLB_WALKS_PER_OP;
}

/* The first interval of the step; a thinned point belongs where its middle lies. */
static int window_first(const struct lesson_look *look)
{
	int first = series_count(look->series);

	while (first > 0) {
		const struct sample *s = &series_at(look->series, first - 1)->sample;

		if (s->t_s - s->elapsed_s / 2 <= look->from_s)
			break;
		first--;
	}
	return first;
}

static void metric_take(struct lesson_values *v, enum metric m,
			const struct lesson_look *look, int first)
{
	int n = series_count(look->series);

	v->n = 0;
	if (n - first > LESSON_MAX_INTERVALS)
		first = n - LESSON_MAX_INTERVALS;
	for (; first < n; first++) {
		struct reading x =
			metric_of(m, &series_at(look->series, first)->sample);

		if (reading_present(x))
			v->value[v->n++] = x.value;
	}
}

static bool speaks(const struct lesson_values *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->value[i] > 0)
			return true;
	return false;
}

/* The control's metric where there is one: only that has been shown to count. Else the
 * first that is not silent, else the first that is there at all. */
static enum metric metric_choose(struct lesson_run *l, const struct lesson_look *look,
				 int first)
{
	const struct lesson_measure *m = &lesson_run_step(l)->measure;
	struct lesson_values *v = &l->values[l->step];
	enum metric there = METRIC_N;

	if (!m->given)
		return METRIC_NS_PER_OP;
	if (m->control && l->result[m->control - 1].outcome == LESSON_SHOWN)
		return l->result[m->control - 1].metric;
	for (int i = 0; i <= m->n_instead; i++) {
		enum metric one = i ? m->instead[i - 1] : m->metric;

		metric_take(v, one, look, first);
		if (speaks(v))
			return one;
		if (v->n > 0 && there == METRIC_N)
			there = one;
	}
	return there == METRIC_N ? m->metric : there;
}

void lesson_values_take(struct lesson_run *l, const struct lesson_look *look)
{
	struct lesson_result *r = result_now(l);
	int n = series_count(look->series), first = window_first(look);

	r->intervals = n - first;
	r->disturbed = r->noise = 0;
	r->ops = NAN;
	for (int i = first; i < n; i++) {
		uint8_t noise = series_at(look->series, i)->sample.noise;
		struct reading ops =
			sample_get(&series_at(look->series, i)->sample, CH_OPS);

		r->disturbed += noise != 0;
		r->noise |= noise;
		if (reading_present(ops))
			r->ops = ops.value + (isnan(r->ops) ? 0 : r->ops);
	}
	r->seconds = n > first
			     ? series_at(look->series, n - 1)->sample.t_s - look->from_s
			     : 0;
	r->metric = metric_choose(l, look, first);
	metric_take(&l->values[l->step], r->metric, look, first);
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

/* The failed check after which this metric says nothing; NULL: none. */
static const struct check *check_failed(const struct lesson_look *look, enum metric m)
{
	for (int i = 0; i < look->n_checks; i++) {
		const struct check *c = &look->checks[i];

		if (c->state == CHECK_WARN &&
		    (c->reach == CHECK_VOIDS ||
		     (c->reach == CHECK_VOIDS_TIMES && is_of_time(m))))
			return c;
	}
	return NULL;
}

/* Whether 0 is what was found, or not ruled out where the answer depends on it. */
static bool may_be_zero(const struct lesson_step *s, const struct lesson_result *r)
{
	int zero = lesson_answer_of(s, 0);

	if (s->measure.compare != LESSON_ALONE || s->n_answers == 0)
		return !(r->estimate > 0 || r->estimate < 0);
	return r->answer_low <= zero && zero <= r->answer_high;
}

/* Has an earlier step shown that this metric can be other than 0 here? */
static bool is_controlled(const struct lesson_run *l, const struct lesson_step *s,
			  enum metric m)
{
	const struct lesson_result *c;

	if (!s->measure.control)
		return false;
	c = &l->result[s->measure.control - 1];
	return c->outcome == LESSON_SHOWN && !c->is_void && c->metric == m &&
	       c->estimate >= control_least && !(c->ci95_low <= 0);
}

/* No one runs faster beside others: then the speed it is held against was too low. */
static bool is_below_quiet(const struct lesson_measure *m,
			   const struct lesson_result *r)
{
	if (m->compare != LESSON_ALONE || isnan(r->ci95_high))
		return false;
	return (r->metric == METRIC_VICTIM_SLOWDOWN && r->ci95_high < quiet_least) ||
	       (r->metric == METRIC_VICTIM_LOST_NS_PER_OP && r->ci95_high < 0);
}

/* What is not as the step means it makes it void; NULL where the number may be shown.
 */
static const char *void_find(struct lesson_run *l, const struct lesson_look *look)
{
	const struct lesson_step *s = lesson_run_step(l);
	const struct lesson_measure *m = &s->measure;
	struct lesson_result *r = result_now(l);
	const struct check *failed = check_failed(look, r->metric);
	char line[192];

	if (failed) {
		r->is_void = true;
		snprintf(r->why, sizeof(r->why), "%s",
			 check_line(failed, line, sizeof(line)));
		if (can_be_silent(r->metric) && !look->simulated)
			return r->why;
	} else if (is_below_quiet(m, r)) {
		r->is_void = true;
		text_copy(r->why, sizeof(r->why),
			  "the victim ran faster than when it was alone, so its quiet "
			  "speed was measured while something disturbed it");
	} else if (m->compare != LESSON_ALONE && l->result[m->with].is_void) {
		r->is_void = true;
		text_copy(r->why, sizeof(r->why),
			  "a check failed in the step it is compared with");
	} else if (can_be_silent(r->metric) && !look->simulated && may_be_zero(s, r) &&
		   !is_controlled(l, s, r->metric)) {
		r->is_void = true;
		return "a 0 proves nothing: no earlier step has shown that this source "
		       "counts on this machine";
	}
	return NULL;
}

/* How far a number is from "nothing happened". */
static double effect_of_number(const struct lesson_result *r,
			       const struct lesson_measure *m)
{
	bool is_ratio =
		m->compare == LESSON_RATIO_TO ||
		(m->compare == LESSON_ALONE && m->metric == METRIC_VICTIM_SLOWDOWN);

	return is_ratio ? r->estimate - 1 : r->estimate;
}

static void cause_refuse(struct lesson_run *l, double own, double other)
{
	const struct lesson_step *s = lesson_run_step(l);
	const struct lesson_measure *m = &s->measure;
	struct lesson_result *r = result_now(l);
	double added = m->compare == LESSON_ALONE ? own : own - other;
	char a[48], b[48];

	if (m->at_most > 0 && added > m->at_most) {
		const char *unit = metric_table[r->metric].unit;

		snprintf(r->refused, sizeof(r->refused),
			 "%s is more than this can cost (%s at most): another program "
			 "or the hypervisor took the time. No cause is named.",
			 text_quantity(a, sizeof(a), added, unit),
			 text_quantity(b, sizeof(b), m->at_most, unit));
		return;
	}
	if (!m->unless)
		return;
	const struct lesson_step *cs = &l->preset->lesson[m->unless - 1];
	const struct lesson_result *c = &l->result[m->unless - 1];

	if (c->outcome != LESSON_SHOWN || c->is_void) {
		snprintf(r->refused, sizeof(r->refused),
			 "The control, \"%s\", was not measured. No cause is named.",
			 cs->title);
	} else if (effect_of_number(c, &cs->measure) >=
		   control_most * fabs(effect_of_number(r, m))) {
		/* Where nothing happened there is nothing to be explained away. */
		if (!(fabs(effect_of_number(r, m)) > 0.05))
			return;
		snprintf(
			r->refused, sizeof(r->refused),
			"The control, \"%s\", shows most of it too: %s there, %s here. "
			"No cause is named.",
			cs->title, lesson_number_text(cs, c->estimate, a, sizeof(a)),
			lesson_number_text(s, r->estimate, b, sizeof(b)));
	}
}

/* Why there is nothing to compute; NULL: there is. */
static const char *values_missing(const struct lesson_run *l,
				  const struct lesson_look *look)
{
	const struct lesson_measure *m = &lesson_run_step(l)->measure;
	const struct lesson_result *with = &l->result[m->with];

	if (l->values[l->step].n == 0 && l->result[l->step].ops == 0)
		return "no operation ended in the time of this step";
	if (l->values[l->step].n == 0)
		return look->why_absent && *look->why_absent
			       ? look->why_absent
			       : "not measured on this machine";
	if (m->compare == LESSON_ALONE)
		return NULL;
	if (l->values[m->with].n == 0 || with->outcome == LESSON_ABSENT)
		return "the step it is compared with was not measured";
	if (with->metric != l->result[l->step].metric ||
	    (with->outcome == LESSON_SIMULATED) != l->simulating)
		return "the step it is compared with was measured another way";
	return NULL;
}

const char *lesson_measure_make(struct lesson_run *l, const struct lesson_look *look)
{
	const struct lesson_step *s = lesson_run_step(l);
	const struct lesson_measure *m = &s->measure;
	const struct lesson_values *own = &l->values[l->step], *with = own;
	struct lesson_result *r = result_now(l);
	struct measuring how = {{1, m->divide}, m->compare};
	struct rng rng = {1};
	struct stats_interval found = {NAN, NAN, NAN};
	const char *why = values_missing(l, look);

	if (why)
		return why;
	if (m->compare != LESSON_ALONE) {
		with = &l->values[m->with];
		how.divide[0] = l->preset->lesson[m->with].measure.divide;
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
	if (isnan(r->estimate))
		return "the number it is compared with is 0";
	if (l->simulating)
		return NULL; /* no answer: it is not of this machine */
	answer_find(s, r);
	why = void_find(l, look);
	if (r->is_void)
		r->answer = r->answer_low = r->answer_high = -1;
	else
		cause_refuse(l, median_of(&samples[1]) / how.divide[1],
			     median_of(&samples[0]) / how.divide[0]);
	return why;
}
