/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_TUNER_ROUND_H
#define TLBLAB_BACKENDS_TUNER_ROUND_H

#include "tlblab/base/stats.h"
#include "tlblab/lab/tune.h"

/* The windows of one round, and what they add up to. Pure. */
enum step_kind { STEP_IDLE, STEP_MEMBARRIER, STEP_RANGED, STEP_FULL, STEP_AA };

enum { ROUND_MAX_STEPS = 2 * TUNE_MAX_SIZES + 4 };

struct round_step {
	enum step_kind kind;
	int size; /* index into the sizes; of STEP_AA 0 or 1 */
	int pages;
};

/* What was counted in one window. */
struct round_window {
	double elapsed_ns;
	double ops;
};

struct round {
	int n_steps, n_victims;
	struct round_step steps[ROUND_MAX_STEPS];
	struct round_window windows[ROUND_MAX_STEPS];
	double *turns; /* n_victims for each step; owned */
};

int round_init(struct round *r, int n_victims); /* 0 or -ENOMEM */
void round_fini(struct round *r);
/* Orders a new round: the two kinds of a size side by side, which first by chance; the
 * pairs, the A/A pair and the controls in random order. */
void round_plan(struct round *r, const struct tune_data *d, bool membarrier,
		struct rng *rng);
static inline double *round_turns(const struct round *r, int step)
{
	return r->turns + (size_t)step * (size_t)r->n_victims;
}
/* Costs from the finished windows. false when the idle window or another is empty. */
bool round_costs(const struct round *r, struct tune_round *out);

#endif
