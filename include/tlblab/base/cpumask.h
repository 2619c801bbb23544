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
/* Parses the kernel's list form "0,2,4-7,0-30:2/4" (of every 4 the first 2) and
 * taskset's "8-30:2" (every second); blanks and a final newline are allowed, an empty
 * list is an empty mask. 0, or -EINVAL, -ERANGE and *m as it was. */
int cpumask_parse(struct cpumask *m, const char *list);
/* Parses the kernel's mask form "ff,ffffffff": hexadecimal words of 32 CPUs, the lowest
 * last. 0, or -EINVAL, -ERANGE and *m as it was. */
int cpumask_parse_hex(struct cpumask *m, const char *mask);
/* The list form; returns buf, cut with "…" when it does not fit. */
const char *cpumask_text(const struct cpumask *m, char *buf, size_t buf_bytes);

#endif
