/* SPDX-License-Identifier: MIT */
/*
 * An allocator can only be chosen before the first allocation of a process, so the rig
 * is re-executed with it in LD_PRELOAD, and asks itself afterwards whether that took:
 * each of these libraries has a function that no other has.
 */
#include "tlblab/workloads/allocator.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/workloads/workload.h"

struct allocator_library {
	const char *file, *mark, *package;
};

static const struct allocator_library libraries[] = {
	[ALLOCATOR_GLIBC] = {NULL, NULL, NULL},
	[ALLOCATOR_JEMALLOC] = {"libjemalloc.so.2", "mallctl", "libjemalloc2"},
	[ALLOCATOR_TCMALLOC] = {"libtcmalloc_minimal.so.4", "tc_version",
				"libtcmalloc-minimal4"},
	[ALLOCATOR_MIMALLOC] = {"libmimalloc.so.2", "mi_version", "libmimalloc2.0"},
};

const char *const allocator_names[] = {
	[ALLOCATOR_GLIBC] = "glibc",
	[ALLOCATOR_JEMALLOC] = "jemalloc",
	[ALLOCATOR_TCMALLOC] = "tcmalloc",
	[ALLOCATOR_MIMALLOC] = "mimalloc",
	[ALLOCATOR_N] = NULL,
};

const char *allocator_package(enum allocator a)
{
	return libraries[a].package;
}

bool allocator_library(enum allocator a, char *path, size_t path_bytes)
{
	static const char *const folders[] = {"/usr/local/lib",
					      "/usr/lib/x86_64-linux-gnu",
					      "/lib/x86_64-linux-gnu",
					      "/usr/lib64",
					      "/lib64",
					      "/usr/lib"};
	const char *file = libraries[a].file;

	for (size_t i = 0; file && i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, path_bytes, "%s/%s", folders[i], file);
		if (!access(path, R_OK))
			return true;
	}
	return false;
}

bool allocator_in_use(enum allocator a)
{
	for (int i = ALLOCATOR_GLIBC + 1; i < ALLOCATOR_N; i++)
		if (dlsym(RTLD_DEFAULT, libraries[i].mark))
			return a == (enum allocator)i;
	return a == ALLOCATOR_GLIBC;
}

bool allocator_preload(const struct experiment *e, char *path, size_t path_bytes)
{
	const struct param_value *v =
		experiment_param(e, workload_catalogue(), "allocator");

	return v && allocator_library((enum allocator)v->number, path, path_bytes);
}
