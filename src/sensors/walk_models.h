/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_WALK_MODELS_H
#define TLBLAB_SRC_SENSORS_WALK_MODELS_H

#include "tlblab/sensors/walk_events.h"

/* What plays a role on a core: an event that libpfm4 knows by name, an encoding of the
 * published lists, or the reason why there is none. Rows are tried in order; a role
 * without a row has none. */
struct walk_row {
	enum walk_role role;
	const char *event; /* "DTLB_LOAD_MISSES:WALK_ACTIVE"; as listed when raw; NULL:
			      no such event */
	uint64_t raw;	   /* 0: ask libpfm4 */
	enum walk_semantics semantics;
	const char *words; /* what it means, or why there is none */
};

/* A kind of core: its rows end with one that has neither event nor words. */
struct walk_core {
	const char *name;
	const char *source; /* of the raw encodings */
	const struct walk_row *rows;
};

/* A run of models that share their PMUs; hybrid ones have several. */
struct walk_model {
	const char *vendor;
	int family, model_low, model_high, stepping_low;
	const char *name; /* "Alder Lake" */
	const char *pfm;  /* libpfm4's name of the PMU; NULL: raw encodings only */
	struct {
		const char *pmu;
		const struct walk_core *core;
	} cores[WALK_PMUS_MAX];
};

/* walk_cores_intel.c: what libpfm4 knows by name */
extern const struct walk_core core_nehalem, core_westmere, core_duration, core_active,
	core_silvermont, core_goldmont;
/* walk_cores_newer.c */
extern const struct walk_core core_golden_cove, core_gracemont, core_crestmont,
	core_skymont, core_darkmont, core_arctic_wolf, core_goldmont_plus, core_tremont,
	core_zen5, core_zen6;
/* walk_cores_amd.c */
extern const struct walk_core core_zen1, core_zen3, core_zen4;

/* The row for a CPU, or NULL. */
const struct walk_model *walk_model_find(const struct walk_cpu *cpu);
/* Of the same vendor, the nearest by family and then by model; NULL for a vendor of
 * which none is known. */
const struct walk_model *walk_model_nearest(const struct walk_cpu *cpu);

#endif
