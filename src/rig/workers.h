/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_RIG_WORKERS_H
#define TLBLAB_SRC_RIG_WORKERS_H

#include <sys/types.h>

#include "rig/shared.h"
#include "rig/working_set.h"
#include "tlblab/workloads/workload.h"

/* The workers and victims, in the child. */
struct workers {
	struct rig_shared *shared;
	const struct workload_ops *ops;
	struct workload_space *space;	   /* RUN_THREADS; made by workers_start */
	struct working_sets *working_sets; /* of the victims; likewise */
	int note_fd; /* eventfd by which a member wakes the child's main thread */
	pid_t *pids; /* RUN_PROCESSES: one per member, 0 once it was waited for */
};

static inline int workers_count(const struct workers *c)
{
	return c->shared->workers + c->shared->victims;
}

/* Limits the calling thread to one CPU; -1 leaves it alone. 0 or -errno. */
int workers_pin(int cpu);
/* Starts all members. 0, or -errno after the failure was left in shared memory. */
int workers_start(struct workers *c);
/* RUN_PROCESSES: takes note of members that died. */
void workers_reap(struct workers *c);
/* RUN_PROCESSES: kills and waits for all. RUN_THREADS: they die with the process. */
void workers_end(struct workers *c);

/* A member's life, in its own thread or process; never returns. */
void worker_live(const struct workers *c, int index) __attribute__((noreturn));

#endif
