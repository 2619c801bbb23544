/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_MACHINE_PLACEMENT_H
#define TLBLAB_MACHINE_PLACEMENT_H

#include <stdbool.h>

#include "tlblab/base/error.h"
#include "tlblab/machine/topology.h"

/*
 * A placement is an order over the allowed CPUs; workers take CPUs in that order and
 * victims go on where the workers stopped. When the order runs out it starts again
 * (oversubscribed), so that more workers than CPUs can be asked for and is seen.
 */
struct placement_ops {
	const char
		*name; /* "compact", "cores", "spread", "smt", "node", "cpus", "none" */
	const char *syntax; /* "node:N" */
	const char *summary;
	/* Is the argument well formed? Optional: without it there is no argument. */
	int (*check)(const char *argument, struct error *error);
	/* Writes CPU ids into out (room for t->n_cpus) and returns how many; argument
	 * is what followed the colon, or NULL. 0 pins nothing. -errno with an error. */
	int (*order)(const struct topology *t, const char *argument, int *out,
		     struct error *error);
};

/* All placements, NULL-terminated. */
extern const struct placement_ops *const placement_table[];

/* Is the text well formed? (Says nothing of this machine.) */
int placement_check(const char *text, struct error *error);
/* CPU ids for workers then victims; -1 where nothing is pinned ("none"). A CPU that
 * is offline or outside the allowed set is an error that names it and lists what is
 * allowed. distinct_cpus may be NULL. */
int placement_resolve(const char *text, const struct topology *t, int workers,
		      int victims, int *cpus, int *distinct_cpus, struct error *error);
/* CPU ids in their order as the list of a cpus: placement, neighbours and even strides
 * drawn together: "0-3,8,16-30:2". false when buf is too small; it then holds what
 * came before the id that did not fit, and "…". */
bool placement_list_text(const int *cpus, int n, char *buf, unsigned long buf_bytes);

#endif
