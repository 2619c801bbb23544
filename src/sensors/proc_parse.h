/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_PROC_PARSE_H
#define TLBLAB_SRC_SENSORS_PROC_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/cpumask.h"

/* The number after "key", blanks and a colon at the start of a line of terminated text.
 * 0, or -ENOENT. */
int proc_find_number(const char *text, const char *key, uint64_t *out);

/* The number after "key" and one blank at the start of a line, as in /proc/vmstat. 0,
 * or -ENOENT. */
int proc_find_count(const char *text, const char *key, uint64_t *out);

/* Field `processor` of a terminated /proc/PID/stat: the CPU last run on. The command's
 * name may hold anything. 0, or -EINVAL. */
int proc_stat_processor(const char *text, int *cpu);

/* Steal ticks of the CPUs in `which`, summed, from the beginning of a /proc/stat that
 * may be cut anywhere. Returns how many of those CPUs were seen. */
int proc_stat_steal(const char *text, size_t bytes, const struct cpumask *which,
		    uint64_t *ticks);

#endif
