/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_SESSION_VIEW_H
#define TLBLAB_BACKENDS_SESSION_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "tlblab/base/reading.h"
#include "tlblab/lab/flushers.h"
#include "tlblab/machine/machine.h"
#include "tlblab/sensors/flush_slots.h"
#include "tlblab/sensors/refill.h"
#include "tlblab/sim/costs.h"

/* What goes through a session: from its backend to the screen and files, and from its
 * options to the backend. */
struct guardian;
struct cpumask;

struct session_sensor {
	const char *name, *summary;
	const struct availability *availability;
};

/* What a backend shows of what runs; all borrowed. */
struct session_view {
	int n_workers, n_victims;
	const int *cpus; /* workers then victims; -1 not pinned */
	/* Where the threads of a user's program are, which the workers only start or
	 * watch; NULL: there is none, or it was not found. */
	const struct cpumask *program_cpus;
	double ns_per_tick;
	int64_t ceiling_pages;		    /* in force, -1 when unknown */
	int64_t ceiling_original;	    /* -1 when unknown */
	const struct availability *ceiling; /* can it be set? */
	const struct session_sensor *sensors;
	int n_sensors;
	const struct refill_estimate *refill;  /* NULL: not measured, so far */
	const struct flush_slots *flush_slots; /* NULL: not counted thread by thread */
	const struct flushers *flushers;       /* NULL: there is no kernel to ask */
};

/* What things cost on a machine that was measured, for the simulator's costs=machine.
 */
struct session_costs {
	bool known;
	bool elsewhere; /* that machine has another CPU than this one */
	struct sim_costs costs;
	char source[112]; /* when known: of which machine, and when */
	char reason[256]; /* when not: why, in words */
};

struct session_options {
	const struct machine *machine; /* outlives the session */
	struct guardian *guardian;     /* outlives the session */
	bool trace_flushes;
	/* Outlives the session, read whenever a simulation begins; NULL: unknown. */
	const struct session_costs *costs;
};

#endif
