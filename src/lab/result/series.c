/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/series.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * The store is filled from the front. Every point but the last holds exactly
 * `thinning` intervals; the last holds `filled` of them, from 1 on, so that what was
 * just measured is seen at once. When the store is full and its last point complete,
 * points 2i and 2i + 1 merge into i and thinning doubles. The capacity is even, so
 * pairs always come out whole.
 *
 * Rows of per-CPU counts lie in one block beside the points, row i for point i; a point
 * whose sample.cpu_shootdowns is NULL has no row. A CPU absent in both of two merged
 * intervals stays absent; a sum that does not fit stops just below the absent mark.
 *
 * All memory comes from calloc and is only written as points arrive, so an empty
 * series costs address space, not pages.
 */
enum { ROWS_MAX_BYTES = 4 << 20, POINTS_MIN = 64 };

struct series {
	int capacity, count;
	int thinning, filled;
	int n_cpus;
	struct series_point *points;
	uint32_t *rows; /* capacity x n_cpus, NULL without CPUs */
	struct marker *markers;
	int marker_first, n_markers;
};

static int points_for_cpus(int n_cpus)
{
	size_t fit = SERIES_POINTS;

	if (n_cpus > 0)
		fit = ROWS_MAX_BYTES / ((size_t)n_cpus * sizeof(uint32_t));
	if (fit > SERIES_POINTS)
		fit = SERIES_POINTS;
	if (fit < POINTS_MIN)
		fit = POINTS_MIN;
	return (int)(fit & ~(size_t)1);
}

struct series *series_new(int n_cpus)
{
	struct series *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->n_cpus = n_cpus > 0 ? n_cpus : 0;
	s->capacity = points_for_cpus(s->n_cpus);
	s->points = calloc((size_t)s->capacity, sizeof(*s->points));
	s->markers = calloc(SERIES_MAX_MARKERS, sizeof(*s->markers));
	if (s->n_cpus)
		s->rows = calloc((size_t)s->capacity * (size_t)s->n_cpus,
				 sizeof(*s->rows));
	if (!s->points || !s->markers || (s->n_cpus && !s->rows)) {
		series_free(s);
		return NULL;
	}
	series_clear(s);
	return s;
}

void series_free(struct series *s)
{
	if (!s)
		return;
	free(s->points);
	free(s->rows);
	free(s->markers);
	free(s);
}

void series_clear(struct series *s)
{
	s->count = 0;
	s->thinning = 1;
	s->filled = 0;
	s->marker_first = 0;
	s->n_markers = 0;
}

static uint32_t *row_of(const struct series *s, int i)
{
	return s->rows + (size_t)i * (size_t)s->n_cpus;
}

struct series *series_copy(const struct series *s)
{
	struct series *copy = series_new(s->n_cpus);
	size_t count = (size_t)s->count;

	if (!copy)
		return NULL;
	copy->count = s->count;
	copy->thinning = s->thinning;
	copy->filled = s->filled;
	copy->marker_first = s->marker_first;
	copy->n_markers = s->n_markers;
	memcpy(copy->markers, s->markers, SERIES_MAX_MARKERS * sizeof(*s->markers));
	memcpy(copy->points, s->points, count * sizeof(*s->points));
	if (s->rows)
		memcpy(copy->rows, s->rows,
		       count * (size_t)s->n_cpus * sizeof(*s->rows));
	for (int i = 0; i < s->count; i++)
		if (copy->points[i].sample.cpu_shootdowns)
			copy->points[i].sample.cpu_shootdowns = row_of(copy, i);
	return copy;
}

static uint32_t cpu_add(uint32_t a, uint32_t b)
{
	if (a == SAMPLE_CPU_ABSENT)
		return b;
	if (b == SAMPLE_CPU_ABSENT)
		return a;
	return a > SAMPLE_CPU_ABSENT - 1 - b ? SAMPLE_CPU_ABSENT - 1 : a + b;
}

/* Adds n counts to the row of point i, which begins absent when it had none. */
static void row_add(struct series *s, int i, const uint32_t *counts, int n)
{
	struct sample *sample = &s->points[i].sample;
	uint32_t *row;

	if (!counts || !s->rows)
		return;
	row = row_of(s, i);
	if (!sample->cpu_shootdowns)
		memset(row, 0xff, (size_t)s->n_cpus * sizeof(*row));
	sample->cpu_shootdowns = row;
	sample->n_cpus = s->n_cpus;
	for (int cpu = 0; cpu < n && cpu < s->n_cpus; cpu++)
		row[cpu] = cpu_add(row[cpu], counts[cpu]);
}

/* One interval's metrics are its lowest and its highest. */
static void point_range(struct series_point *p, const struct sample *sample)
{
	for (int m = 0; m < METRIC_N; m++) {
		struct reading r = metric_of((enum metric)m, sample);

		p->low[m] = reading_present(r) ? (float)r.value : NAN;
		p->high[m] = p->low[m];
	}
}

static void point_begin(struct series *s, int i, const struct sample *sample)
{
	struct series_point *p = &s->points[i];

	p->sample = *sample;
	p->sample.cpu_shootdowns = NULL;
	p->sample.n_cpus = 0;
	point_range(p, sample);
	row_add(s, i, sample->cpu_shootdowns, sample->n_cpus);
}

