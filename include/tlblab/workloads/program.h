/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_WORKLOADS_PROGRAM_H
#define TLBLAB_WORKLOADS_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "tlblab/base/cpumask.h"

/*
 * A program while it runs: the threads of a process and of all that it started, and
 * the CPUs each of them was last on. Read from /proc, from outside: no thread is
 * stopped, no CPU interrupted.
 */
struct program {
	int threads; /* 0: it has ended, or is not shown to us */
	bool cut;    /* there are more than are looked at in one go */
	struct cpumask cpus;
};

/* Looks at a process; takes about 20 us a thread, at most max of them. */
void program_look(struct program *out, pid_t pid, int max);
/* The same for what a thread started, without the thread itself; several threads' add
 * up: *out is zeroed before the first. */
void program_look_started(struct program *out, pid_t tid, int max);

#endif
