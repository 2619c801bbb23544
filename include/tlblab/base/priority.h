/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_PRIORITY_H
#define TLBLAB_BASE_PRIORITY_H

#include <stdbool.h>
#include <stddef.h>

#include "tlblab/base/error.h"

/*
 * Under a real-time policy a task that spins is preempted by a higher priority only.
 * So whoever controls others must stay above them: a child of a real-time program
 * inherits its priority, and would starve the one that is to end it.
 */
struct priority {
	int policy; /* of sched.h */
	int level;  /* 1 to 99; 0 where the policy has none */
};

/* Of the calling thread; of children instead where the policy ends at fork. */
struct priority priority_inherited(void);
bool priority_is_realtime(struct priority p);
/* What a task that is started and controlled from p runs at: one level lower, in turn
 * with others of that level; from level 1 as an ordinary task. */
struct priority priority_below(struct priority p);
/* Puts the calling thread there. Call it first in a child, before anything spins.
 * alone: no other such task shares its CPU. 0 or -errno; without effect where p is no
 * real-time priority. */
int priority_step_down(bool alone);
/* Refuses, with what to do, where children cannot be started (SCHED_DEADLINE),
 * where the kernel would kill them (RLIMIT_RTTIME), and where they would hold every CPU
 * and real-time throttling is off. */
int priority_check(bool every_cpu, struct error *error);
/* "workers run at real-time priority 89, below this program's 90"; "" when there is
 * nothing to say. */
const char *priority_text(char *buf, size_t buf_bytes);

#endif
