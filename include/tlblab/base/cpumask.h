/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_CPUMASK_H
#define TLBLAB_BASE_CPUMASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CPUMASK_MAX_CPUS = 8192 }; /* Linux x86 with MAXSMP */

struct cpumask {
	uint64_t bits[CPUMASK_MAX_CPUS / 64];
};

void cpumask_clear(struct cpumask *m);
void cpumask_set(struct cpumask *m, int cpu); /* out of range is ignored */
bool cpumask_has(const struct cpumask *m, int cpu);
int cpumask_count(const struct cpumask *m);
int cpumask_next(const struct cpumask *m, int after); /* -1 first; -1 at the end */
/* Parses the kernel's list form "0,2,4-7,8-30:2" (blanks and a final newline
 * allowed). 0, or -EINVAL, -ERANGE. */
int cpumask_parse(struct cpumask *m, const char *list);
/* The list form; returns buf, cut with "…" when it does not fit. */
const char *cpumask_text(const struct cpumask *m, char *buf, size_t buf_bytes);

#endif
