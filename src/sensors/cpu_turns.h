/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_CPU_TURNS_H
#define TLBLAB_SRC_SENSORS_CPU_TURNS_H

#include "tlblab/sensors/sensor.h"

/*
 * The CPUs in use, a few of which are looked at in one interval, in turn: a file of
 * sysfs costs microseconds a CPU, and there may be hundreds.
 */
enum { CPUS_PER_READ = 16 };

struct cpu_turns {
	int n, next;
	int *cpu; /* distinct, ascending; n of them */
};

/* Of the target, or all that may be used where one of them is not pinned. 0 or -ENOMEM
 * (then there are none). */
int cpu_turns_take(struct cpu_turns *t, const struct sensor_target *target,
		   const struct cpumask *allowed);
/* How many have their turn in this interval. */
int cpu_turns_now(const struct cpu_turns *t);
/* The place of the next one in t->cpu. */
int cpu_turns_next(struct cpu_turns *t);
void cpu_turns_free(struct cpu_turns *t);
/* A number in /sys/devices/system/cpu/cpuN/FILE; 0 or -errno. */
int cpu_file_read(const char *root, int cpu, const char *file, long *out);

#endif
