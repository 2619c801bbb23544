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

struct walk_event {
	bool known;
	char name[160];	     /* "ivb::DTLB_LOAD_MISSES:WALK_DURATION" */
	uint32_t type;	     /* perf_event_attr.type */
	uint64_t config;     /* perf_event_attr.config */
	const char *pmu;     /* in sysfs: "cpu" */
	const char *source;  /* "libpfm4", "event list", "generic cache event" */
	const char *meaning; /* what one count is, and what it must not be taken for */
	const char *reason;  /* when not known */
};

/* Parses "GenuineIntel-6-CF" or "AuthenticAMD-25-61-2": family decimal, model and
 * stepping hexadecimal, as perf writes them. 0 or -EINVAL. */
int walk_cpu_parse(const char *text, struct walk_cpu *out);
/* Fills out[WALK_ROLES]. Loads libpfm4's tables on first use. */
void walk_events_lookup(const struct walk_cpu *cpu, struct walk_event *out);

#endif
