/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_PLAN_H
#define TLBLAB_LAB_PLAN_H

#include "tlblab/lab/preset.h"

/*
 * The runs of a preset in the order they are made: the product of the sweep's axes,
 * `repeats` times; each round visits every point once, in seeded random order, so
 * that drift of the machine falls on all points alike. A run until stopped is made
 * once, and cannot be swept.
 */
struct plan_run {
	int point;  /* index into the product of the axes */
	int repeat; /* 0 … repeats - 1 */
};

struct plan {
	int n_points;
	int n_runs;
	struct plan_run *runs; /* owned */
};

enum { PLAN_MAX_RUNS = 100000 };

int plan_make(struct plan *plan, const struct preset *p, struct error *error);
void plan_fini(struct plan *plan);
/* Takes one run out; those after it move up. */
void plan_drop(struct plan *plan, int run);
/* The experiment of one run: the preset's with the swept keys set. A simulated machine
 * draws from its seed, so each repeat has one of its own, the first the preset's. */
int plan_experiment(const struct preset *p, const struct catalogue *c,
		    const struct plan_run *run, struct experiment *out,
		    struct error *error);
/* "threads 2, pages 33": what is particular to a point; "" without a sweep. */
const char *plan_point_text(const struct preset *p, int point, char *buf,
			    size_t buf_bytes);

#endif
