/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_RIG_WORKING_SET_H
#define TLBLAB_SRC_RIG_WORKING_SET_H

#include <pthread.h>

#include "tlblab/workloads/chase.h"

enum { WORKING_SET_NODES = 64 }; /* with more, some share one */

/* What victims walk through: one set of pages for each node, on that node, read by all
 * of its victims. They share it lest a thousand of them take all memory. */
struct working_sets {
	pthread_mutex_t lock;
	struct chase of_node[WORKING_SET_NODES];
};

void working_sets_init(struct working_sets *w);
/* By a victim, on its CPU, before the gate opens: where its walk starts. The first one
 * of a node maps and touches the pages. 0, or -errno with a sentence in failure. */
int working_sets_enter(struct working_sets *w, int64_t pages, void ***start,
		       char *failure, size_t failure_bytes);

#endif
