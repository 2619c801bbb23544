/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_WORKLOADS_FAMILY_H
#define TLBLAB_WORKLOADS_FAMILY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A process and all that it started, with what they did together since it was first
 * looked at. Whoever ends keeps what was seen of it; what its parent is given for it by
 * the kernel when it is waited for is not counted a second time. The sums never go down
 * and never wrap.
 */
enum family_counter {
	FAMILY_CPU_TICKS,
	FAMILY_MINOR_FAULTS,
	FAMILY_IO_CALLS,
	FAMILY_N
};

/* The longest list of processes that are followed. */
enum { FAMILY_MAX = 512 };

/* What one process says of itself. */
struct family_says {
	char state;
	pid_t parent;
	int threads;
	uint64_t start;		   /* in ticks since boot: with the pid it is unique */
	uint64_t own[FAMILY_N];	   /* of all its threads, ended ones too */
	uint64_t waited[FAMILY_N]; /* of children it has waited for; io: in own */
};

struct family_process {
	pid_t pid;
	bool there;
	struct family_says says;
};

struct family {
	pid_t root;
	uint64_t root_start;
	bool io; /* calls are wanted, too */
	int n;
	struct family_process *member; /* FAMILY_MAX; owned */
	uint64_t total[FAMILY_N];
};

/* 0, -ESRCH when the process is not there or has ended, -ENOMEM. */
int family_begin(struct family *f, pid_t root, bool io);
/* 0, or -ESRCH when the root has ended, waited for or not. */
int family_look(struct family *f);
void family_end(struct family *f);

/* Adds what n processes did since the last time; pure, for tests. */
void family_take(struct family *f, const pid_t *pids, const struct family_says *says,
		 int n);
/* 0 or -ESRCH; io: reads that file as well. */
int family_read(pid_t pid, bool io, struct family_says *says);
/* From the text of /proc/PID/stat; 0 or -EINVAL. */
int family_parse(const char *stat, struct family_says *says);
/* It is a zombie, or less: nothing of it runs any more. */
bool family_has_ended(const struct family_says *says);

#endif
