/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_TUNER_ROUND_H
#define TLBLAB_SRC_BACKENDS_TUNER_ROUND_H

#include "tlblab/base/stats.h"
#include "tlblab/lab/tune.h"

/* The steps of one round, and what they add up to. Pure. A step is one size in both
 * kinds, or a control; its value is the median of single operations. */
enum step_kind { STEP_IDLE, STEP_MEMBARRIER, STEP_PAIR, STEP_AA };

enum { ROUND_MAX_STEPS = TUNE_MAX_SIZES + 3, STEP_MAX_TIMED_OPS = 128 };

struct round_step {
	enum step_kind kind;
	int size; /* index into the sizes */
	int pages;
	bool swap; /* the second kind goes first */
};

struct round {
	int n_steps;
	struct round_step steps[ROUND_MAX_STEPS];
	/* Of the step under way: ns to all CPUs, by kind (page by page, all at once;
	 * of a control both alike). */
	int n[2];
	double trial_ns[2][STEP_MAX_TIMED_OPS];
	/* The medians of the steps that are over; NaN where too few were undisturbed.
	 */
	double median_ns[ROUND_MAX_STEPS][2];
	double idle_ns; /* the last that was measured; NaN before */
};

void round_init(struct round *r);
/* Orders a new round: sizes and controls in random order, which kind first by chance.
 */
void round_plan(struct round *r, const struct tune_data *d, bool membarrier,
		struct rng *rng);
void round_step_begin(struct round *r);
/* One undisturbed operation; beyond STEP_MAX_TIMED_OPS of a kind they are dropped. */
void round_step_add(struct round *r, int kind, double ns);
void round_step_end(struct round *r, int step);
/* What it does, as shown while it lasts: "8 pages, both kinds in turn". */
void round_step_text(const struct round_step *s, char *buf, size_t bytes);
/* Costs beyond the idle operation's. False when that was never measured, or nothing
 * else was. */
bool round_costs(struct round *r, struct tune_round *out);

#endif
