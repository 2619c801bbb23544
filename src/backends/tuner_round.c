/* SPDX-License-Identifier: MIT */
/*
 * The arithmetic of a round. An idle operation visits the working set and flushes
 * nothing; what another takes longer, and what its victims lose meanwhile, is its cost
 * to all CPUs. Medians of operations: one that was broken into counts no more than any
 * other, while the mean of a window would be spoiled by it.
 */
#include "backends/tuner_round.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

enum { MIN_TRIALS = 3 };

void round_init(struct round *r)
{
	memset(r, 0, sizeof(*r));
	r->idle_ns = NAN;
}

void round_plan(struct round *r, const struct tune_data *d, bool membarrier,
		struct rng *rng)
{
	/* The sizes, then idle, A/A and membarrier. */
	int order[ROUND_MAX_STEPS];
	int n = d->n_sizes + 2 + membarrier;

	rng_order(rng, order, n);
	r->n_steps = n;
	for (int i = 0; i < n; i++) {
		struct round_step *s = &r->steps[i];
		int block = order[i];

		*s = (struct round_step){.swap = rng_below(rng, 2)};
		r->median_ns[i][0] = r->median_ns[i][1] = NAN;
		if (block < d->n_sizes) {
			s->kind = STEP_PAIR;
			s->size = block;
			s->pages = d->pages[block];
		} else if (block == d->n_sizes) {
			s->kind = STEP_IDLE;
		} else if (block == d->n_sizes + 1) {
			s->kind = STEP_AA;
			s->pages = d->pages[d->n_sizes / 2];
		} else {
			s->kind = STEP_MEMBARRIER;
		}
	}
}

void round_step_begin(struct round *r)
{
	r->n[0] = r->n[1] = 0;
}

void round_step_add(struct round *r, int kind, double ns)
{
	if (r->n[kind] < STEP_MAX_TIMED_OPS)
		r->trial_ns[kind][r->n[kind]++] = ns;
}

static double median_of(double *values, int n)
{
	if (n < MIN_TRIALS)
		return NAN;
	gsl_sort(values, 1, (size_t)n);
	return stats_quantile_sorted(values, (size_t)n, 0.5);
}

void round_step_end(struct round *r, int step)
{
	for (int k = 0; k < 2; k++)
		r->median_ns[step][k] = median_of(r->trial_ns[k], r->n[k]);
	if (r->steps[step].kind != STEP_IDLE)
		return;
	double idle = (r->median_ns[step][0] + r->median_ns[step][1]) / 2;

	if (!isnan(idle))
		r->idle_ns = idle;
}

bool round_costs(struct round *r, struct tune_round *out)
{
	bool any = false;

	*out = (struct tune_round){
		.aa_ns = {NAN, NAN},
		.membarrier_ns = NAN,
	};
	for (int s = 0; s < TUNE_MAX_SIZES; s++)
		out->ranged_ns[s] = out->full_ns[s] = NAN;
	for (int i = 0; i < r->n_steps; i++) {
		const struct round_step *s = &r->steps[i];
		double a = r->median_ns[i][0] - r->idle_ns;
		double b = r->median_ns[i][1] - r->idle_ns;

		if (isnan(a) || isnan(b))
			continue;
		any = any || s->kind == STEP_PAIR;
		switch (s->kind) {
		case STEP_IDLE: break;
		case STEP_MEMBARRIER: out->membarrier_ns = (a + b) / 2; break;
		case STEP_PAIR:
			out->ranged_ns[s->size] = a;
			out->full_ns[s->size] = b;
			break;
		case STEP_AA:
			out->aa_ns[0] = a;
			out->aa_ns[1] = b;
			break;
		}
	}
	return any;
}

void round_step_text(const struct round_step *s, char *buf, size_t bytes)
{
	switch (s->kind) {
	case STEP_IDLE: text_copy(buf, bytes, "no flush"); return;
	case STEP_MEMBARRIER: text_copy(buf, bytes, "interrupts alone"); return;
	case STEP_PAIR:
		snprintf(buf, bytes, "%d pages, both kinds in turn", s->pages);
		return;
	case STEP_AA:
		snprintf(buf, bytes, "%d pages, one kind twice (A/A)", s->pages);
		return;
	}
}
