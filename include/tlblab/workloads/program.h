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
	int processes;
	bool cut; /* there are more than are looked at in one go */
	struct cpumask cpus;
};

/* Looks at a process; takes about 20 us a thread, at most max of them. */
void program_look(struct program *out, pid_t pid, int max);
/* The process and all that it started, at most max; how many. Those of a process that
 * its parent gave up are found only while it is there. */
int program_processes(pid_t pid, pid_t *pids, int max);
/* Whether the kernel tells who started whom. */
bool program_finds_children(void);
/* Its children alone, at most max; how many. */
int program_children(pid_t pid, pid_t *pids, int max);
/* Its threads and theirs, at most max; how many. */
int program_threads(pid_t pid, pid_t *tids, int max);
/* The same for what a thread started, without the thread itself; several threads' add
 * up: *out is zeroed before the first. */
void program_look_started(struct program *out, pid_t tid, int max);

#endif
