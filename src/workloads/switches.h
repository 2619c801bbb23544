/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_SWITCHES_H
#define TLBLAB_SRC_WORKLOADS_SWITCHES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Times that the threads of some processes went to sleep. /proc has them by thread, and
 * of a thread that has ended nothing; so where the kernel lets us, an event counts
 * every switch of all of them, those that come and go between two looks as well; it
 * does not tell sleeps from preemptions, so the part of sleeps is that among the seen.
 * Elsewhere a thread that ended keeps what was
 * last seen of it.
 */
enum { SWITCHES_THREADS = 512 };

struct switches_thread {
	pid_t pid, tid;
	bool there;
	uint64_t voluntary, preempted;
};

struct switches {
	int n_fds;
	bool refused; /* the event, for one of them */
	int fd[SWITCHES_THREADS];
	int n;
	struct switches_thread *thread; /* SWITCHES_THREADS; owned */
	uint64_t voluntary, preempted;	/* seen so far */
	uint64_t total;			/* never goes down */
};

/* 0 or -ENOMEM. */
int switches_begin(struct switches *s, const pid_t *pids, int n);
void switches_look(struct switches *s, const pid_t *pids, int n);
/* Sleeps among all switches, when so many of either kind were seen; pure. */
uint64_t switches_voluntary(uint64_t all, uint64_t voluntary, uint64_t preempted);
/* Threads that end between two looks are counted, too. */
bool switches_are_whole(const struct switches *s);
void switches_end(struct switches *s);

#endif
