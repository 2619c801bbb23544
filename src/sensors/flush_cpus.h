/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_FLUSH_CPUS_H
#define TLBLAB_SRC_SENSORS_FLUSH_CPUS_H

#include "sensors/perf_group.h"
#include "tlblab/sensors/flush_slots.h"

/*
 * Flush requests received on the victims' CPUs, whoever runs there at the moment: what
 * a victim's own thread does not see, because it was not running, shows here. Counting
 * on a CPU needs perf_event_paranoid at 0 or CAP_PERFMON, one level above counting on a
 * thread, and each switch or reading of a counter interrupts the CPU: it is switched
 * and read with the slices of the flush trace.
 */
struct flush_cpus {
	int n;
	int cpu[FLUSH_CPU_SLOTS_MAX];
	struct perf_group group[FLUSH_CPU_SLOTS_MAX];
};

/* Counts on the distinct ones of n CPUs, at most FLUSH_CPU_SLOTS_MAX; those that are
 * not pinned (-1) tell nothing. 0 or -errno, then none is open. */
int flush_cpus_open(struct flush_cpus *c, const struct perf_opener *perf,
		    uint64_t tracepoint, const int *cpus, int n);
int flush_cpus_enable(struct flush_cpus *c);
void flush_cpus_disable(struct flush_cpus *c);
/* What was counted since it was last taken. 0 or -errno. */
int flush_cpus_take(struct flush_cpus *c, struct flush_cpu_slot *out);
void flush_cpus_close(struct flush_cpus *c);

#endif
