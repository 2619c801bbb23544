/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_WORKLOADS_ALLOCATOR_H
#define TLBLAB_WORKLOADS_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "tlblab/lab/experiment.h"

/* The process's allocator: glibc's own, or another that is preloaded into the rig. */
enum allocator {
	ALLOCATOR_GLIBC,
	ALLOCATOR_JEMALLOC,
	ALLOCATOR_TCMALLOC,
	ALLOCATOR_MIMALLOC,
	ALLOCATOR_N
};

/* Their names, NULL-terminated. */
extern const char *const allocator_names[];
/* What Debian calls its package; NULL for glibc. */
const char *allocator_package(enum allocator a);
/* The path of its library; false when it is not installed, or none is needed. */
bool allocator_library(enum allocator a, char *path, size_t path_bytes);
/* Is it the one that this process runs with? */
bool allocator_in_use(enum allocator a);
/* What to preload into the rig of this experiment; false: nothing. */
bool allocator_preload(const struct experiment *e, char *path, size_t path_bytes);

#endif
