/* SPDX-License-Identifier: MIT */
/*
 * The arithmetic of a round. The idle window says how long the initiator takes to visit
 * its working set, and a victim for a turn, while nobody flushes. In another window the
 * initiator's cost per operation is what it took longer; a victim's is the time in
 * which its turns are missing. Their sum is the cost to all CPUs.
 */
#include "backends/tuner_round.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int round_init(struct round *r, int n_victims)
{
	memset(r, 0, sizeof(*r));
	r->n_victims = n_victims;
	r->turns = calloc((size_t)n_victims * ROUND_MAX_STEPS + 1, sizeof(*r->turns));
	return r->turns ? 0 : -ENOMEM;
}

void round_fini(struct round *r)
{
	free(r->turns);
	memset(r, 0, sizeof(*r));
}

static void step_add(struct round *r, enum step_kind kind, int size, int pages)
{
	r->steps[r->n_steps++] = (struct round_step){kind, size, pages};
}

void round_plan(struct round *r, const struct tune_data *d, bool membarrier,
		struct rng *rng)
{
	/* Blocks: the sizes, then idle, A/A and membarrier. */
	int order[TUNE_MAX_SIZES + 3];
	int n = d->n_sizes + 2 + membarrier;

	rng_order(rng, order, n);
	r->n_steps = 0;
	for (int i = 0; i < n; i++) {
		int block = order[i];

		if (block < d->n_sizes) {
			bool full_first = rng_below(rng, 2);
			int pages = d->pages[block];

			step_add(r, full_first ? STEP_FULL : STEP_RANGED, block, pages);
			step_add(r, full_first ? STEP_RANGED : STEP_FULL, block, pages);
		} else if (block == d->n_sizes) {
			step_add(r, STEP_IDLE, 0, 0);
		} else if (block == d->n_sizes + 1) {
			int pages = d->pages[d->n_sizes / 2];
			int first = (int)rng_below(rng, 2);

			step_add(r, STEP_AA, first, pages);
			step_add(r, STEP_AA, 1 - first, pages);
		} else {
			step_add(r, STEP_MEMBARRIER, 0, 0);
		}
	}
}

static double step_cost_ns(const struct round *r, int step, int idle)
{
	const struct round_window *w = &r->windows[step], *quiet = &r->windows[idle];
	const double *turns = round_turns(r, step), *quiet_turns = round_turns(r, idle);
	double cost = w->elapsed_ns / w->ops - quiet->elapsed_ns / quiet->ops;

	for (int v = 0; v < r->n_victims; v++) {
		double turn_ns = quiet->elapsed_ns / quiet_turns[v];

		cost += (w->elapsed_ns - turns[v] * turn_ns) / w->ops;
	}
	return cost;
}

bool round_costs(const struct round *r, struct tune_round *out)
{
	int idle = 0;

	memset(out, 0, sizeof(*out));
	out->membarrier_ns = NAN;
	while (idle < r->n_steps && r->steps[idle].kind != STEP_IDLE)
		idle++;
	if (idle == r->n_steps)
		return false;
	for (int i = 0; i < r->n_steps; i++) {
		const struct round_step *s = &r->steps[i];
		double cost = step_cost_ns(r, i, idle);

		if (!isfinite(cost))
			return false;
		switch (s->kind) {
		case STEP_IDLE: break;
		case STEP_MEMBARRIER: out->membarrier_ns = cost; break;
		case STEP_RANGED: out->ranged_ns[s->size] = cost; break;
		case STEP_FULL: out->full_ns[s->size] = cost; break;
		case STEP_AA: out->aa_ns[s->size] = cost; break;
		}
	}
	return true;
}
