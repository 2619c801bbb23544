/* SPDX-License-Identifier: MIT */
#include "rig/working_set.h"

#include <sched.h>
#include <string.h>

void working_sets_init(struct working_sets *w)
{
	memset(w->of_node, 0, sizeof(w->of_node));
	pthread_mutex_init(&w->lock, NULL);
}

int working_sets_enter(struct working_sets *w, int64_t pages, void ***start,
		       char *failure, size_t failure_bytes)
{
	unsigned int cpu, node = 0;
	int err = 0;

	if (getcpu(&cpu, &node))
		node = 0;
	struct chase *mine = &w->of_node[node % WORKING_SET_NODES];

	pthread_mutex_lock(&w->lock);
	if (!mine->start)
		err = chase_init(mine, pages, failure, failure_bytes);
	*start = mine->start;
	pthread_mutex_unlock(&w->lock);
	return err;
}
