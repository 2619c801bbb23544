/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SENSORS_WALK_EVENTS_H
#define TLBLAB_SENSORS_WALK_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Which hardware event plays which role on which CPU. Pure: it looks at no machine, so
 * the table of any model can be read anywhere. Roles stand in the order of the channels
 * from CH_DTLB_LOAD_WALK_CYCLES to CH_DTLB_FLUSH.
 */
enum walk_role {
	WALK_DTLB_LOAD_CYCLES,
	WALK_DTLB_LOADS,
	WALK_DTLB_STORE_CYCLES,
	WALK_DTLB_STORES,
	WALK_ITLB_CYCLES,
	WALK_ITLBS,
	WALK_STLB_FLUSH,
	WALK_DTLB_FLUSH,
	WALK_ROLES
};

/* "dtlb_load_walk_cycles" … */
extern const char *const walk_role_name[WALK_ROLES];

struct walk_cpu {
	char vendor[16]; /* "GenuineIntel" */
	int family, model;
	int stepping; /* -1: any */
};

/* What may be computed from an event. */
enum walk_semantics {
	WALK_COUNT,   /* of walks or flushes: never cycles, whatever it is times */
	WALK_BUSY,    /* cycles with a walk under way: a part of all cycles */
	WALK_PENDING, /* walks under way, summed over cycles: over the walks that
			 completed it is the mean length of one, and nothing else */
};

struct walk_event {
	bool known;
	char name[160];	 /* "ivb::DTLB_LOAD_MISSES:WALK_DURATION" */
	uint32_t type;	 /* perf_event_attr.type, where pmu is "cpu" */
	uint64_t config; /* perf_event_attr.config */
	enum walk_semantics semantics;
	/* "libpfm4", "newer-model table", "event list", "generic cache event", "none"
	 */
	const char *source;
	const char *meaning; /* what one count is, and what it must not be taken for */
	char reason[320];    /* why not known, or why only a generic event */
};

/* The events of one kind of core. */
struct walk_pmu {
	const char *pmu;  /* in sysfs: "cpu", "cpu_core", "cpu_atom", "cpu_lowpower" */
	const char *core; /* "Golden Cove"; "" unknown */
	struct walk_event event[WALK_ROLES];
	/* The sum of load walks under way, beside a cycles event of WALK_BUSY. */
	struct walk_event load_pending;
};

enum { WALK_PMUS_MAX = 3 };

struct walk_table {
	bool model_known;
	int n_pmus; /* more than one on a hybrid CPU, performance cores first */
	struct walk_pmu pmu[WALK_PMUS_MAX];
};

/* Parses "GenuineIntel-6-CF" or "AuthenticAMD-25-61-2": family decimal, model and
 * stepping hexadecimal, as perf writes them. 0 or -EINVAL. */
int walk_cpu_parse(const char *text, struct walk_cpu *out);
/* Fills *out, always; of an unknown model the reasons name the nearest known one.
 * Loads libpfm4's tables on first use, so ask only where there is a PMU or a person
 * who wants to know. */
void walk_events_lookup(const struct walk_cpu *cpu, struct walk_table *out);

#endif
