/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_TRIAL_H
#define TLBLAB_SRC_WORKLOADS_TRIAL_H

#include "tlblab/workloads/workload.h"

/* A worker's side of struct worker_timed_ops: single operations of two kinds in turn,
 * and what each took, from its victims too. */
enum { TRIAL_MAX_WATCHED = 16, TRIAL_PACES = 32 };

/* A victim's pace when left alone: the median of the last rests in which it ran. */
struct trial_pace {
	double seen[TRIAL_PACES]; /* ticks of a turn; the latest at n % TRIAL_PACES */
	uint32_t n;
	double turn_ticks;
};

struct trial_taker {
	uint32_t order, taken, left_out, wanted, trigger[2];
	uint64_t recover_ticks; /* in which everybody has what a flush took */
	struct trial_pace pace[TRIAL_MAX_WATCHED];
};

/* One piece of quiet work, which also brings back what a flush took. */
typedef void trial_rest(struct worker *w);
typedef void trial_act(struct worker *w, uint32_t trigger);

/* Whether there is an order, now or ever. */
static inline bool trial_is_asked(const struct worker *w)
{
	return w->trials &&
	       atomic_load_explicit(&w->trials->order, memory_order_acquire);
}

/* One more rest in which a victim made so many turns; none says nothing. */
void trial_pace_follow(struct trial_pace *p, uint64_t ticks, uint64_t turns);
/* Makes the next trial of the order, or rests when all are made. A moment at which
 * nothing can be measured, since a victim does not run, is slept through. */
void trial_take(struct trial_taker *t, struct worker *w, trial_act *act,
		trial_rest *rest);

#endif
