/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_PLACEMENT_ORDER_H
#define TLBLAB_SRC_MACHINE_PLACEMENT_ORDER_H

#include "tlblab/machine/placement.h"

/*
 * What the placements sort: the CPUs that may be used, each with its position among
 * those siblings of its core that may be used as well (a cpuset can take the first
 * sibling away and leave the second, which is then the core's first).
 */
struct place {
	const struct cpu *cpu;
	int rank;     /* 0: the first usable sibling of its core */
	int siblings; /* usable siblings of its core, itself included */
	int turn;     /* for the placement's own use */
};

typedef int (*place_compare_fn)(const void *a, const void *b); /* as for qsort */

/* The usable CPUs in ascending id, malloc'd, to be freed by the caller. Returns how
 * many (at least 1), or -errno with an error. */
int place_collect(const struct topology *t, struct place **out, struct error *error);
/* Sorts, and writes the ids; returns n. */
int place_emit(struct place *places, int n, place_compare_fn compare, int *out);

/* All usable CPUs in the order of `compare`: collect and emit in one. */
int place_order(const struct topology *t, place_compare_fn compare, int *out,
		struct error *error);

/* Siblings together, then cores, then packages; performance cores first. */
int place_compare_compact(const void *a, const void *b);
/* The same with all first siblings before all second ones. */
int place_compare_cores(const void *a, const void *b);

static inline int place_compare_int(int a, int b)
{
	return (a > b) - (a < b);
}

/* For ids of sysfs: what is unknown (-1) comes last. */
static inline int place_compare_id(int a, int b)
{
	return ((unsigned int)a > (unsigned int)b) -
	       ((unsigned int)a < (unsigned int)b);
}

extern const struct placement_ops placement_compact, placement_cores, placement_spread,
	placement_smt, placement_node, placement_cpus, placement_none;

#endif
