/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_MACHINE_CACHE_H
#define TLBLAB_MACHINE_CACHE_H

#include <stdint.h>

#include "tlblab/machine/topology.h"

/* Caches of one make: as many of them as there are groups of CPUs that share one. */
struct cache_kind {
	int level;
	char type[16];	     /* "Data", "Instruction", "Unified", as the kernel says */
	int64_t bytes;	     /* -1 unknown */
	enum core_kind core; /* of a hybrid CPU, whose; CORE_UNKNOWN: any */
	int shared_cpus;     /* online CPUs that share one; 0 unknown */
	int count;
};

enum { CACHE_KINDS_MAX = 16 };

/* The caches of the online CPUs of t from root/sys, by level, data first; returns how
 * many kinds there are, 0 where the kernel shows none. */
int caches_read(const struct topology *t, const char *root,
		struct cache_kind out[CACHE_KINDS_MAX]);

#endif
