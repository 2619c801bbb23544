/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_CPULIST_H
#define TLBLAB_SRC_MACHINE_CPULIST_H

#include "tlblab/base/cpumask.h"

/* A list file of sysfs ("0-3,8") into *m, of CPUs or nodes. An empty list is no error.
 * On -errno (-EINVAL: it holds something else) *m is empty. */
int cpulist_read(const char *root, const char *path, struct cpumask *m);

/* The same from the list file, or where that cannot be read from the mask file. */
int cpuset_read(const char *root, const char *list, const char *mask,
		struct cpumask *m);

/* The CPUs of a node: from its list, or its mask, or else the entries cpuN of its
 * folder. A node of memory only has an empty list; without any of them -errno. */
int node_cpus_read(const char *root, int node, struct cpumask *m);

#endif
