/* SPDX-License-Identifier: MIT */
#ifndef SENSORS_WALK_MODELS_H
#define SENSORS_WALK_MODELS_H

#include "tlblab/sensors/walk_events.h"

/* What can play a role: an event of libpfm4 by name, or an encoding of the published
 * lists. Candidates are tried in order. */
struct walk_candidate {
	enum walk_role role;
	const char *event; /* "DTLB_LOAD_MISSES:WALK_ACTIVE"; as listed when raw */
	uint64_t raw;	   /* 0: ask libpfm4 */
	const char *meaning;
};

/* A run of models that share a PMU. */
struct walk_model {
	const char *vendor;
	int family, model_low, model_high, stepping_low;
	const char *pfm; /* libpfm4's name of the PMU; NULL: raw candidates only */
	const struct walk_candidate *candidates; /* ends with a NULL event */
};

/* The row for a CPU, or NULL. */
const struct walk_model *walk_model_find(const struct walk_cpu *cpu);

#endif
