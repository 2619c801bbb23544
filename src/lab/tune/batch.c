/* SPDX-License-Identifier: MIT */
/*
 * From rounds to observations. What interrupts a virtual machine falls on one window of
 * a pair and not on the other, so a few pairs in a hundred lie ten times as far out as
 * the rest, to either side: their mean knows less than their middle. And rounds made in
 * one rig share its memory and its age, by which costs were seen to differ more than
 * the rounds of a rig do among themselves. So rounds come in batches, each in a rig of
 * its own; the mean of a batch's middle half is one observation, and intervals are
 * those of the observations. What lies far out is counted and shown.
 */
#include "lab/tune/batch.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Tukey's outer fences: three times the distance of the quartiles beyond them. */
static const double far_out = 3;

struct rounds {
	const struct tune_round *first;
	int n;
	double *values; /* room for as many as there are rounds */
};

/* Of the middle half; NaN of none. */
static double middle_mean(double *values, int n)
{
	int cut = n / 4;

	if (!n)
		return NAN;
	gsl_sort(values, 1, (size_t)n);
	return gsl_stats_mean(values + cut, 1, (size_t)(n - 2 * cut));
}

static double middle_of(const struct rounds *r,
			double (*pick)(const struct tune_round *, int), int size)
{
	int n = 0;

	for (int i = 0; i < r->n; i++) {
		r->values[n] = pick(&r->first[i], size);
		n += !isnan(r->values[n]);
	}
	return middle_mean(r->values, n);
}

static double pick_ranged(const struct tune_round *r, int size)
{
	return r->ranged_ns[size];
}

static double pick_full(const struct tune_round *r, int size)
{
	return r->full_ns[size];
}

static double pick_pair(const struct tune_round *r, int size)
{
	return r->ranged_ns[size] - r->full_ns[size];
}

static double pick_aa(const struct tune_round *r, int size)
{
	(void)size;
	return r->aa_ns[0] - r->aa_ns[1];
}

static double pick_level(const struct tune_round *r, int size)
{
	(void)size;
	return (r->aa_ns[0] + r->aa_ns[1]) / 2;
}

static double pick_membarrier(const struct tune_round *r, int size)
{
	(void)size;
	return r->membarrier_ns;
}

static void batch_fill(struct tune_batch *b, const struct rounds *r, int n_sizes)
{
	memset(b, 0, sizeof(*b));
	for (int s = 0; s < n_sizes; s++) {
		b->ranged_ns[s] = middle_of(r, pick_ranged, s);
		b->full_ns[s] = middle_of(r, pick_full, s);
		b->pair_ns[s] = middle_of(r, pick_pair, s);
	}
	b->aa_ns = middle_of(r, pick_aa, 0);
	b->level_ns = middle_of(r, pick_level, 0);
	b->membarrier_ns = middle_of(r, pick_membarrier, 0);
}

/* How many there are of a size, and how many of them lie far out. */
static int outliers_of(const struct tune_data *d, int size, double *values, int *out)
{
	int n = 0;

	for (int r = 0; r < d->n_rounds; r++) {
		values[n] = pick_pair(&d->rounds[r], size);
		n += !isnan(values[n]);
	}
	if (!n)
		return 0;
	gsl_sort(values, 1, (size_t)n);
	double low = stats_quantile_sorted(values, (size_t)n, 0.25);
	double high = stats_quantile_sorted(values, (size_t)n, 0.75);
	double fence = far_out * (high - low);

	for (int i = 0; i < n; i++)
		*out += values[i] < low - fence || values[i] > high + fence;
	return n;
}

/* Rounds of the batch that begins at `from`. */
static int batch_rounds(const struct tune_data *d, int from)
{
	int to = from;

	while (to < d->n_rounds && d->rounds[to].batch == d->rounds[from].batch)
		to++;
	return to - from;
}

/* Is the last batch, of n rounds, less than half of what the others have? */
static bool broken_off(const struct tune_data *d, int from, int n, int batches)
{
	return from + n == d->n_rounds && batches && 2 * n * batches < from;
}

int tune_batches_make(const struct tune_data *d, struct tune_batches *out)
{
	double *values = calloc((size_t)d->n_rounds + 1, sizeof(*values));

	*out = (struct tune_batches){
		.batch = calloc((size_t)d->n_rounds + 1, sizeof(*out->batch)),
	};
	if (!values || !out->batch) {
		free(values);
		tune_batches_fini(out);
		return -ENOMEM;
	}
	for (int r = 0, n; r < d->n_rounds; r += n) {
		n = batch_rounds(d, r);
		const struct rounds rounds = {&d->rounds[r], n, values};

		if (!broken_off(d, r, n, out->n))
			batch_fill(&out->batch[out->n++], &rounds, d->n_sizes);
	}
	for (int s = 0; s < d->n_sizes && d->n_rounds; s++)
		out->pairs += outliers_of(d, s, values, &out->outliers);
	free(values);
	return 0;
}

void tune_batches_fini(struct tune_batches *b)
{
	free(b->batch);
	memset(b, 0, sizeof(*b));
}
