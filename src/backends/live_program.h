/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_LIVE_PROGRAM_H
#define TLBLAB_SRC_BACKENDS_LIVE_PROGRAM_H

#include "tlblab/lab/channel.h"
#include "tlblab/workloads/program.h"

/*
 * Whose shootdowns, when somebody's program is the workload: those of the CPUs that its
 * threads were seen on when an interval began and when it ended; what all others
 * received is background. Where they were not seen (a run of the command came and went
 * within the interval, or there are more threads than are looked at) nothing is known
 * of it, and all CPUs count.
 */
struct live_program {
	bool on;
	pid_t pid;	   /* of one that was there before; 0: our workers' */
	const pid_t *tids; /* of the workers that start it, n of them */
	int n;
	struct program seen; /* at the end of the last interval */
};

void live_program_begin(struct live_program *p, pid_t pid, const pid_t *tids, int n);
/* runs: so many of it ended in the interval. */
void live_program_put(struct live_program *p, double runs, struct sample *sample);
/* Where it is; NULL: there is none, or it was not found. */
const struct cpumask *live_program_cpus(const struct live_program *p);

#endif
