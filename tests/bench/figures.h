/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_BENCH_FIGURES_H
#define TLBLAB_TESTS_BENCH_FIGURES_H

/* What benches share: a row of the table, and the end when something fails. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static inline void must(bool ok)
{
	if (ok)
		return;
	perror("bench");
	exit(1);
}

static inline void row(const char *name, double value, const char *unit,
		       const char *target)
{
	printf("%-44s %9.3f  %-6s %s\n", name, value, unit, target);
}

static inline int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

#endif
