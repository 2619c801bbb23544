/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_PMU_EVENTS_H
#define TLBLAB_SRC_SENSORS_PMU_EVENTS_H

#include "sensors/perf_group.h"
#include "tlblab/base/cpumask.h"
#include "tlblab/lab/channel.h"
#include "tlblab/machine/machine.h"
#include "tlblab/sensors/walk_events.h"

/*
 * Which hardware events are counted here: those that the model's table names, the
 * machine has, the kernel grants, and that really count. An event that opens may still
 * count nothing, as in a guest whose host hides what it cannot virtualise; so each kind
 * of core walks pages once before its walk events are believed.
 */
enum {
	PMU_GROUP_EVENTS = 4,
	PMU_SLOTS_MAX = WALK_ROLES + 2, /* with cycles and pending walks */
	PMU_GROUPS_MAX = (PMU_SLOTS_MAX + PMU_GROUP_EVENTS - 1) / PMU_GROUP_EVENTS,
};

/* What one counter of a worker counts. */
struct pmu_slot {
	enum channel channel;
	uint32_t type;
	uint64_t config;
	char name[96]; /* of the event, and where that is from */
};

/* The counters of one kind of core. */
struct pmu_kind {
	bool everywhere;     /* the only kind: on all CPUs */
	struct cpumask cpus; /* that it counts on */
	int n_slots;	     /* in order; PMU_GROUP_EVENTS to a group */
	struct pmu_slot slot[PMU_SLOTS_MAX];
};

struct pmu_events {
	const struct perf_opener *perf;
	const char *root;
	bool programs;	/* what the traced start is counted as theirs */
	bool user_only; /* the kernel's own walks may not be counted */
	int n_kinds;
	struct pmu_kind kind[WALK_PMUS_MAX];
	char silent[160]; /* names of those that open and count nothing; "" none */
};

/* Does sysfs show a PMU of the CPUs? */
bool pmu_events_have_pmu(const char *root);
/* Fills e, of which perf and root are set, for machine m. 0, -ENODATA when what is
 * granted counts nothing, or the first refusal when nothing is granted. */
int pmu_events_choose(struct pmu_events *e, const struct machine *m);
/* Opens and enables one kind's counters on a thread. 0 or -errno; groups are the
 * caller's to close either way. */
int pmu_events_open(const struct pmu_events *e, const struct pmu_kind *kind,
		    struct perf_group *groups, pid_t tid);

#endif
