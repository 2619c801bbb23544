/* SPDX-License-Identifier: MIT */
/*
 * Points and rows are two stores with a thinning each: point i holds the intervals
 * [i * thinning, (i + 1) * thinning), row i likewise with row_thinning; the last of
 * either may still be filling. A row is all-absent until an interval brings one.
 */
#include "tlblab/lab/recording.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MIN = 64, ROWS_MAX = 65536 };

struct row_span {
	double from_s, to_s; /* the time it holds */
};

struct recording {
	int n_cpus, count, thinning, filled;
	struct series_point *points;
	int row_capacity, n_rows, row_thinning, row_filled;
	uint32_t *rows;
	struct row_span *spans;
	struct marker *markers;
	int n_markers;
	struct recording_run *runs;
	int n_runs;
};

struct recording *recording_new(int n_cpus)
{
	struct recording *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->n_cpus = n_cpus > 0 ? n_cpus : 0;
	r->thinning = r->row_thinning = 1;
	r->points = calloc(RECORDING_POINTS, sizeof(*r->points));
	r->markers = calloc(RECORDING_MAX_MARKERS, sizeof(*r->markers));
	r->runs = calloc(RECORDING_MAX_RUNS, sizeof(*r->runs));
	if (r->n_cpus) {
		size_t row_bytes = (size_t)r->n_cpus * sizeof(*r->rows);
		size_t fit = RECORDING_ROW_BYTES / row_bytes;

		fit = fit > ROWS_MAX ? ROWS_MAX : fit < ROWS_MIN ? ROWS_MIN : fit;
		r->row_capacity = (int)(fit & ~(size_t)1);
		r->rows = calloc((size_t)r->row_capacity, row_bytes);
		r->spans = calloc((size_t)r->row_capacity, sizeof(*r->spans));
	}
	if (!r->points || !r->markers || !r->runs ||
	    (r->n_cpus && (!r->rows || !r->spans))) {
		recording_free(r);
		return NULL;
	}
	return r;
}

void recording_free(struct recording *r)
{
	if (!r)
		return;
	free(r->points);
	free(r->rows);
	free(r->spans);
	free(r->markers);
	free(r->runs);
	free(r);
}

int recording_begin_run(struct recording *r)
{
	double end_s = recording_end_s(r);

	if (r->n_runs == RECORDING_MAX_RUNS)
		return -E2BIG;
	r->runs[r->n_runs++] = (struct recording_run){end_s, end_s};
	return 0;
}

static uint32_t *row_of(const struct recording *r, int i)
{
	return r->rows + (size_t)i * (size_t)r->n_cpus;
}

static void row_merge(uint32_t *into, const uint32_t *from, int n)
{
	for (int i = 0; i < n; i++) {
		if (from[i] == SAMPLE_CPU_ABSENT)
			continue;
		if (into[i] == SAMPLE_CPU_ABSENT)
			into[i] = from[i];
		else if (from[i] > SAMPLE_CPU_ABSENT - 1 - into[i])
			into[i] = SAMPLE_CPU_ABSENT - 1;
		else
			into[i] += from[i];
	}
}

static void rows_thin(struct recording *r)
{
	size_t bytes = (size_t)r->n_cpus * sizeof(*r->rows);

	for (int i = 0; i < r->n_rows / 2; i++) {
		if (i)
			memcpy(row_of(r, i), row_of(r, 2 * i), bytes);
		row_merge(row_of(r, i), row_of(r, 2 * i + 1), r->n_cpus);
		r->spans[i] = (struct row_span){r->spans[2 * i].from_s,
						r->spans[2 * i + 1].to_s};
	}
	r->n_rows /= 2;
	r->row_thinning *= 2;
}

static void row_add(struct recording *r, const struct sample *s)
{
	double from_s = s->t_s - s->elapsed_s;

	if (!r->n_cpus)
		return;
	if (r->n_rows == 0 || r->row_filled == r->row_thinning) {
		if (r->n_rows == r->row_capacity)
			rows_thin(r);
		memset(row_of(r, r->n_rows), 0xff,
		       (size_t)r->n_cpus * sizeof(*r->rows));
		r->spans[r->n_rows++] = (struct row_span){from_s, s->t_s};
		r->row_filled = 0;
	}
	r->row_filled++;
	r->spans[r->n_rows - 1].to_s = s->t_s;
	if (s->cpu_shootdowns)
		row_merge(row_of(r, r->n_rows - 1), s->cpu_shootdowns,
			  s->n_cpus < r->n_cpus ? s->n_cpus : r->n_cpus);
}

static void point_merge(struct series_point *into, const struct series_point *next)
{
	sample_merge(&into->sample, &next->sample);
	for (int m = 0; m < METRIC_N; m++) {
		into->low[m] = fminf(into->low[m], next->low[m]);
		into->high[m] = fmaxf(into->high[m], next->high[m]);
	}
}

