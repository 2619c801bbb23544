/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_DRAW_CPU_BARS_H
#define TLBLAB_DRAW_CPU_BARS_H

#include <stdint.h>

#include "tlblab/base/cpumask.h"
#include "tlblab/draw/canvas.h"

/* Shootdowns received, CPU by CPU. */
struct cpu_rates {
	const uint64_t *counts; /* n_cpus long */
	int n_cpus;
	double elapsed_s;
	/* Whose thread sits where: workers, then victims; -1 not pinned. */
	const int *cpus;
	int n_workers, n_victims;
	/* Where a program is that the workers only start or watch: its CPUs stand for
	 * theirs. NULL: there is none. */
	const struct cpumask *program;
};

/* How many neighbouring CPUs share a row so that all fit. */
int cpu_bars_group(int n_cpus, int rows);
/* A bar and a number for each CPU, or for each group of CPUs (their sum). */
void cpu_bars_draw(struct canvas *c, struct rect r, const struct cpu_rates *rates);
/* The machine: every CPU one cell, its height what it received, its letter who sits
 * there (w, v); folded by groups when even one cell each is too much. */
void cpu_map_draw(struct canvas *c, struct rect r, const struct cpu_rates *rates);

#endif
