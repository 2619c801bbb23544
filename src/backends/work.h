/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_WORK_H
#define TLBLAB_SRC_BACKENDS_WORK_H

#include "tlblab/lab/channel.h"
#include "tlblab/rig/rig.h"

/*
 * What the workers got done in an interval. An operation belongs to the time it took,
 * not to the interval in which it happened to end: each interval has the operations
 * that ended in it, with the time they took since the one before ended, however many
 * intervals ago that was. The sums over a run are those of its whole operations.
 */
struct work {
	uint64_t from_ns, to_ns; /* the interval, on CLOCK_MONOTONIC */
	uint64_t ops, least, most;
	double worker_ns; /* running workers times elapsed */
	double took_ns;	  /* of the operations that ended */
	int running;	  /* workers with an operation under way at the end */
	double running_ns;
};

/* What was read of one worker at the end of the last interval. */
struct work_seen {
	uint64_t ops;
	uint64_t ended_ns; /* the last of them; 0: none, so far */
};

void work_begin(struct work *work, uint64_t from_ns, uint64_t to_ns);
void work_add(struct work *work, struct work_seen *seen, const struct rig_reading *now);
void work_put(const struct work *work, struct sample *out);

#endif
