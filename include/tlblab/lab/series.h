/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_SERIES_H
#define TLBLAB_LAB_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/lab/metric.h"

/*
 * The bounded record of a run: every interval until the store is full, then
 * neighbours merge pairwise (counts add, so nothing is lost but time resolution) and
 * each point keeps the lowest and highest value every metric took inside it, so that
 * a spike stays visible however long the run. Memory never grows after series_new.
 */
struct series_point {
	struct sample sample; /* cpu_shootdowns points into the series' own store */
	float low[METRIC_N];  /* NaN when the metric was absent throughout */
	float high[METRIC_N];
};

struct marker {
	double t_s;
	char what[32]; /* "threads", "ceiling", "free", "rig died" … */
	char from[40];
	char to[40];
};

enum { SERIES_POINTS = 4096, SERIES_MAX_MARKERS = 256 };

#define SERIES_CPU_ABSENT UINT64_MAX

struct series;

/* n_cpus: highest CPU id + 1, for the per-CPU rows (fewer points are kept on
 * machines of many CPUs: rows take at most 4 MiB). NULL when memory is short. */
struct series *series_new(int n_cpus);
void series_free(struct series *s);
/* All it can ever occupy; pages are taken as points arrive. */
size_t series_bytes(const struct series *s);
/* An equal series of its own, markers too; NULL when memory is short. */
struct series *series_copy(const struct series *s);
void series_clear(struct series *s);
/* Copies the sample and its row. After thinning the newest point may still be filling:
 * it then holds fewer intervals than the others, and grows with the next add. */
void series_add(struct series *s, const struct sample *sample);
/* For readers of files, whose samples may stand for many intervals: what was just added
 * also saw these extremes. METRIC_N long; NaN where nothing more is known. */
void series_widen_last(struct series *s, const float *low, const float *high);
int series_count(const struct series *s);
/* 0 is the oldest; NULL out of range. Valid until the next add or clear. */
const struct series_point *series_at(const struct series *s, int i);
/* How many intervals a point holds (the newest: at most): 1, 2, 4 … */
int series_thinning(const struct series *s);
/* Oldest markers make room; a marker's t_s is given. */
void series_mark(struct series *s, const struct marker *m);
int series_n_markers(const struct series *s);
const struct marker *series_marker(const struct series *s, int i);
/* All points that end after t_from_s and not after t_to_s merged into one sample
 * (without a row); false when there are none. cpu_totals (n_cpus long) may be NULL;
 * SERIES_CPU_ABSENT where a CPU was absent throughout. */
bool series_window(const struct series *s, double t_from_s, double t_to_s,
		   struct sample *out, uint64_t *cpu_totals);
int series_n_cpus(const struct series *s);

#endif
