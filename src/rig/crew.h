/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_RIG_CREW_H
#define TLBLAB_RIG_CREW_H

#include <sys/types.h>

#include "rig/shared.h"
#include "rig/working_set.h"
#include "tlblab/workloads/workload.h"

/* The workers and victims, in the child. */
struct crew {
	struct rig_shared *shared;
	const struct workload_ops *ops;
	struct workload_space *space;	   /* RUN_THREADS; made by crew_start */
	struct working_sets *working_sets; /* of the victims; likewise */
	int note_fd; /* eventfd by which a member wakes the child's main thread */
	pid_t *pids; /* RUN_PROCESSES: one per member, 0 once it was waited for */
};

static inline int crew_members(const struct crew *c)
{
	return c->shared->workers + c->shared->victims;
}

/* Limits the calling thread to one CPU; -1 leaves it alone. 0 or -errno. */
int crew_pin(int cpu);
/* Starts all members. 0, or -errno after the failure was left in shared memory. */
int crew_start(struct crew *c);
/* RUN_PROCESSES: takes note of members that died. */
void crew_reap(struct crew *c);
/* RUN_PROCESSES: kills and waits for all. RUN_THREADS: they die with the process. */
void crew_end(struct crew *c);

/* A member's life, in its own thread or process; never returns. */
void member_live(const struct crew *c, int index) __attribute__((noreturn));

#endif
