/* SPDX-License-Identifier: MIT */
/* A core to each worker for as long as there are cores: no TLB is shared by two. */
#include <stdlib.h>

#include "machine/placement_order.h"

static int cores_order(const struct topology *t, const char *argument, int *out,
		       struct fault *fault)
{
	struct place *places;
	int n = place_collect(t, &places, fault);

	(void)argument;
	if (n > 0)
		place_emit(places, n, place_compare_cores, out);
	free(places);
	return n;
}

const struct placement_ops placement_cores = {
	.name = "cores",
	.syntax = "cores",
	.summary = "one CPU of each physical core first, then the second siblings",
	.order = cores_order,
};