/* CPUs told by the better of two sources are dropped, and their range with them. */
static bool range_is_dropped(enum metric m, const struct sample *s,
			     const struct sample *other)
{
	return (m == METRIC_CPUS_TOLD_PER_OP || m == METRIC_CPUS_TOLD_PER_S) &&
	       s->told_source < other->told_source;
}

static void point_merge(struct series *s, int i, const struct series_point *next)
{
	struct series_point *p = &s->points[i];
	const struct sample was = p->sample;

	sample_merge(&p->sample, &next->sample);
	for (int m = 0; m < METRIC_N; m++) {
		if (range_is_dropped((enum metric)m, &next->sample, &was))
			continue;
		if (range_is_dropped((enum metric)m, &was, &next->sample))
			p->low[m] = p->high[m] = NAN;
		/* fminf and fmaxf pass over NaN, which is what absent is. */
		struct reading whole = metric_of((enum metric)m, &p->sample);
		float own = reading_present(whole) ? (float)whole.value : NAN;

		/* What is under way at its end may set the whole outside its parts. */
		p->low[m] = fminf(fminf(p->low[m], next->low[m]), own);
		p->high[m] = fmaxf(fmaxf(p->high[m], next->high[m]), own);
	}
	row_add(s, i, next->sample.cpu_shootdowns, next->sample.n_cpus);
}

/* Moves point `from` down to place `to`, its row with it. */
static void point_move(struct series *s, int to, int from)
{
	struct series_point *p = &s->points[to];

	if (to == from)
		return;
	*p = s->points[from];
	if (!p->sample.cpu_shootdowns)
		return;
	memcpy(row_of(s, to), row_of(s, from), (size_t)s->n_cpus * sizeof(uint32_t));
	p->sample.cpu_shootdowns = row_of(s, to);
}

static void series_thin(struct series *s)
{
	for (int i = 0; i < s->count / 2; i++) {
		point_move(s, i, 2 * i);
		point_merge(s, i, &s->points[2 * i + 1]);
	}
	s->count /= 2;
	s->thinning *= 2;
}

void series_add(struct series *s, const struct sample *sample)
{
	bool complete = s->count == 0 || s->filled == s->thinning;
	struct series_point next;

	if (!complete) {
		next.sample = *sample;
		point_range(&next, sample);
		point_merge(s, s->count - 1, &next);
		s->filled++;
		return;
	}
	if (s->count == s->capacity)
		series_thin(s);
	point_begin(s, s->count++, sample);
	s->filled = 1;
}

void series_widen_last(struct series *s, const float *low, const float *high)
{
	struct series_point *p = s->count ? &s->points[s->count - 1] : NULL;

	for (int m = 0; p && m < METRIC_N; m++) {
		p->low[m] = fminf(p->low[m], low[m]);
		p->high[m] = fmaxf(p->high[m], high[m]);
	}
}

size_t series_bytes(const struct series *s)
{
	size_t point = sizeof(*s->points) + (size_t)s->n_cpus * sizeof(*s->rows);

	return sizeof(*s) + (size_t)s->capacity * point +
	       SERIES_MAX_MARKERS * sizeof(*s->markers);
}

int series_count(const struct series *s)
{
	return s->count;
}

const struct series_point *series_at(const struct series *s, int i)
{
	return i >= 0 && i < s->count ? &s->points[i] : NULL;
}

int series_thinning(const struct series *s)
{
	return s->thinning;
}

int series_n_cpus(const struct series *s)
{
	return s->n_cpus;
}

void series_mark(struct series *s, const struct marker *m)
{
	if (s->n_markers == SERIES_MAX_MARKERS) {
		s->marker_first = (s->marker_first + 1) % SERIES_MAX_MARKERS;
		s->n_markers--;
	}
	s->markers[(s->marker_first + s->n_markers++) % SERIES_MAX_MARKERS] = *m;
}

int series_n_markers(const struct series *s)
{
	return s->n_markers;
}

const struct marker *series_marker(const struct series *s, int i)
{
	if (i < 0 || i >= s->n_markers)
		return NULL;
	return &s->markers[(s->marker_first + i) % SERIES_MAX_MARKERS];
}

static void totals_add(const struct series *s, const struct sample *sample,
		       uint64_t *cpu_totals)
{
	const uint32_t *row = sample->cpu_shootdowns;

	if (!row || !cpu_totals)
		return;
	for (int cpu = 0; cpu < s->n_cpus; cpu++) {
		if (row[cpu] == SAMPLE_CPU_ABSENT)
			continue;
		if (cpu_totals[cpu] == SERIES_CPU_ABSENT)
			cpu_totals[cpu] = 0;
		cpu_totals[cpu] += row[cpu];
	}
}

bool series_window(const struct series *s, double t_from_s, double t_to_s,
		   struct sample *out, uint64_t *cpu_totals)
{
	bool any = false;

	memset(out, 0, sizeof(*out));
	if (cpu_totals)
		memset(cpu_totals, 0xff, (size_t)s->n_cpus * sizeof(*cpu_totals));
	for (int i = 0; i < s->count; i++) {
		const struct sample *sample = &s->points[i].sample;

		if (sample->t_s <= t_from_s || sample->t_s > t_to_s)
			continue;
		sample_merge(out, sample);
		totals_add(s, sample, cpu_totals);
		any = true;
	}
	return any;
}
