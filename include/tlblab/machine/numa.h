/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_MACHINE_NUMA_H
#define TLBLAB_MACHINE_NUMA_H

#include <stdbool.h>
#include <stdint.h>

#include "tlblab/base/error.h"

/* Memory of the nodes, those without CPUs included. -1 stands for unknown. */
struct numa_node {
	int id;
	bool has_cpus;
	bool cpus_unknown; /* nothing that can be read lists them */
	int64_t memory_bytes, free_bytes;
};

struct numa {
	struct numa_node *nodes; /* ascending id */
	int n;			 /* 0: the kernel shows no nodes */
	int *distance;		 /* n rows of n, by index: 10 is local, -1 unknown */
};

/* root "" asks libnuma about this machine (sysfs where libnuma cannot answer); another
 * root is read as a captured tree. 0, or -ENOMEM with an error. */
int numa_read(struct numa *n, const char *root, struct error *error);
void numa_fini(struct numa *n);
int numa_node_distance(const struct numa *n, int from_id, int to_id); /* or -1 */

#endif
