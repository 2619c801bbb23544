/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_PERF_GROUP_H
#define TLBLAB_SRC_SENSORS_PERF_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "tlblab/base/perf.h"

/*
 * A group of counters on one thread, or on one CPU: enabled, disabled and read
 * together, by one call (and so one interrupt of the counted CPU) each. Counts only
 * rise; the group gives what was added since it was last taken.
 */
enum { PERF_GROUP_MAX = 16 };

struct perf_group {
	int n;
	/* What the thread starts after this is counted as well, threads and processes;
	 * then each counter is one of its own. Set before the first is added. */
	bool inherits;
	int fd[PERF_GROUP_MAX]; /* fd[0] leads */
	uint64_t last[PERF_GROUP_MAX], last_enabled_ns, last_running_ns;
};

struct perf_group_delta {
	uint64_t count[PERF_GROUP_MAX]; /* as counted, not scaled */
	uint64_t enabled_ns, running_ns;
};

/* Adds a counter on thread tid. The group stays disabled until perf_group_enable;
 * attr's read format and disabled flag are set here. 0 or -errno (the group is as
 * before). */
int perf_group_add(struct perf_group *g, const struct perf_opener *opener,
		   struct perf_event_attr *attr, pid_t tid, const char *filter);
/* The same on a CPU, whoever runs there; needs more privilege. */
int perf_group_add_cpu(struct perf_group *g, const struct perf_opener *opener,
		       struct perf_event_attr *attr, int cpu, const char *filter);
int perf_group_enable(struct perf_group *g);
int perf_group_disable(struct perf_group *g);
/* 0, or -errno (-EIO when the kernel gave another shape). */
int perf_group_take(struct perf_group *g, struct perf_group_delta *out);
/* What to multiply counts by: 0 exact, 1 when the group shared the hardware, -ENODATA
 * when it was enabled and never ran. */
int perf_group_scale(const struct perf_group_delta *d, double *scale);
void perf_group_close(struct perf_group *g);

#endif