static void points_thin(struct recording *r)
{
	for (int i = 0; i < r->count / 2; i++) {
		if (i)
			r->points[i] = r->points[2 * i];
		point_merge(&r->points[i], &r->points[2 * i + 1]);
	}
	r->count /= 2;
	r->thinning *= 2;
}

static void point_make(struct series_point *p, const struct sample *s, const float *low,
		       const float *high)
{
	p->sample = *s;
	p->sample.cpu_shootdowns = NULL;
	p->sample.n_cpus = 0;
	for (int m = 0; m < METRIC_N; m++) {
		struct reading v = metric_of((enum metric)m, s);

		p->low[m] = reading_present(v) ? (float)v.value : NAN;
		p->high[m] = p->low[m];
		/* fminf and fmaxf pass over NaN, which is what absent is. */
		if (low && high) {
			p->low[m] = fminf(p->low[m], low[m]);
			p->high[m] = fmaxf(p->high[m], high[m]);
		}
	}
}

int recording_add(struct recording *r, const struct sample *s, const float *low,
		  const float *high)
{
	struct sample shifted = *s;
	struct series_point next;
	struct recording_run *run;
	int err = r->n_runs ? 0 : recording_begin_run(r);

	if (err)
		return err;
	run = &r->runs[r->n_runs - 1];
	shifted.t_s += run->base_s;
	if (!(shifted.t_s >= run->end_s) || !isfinite(shifted.t_s) ||
	    !(s->elapsed_s >= 0))
		return -EINVAL;
	run->end_s = shifted.t_s;
	row_add(r, &shifted);
	point_make(&next, &shifted, low, high);
	if (r->count && r->filled < r->thinning) {
		point_merge(&r->points[r->count - 1], &next);
		r->filled++;
		return 0;
	}
	if (r->count == RECORDING_POINTS)
		points_thin(r);
	r->points[r->count++] = next;
	r->filled = 1;
	return 0;
}

void recording_mark(struct recording *r, const struct marker *m)
{
	struct marker *out;

	if (r->n_markers == RECORDING_MAX_MARKERS || !isfinite(m->t_s))
		return;
	out = &r->markers[r->n_markers++];
	*out = *m;
	if (r->n_runs)
		out->t_s += r->runs[r->n_runs - 1].base_s;
}

int recording_n_runs(const struct recording *r)
{
	return r->n_runs;
}

const struct recording_run *recording_run(const struct recording *r, int i)
{
	return i >= 0 && i < r->n_runs ? &r->runs[i] : NULL;
}

int recording_run_at(const struct recording *r, double t_s)
{
	int low = 0, high = r->n_runs - 1;

	while (low < high) {
		int middle = (low + high + 1) / 2;

		if (r->runs[middle].base_s < t_s)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

int recording_count(const struct recording *r)
{
	return r->count;
}

const struct series_point *recording_at(const struct recording *r, int i)
{
	return i >= 0 && i < r->count ? &r->points[i] : NULL;
}

double recording_end_s(const struct recording *r)
{
	return r->n_runs ? r->runs[r->n_runs - 1].end_s : 0;
}

int recording_find(const struct recording *r, double t_s)
{
	int low = 0, high = r->count;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (r->points[middle].sample.t_s <= t_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int recording_n_markers(const struct recording *r)
{
	return r->n_markers;
}

const struct marker *recording_marker(const struct recording *r, int i)
{
	return i >= 0 && i < r->n_markers ? &r->markers[i] : NULL;
}

int recording_n_cpus(const struct recording *r)
{
	return r->n_cpus;
}

int recording_thinning(const struct recording *r)
{
	return r->thinning;
}

bool recording_cpus(const struct recording *r, double from_s, double to_s,
		    uint64_t *totals)
{
	double held_s = 0;
	bool any = false;

	memset(totals, 0xff, (size_t)r->n_cpus * sizeof(*totals));
	for (int i = 0; i < r->n_rows; i++) {
		const uint32_t *row = row_of(r, i);

		if (r->spans[i].from_s < from_s - 1e-6 ||
		    r->spans[i].to_s > to_s + 1e-6)
			continue;
		held_s += r->spans[i].to_s - r->spans[i].from_s;
		for (int cpu = 0; cpu < r->n_cpus; cpu++) {
			if (row[cpu] == SAMPLE_CPU_ABSENT)
				continue;
			any = true;
			if (totals[cpu] == SERIES_CPU_ABSENT)
				totals[cpu] = 0;
			totals[cpu] += row[cpu];
		}
	}
	if (!any || !(held_s > 0))
		return false;
	double scale = (to_s - from_s) / held_s;

	for (int cpu = 0; cpu < r->n_cpus && r->row_thinning > 1; cpu++)
		if (totals[cpu] != SERIES_CPU_ABSENT)
			totals[cpu] = (uint64_t)((double)totals[cpu] * scale + 0.5);
	return true;
}
