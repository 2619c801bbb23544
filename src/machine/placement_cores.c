/* SPDX-License-Identifier: MIT */
/* A core to each worker for as long as there are cores: no TLB is shared by two. */
#include "machine/placement_order.h"

static int cores_order(const struct topology *t, const char *argument, int *out,
		       struct error *error)
{
	(void)argument;
	return place_order(t, place_compare_cores, out, error);
}

const struct placement_ops placement_cores = {
	.name = "cores",
	.syntax = "cores",
	.summary = "one CPU of each physical core first, then the second siblings",
	.order = cores_order,
};
