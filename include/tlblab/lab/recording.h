/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_RECORDING_H
#define TLBLAB_LAB_RECORDING_H

#include "tlblab/lab/series.h"

/*
 * What a replay plays: every interval of a file or a stream in one place, so that any
 * moment is reached without going through the text again. Runs follow each other on
 * one time axis. Memory is bounded whatever comes: when the store is full, neighbours
 * merge pairwise, as in a series, and an endless stream loses resolution only. Pages
 * are taken as points arrive. Pure.
 */
enum {
	RECORDING_POINTS = 40960, /* an hour and more at 10 Hz in full */
	RECORDING_ROW_BYTES = 8 << 20,
	RECORDING_MAX_MARKERS = 4096,
	RECORDING_MAX_RUNS = 4096,
};

struct recording_run {
	double base_s; /* of its clock's zero on the recording's */
	double end_s;  /* of its last interval */
};

struct recording;

struct recording *recording_new(int n_cpus); /* NULL when memory is short */
void recording_free(struct recording *r);
/* A new run begins where the last one ended. 0 or -E2BIG. */
int recording_begin_run(struct recording *r);
/* Appends an interval of the newest run, on the run's own clock. low and high are its
 * extremes when it stands for several, else NULL. One that goes back in time is left
 * out: -EINVAL. */
int recording_add(struct recording *r, const struct sample *s, const float *low,
		  const float *high);
/* A moment of the newest run, on the run's own clock. */
void recording_mark(struct recording *r, const struct marker *m);

int recording_n_runs(const struct recording *r);
const struct recording_run *recording_run(const struct recording *r, int i);
int recording_run_at(const struct recording *r, double t_s);
int recording_count(const struct recording *r);
/* On the recording's clock, without a row; NULL out of range. Valid until the next
 * add. */
const struct series_point *recording_at(const struct recording *r, int i);
double recording_end_s(const struct recording *r);
/* The first point that ends after t_s; the count when none does. */
int recording_find(const struct recording *r, double t_s);
int recording_n_markers(const struct recording *r);
const struct marker *recording_marker(const struct recording *r, int i);
int recording_n_cpus(const struct recording *r);
/* How many intervals a point holds. */
int recording_thinning(const struct recording *r);

/*
 * Shootdowns by CPU between two moments, n_cpus long; SERIES_CPU_ABSENT where unknown.
 * Rows are kept more coarsely than points where there are many CPUs: then the counts
 * of the rows inside are brought to the length asked for, so that counts over that
 * length are the rate that was counted. False when nothing is known there.
 */
bool recording_cpus(const struct recording *r, double from_s, double to_s,
		    uint64_t *totals);

#endif
