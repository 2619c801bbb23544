/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SENSORS_FLUSH_SLOTS_H
#define TLBLAB_SENSORS_FLUSH_SLOTS_H

#include <stdbool.h>

/*
 * Flushes of each thread that was counted in the last slice of the tracepoint, to be
 * looked at; the channels keep their sums. Victims start no flush, so only what they
 * received is counted of them; the CPUs they sit on tell what was received there,
 * whoever ran.
 */
struct flush_slot {
	bool victim;
	int index;	     /* of the workers, or of the victims */
	double full, ranged; /* that its operations made; 0 of victims */
	double received;     /* requests of others, reason "remote shootdown" */
};

/* A victim's CPU: requests of others that dropped all, and those page by page. */
struct flush_cpu_slot {
	int cpu;
	double full, ranged;
};

enum { FLUSH_SLOTS_MAX = 48, FLUSH_CPU_SLOTS_MAX = 16 };

struct flush_slots {
	int n; /* 0: no slice so far */
	double elapsed_s;
	struct flush_slot slot[FLUSH_SLOTS_MAX]; /* workers first */
	int n_cpus;
	struct flush_cpu_slot cpu[FLUSH_CPU_SLOTS_MAX];
	char why_no_cpus[160]; /* "" where there are, or no victims */
};

struct sensor_set;
/* Of the set's flush_trace; NULL when there is none. Valid until the set is read or
 * attached again. */
const struct flush_slots *flush_slots_of_set(const struct sensor_set *set);

#endif
