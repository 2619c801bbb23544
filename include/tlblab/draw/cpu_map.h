/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_CPU_MAP_H
#define TLBLAB_DRAW_CPU_MAP_H

#include "tlblab/draw/canvas.h"
#include "tlblab/machine/topology.h"

/*
 * Where every CPU stands on the machine view: boxes of packages, in them boxes of nodes
 * (and kinds of cores), in them the cores with their SMT siblings side by side. The
 * same walk draws the map and answers which CPU lies above another one.
 */
enum map_detail {
	MAP_BOXES, /* every core a box; every CPU its number, heat and letter */
	MAP_PAIRS, /* every CPU its heat and letter, cores apart */
	MAP_DENSE, /* every CPU one column */
	MAP_DETAILS
};

/* CPUs that share package, node and kind; offline ones are a group of their own. */
struct map_group {
	int package, node;
	enum core_kind kind;
	bool online;
	int first, n; /* of the places */
	int n_cores, smt;
};

struct map_place {
	int cpu;       /* index among the topology's */
	int core, smt; /* position in its group, and in its core */
};

struct cpu_map {
	const struct topology *topology;
	struct map_place *places; /* owned; in the order of the map */
	struct map_group *groups; /* owned */
	int n, n_groups;
};

/* Keeps the topology, which must outlive it. Without CPUs, or memory, it is empty. */
void cpu_map_init(struct cpu_map *m, const struct topology *t);
void cpu_map_fini(struct cpu_map *m);

struct map_visitor {
	/* A frame: a package of several groups (group_last behind group), or one group.
	 * Optional. */
	void (*box)(void *self, struct rect r, int group, int n_groups);
	/* A CPU's first column. row_starts: the row's number may stand to the left. */
	void (*place)(void *self, int place, int x, int y, bool row_starts);
	void *self;
};

/* The finest detail at which all fits into w x h; the coarsest when none does. */
enum map_detail cpu_map_detail(const struct cpu_map *m, int w, int h);
/* Visits everything, from (0, 0) on; returns the height. */
int cpu_map_walk(const struct cpu_map *m, int w, enum map_detail detail,
		 const struct map_visitor *v);
/* The place above (by -1) or below (1), else the same. */
int cpu_map_vertical(const struct cpu_map *m, int w, enum map_detail detail, int place,
		     int by);
/* Columns of a CPU, and of a core of so many siblings with the gap behind it. */
int cpu_map_cpu_columns(enum map_detail detail);
int cpu_map_core_columns(enum map_detail detail, int smt);

#endif
