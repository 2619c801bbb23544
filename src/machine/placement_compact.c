/* SPDX-License-Identifier: MIT */
/* The workers as close together as they can be: a shootdown's shortest way. */
#include "machine/placement_order.h"

static int compact_order(const struct topology *t, const char *argument, int *out,
			 struct error *error)
{
	(void)argument;
	return place_order(t, place_compare_compact, out, error);
}

const struct placement_ops placement_compact = {
	.name = "compact",
	.syntax = "compact",
	.summary = "SMT siblings, then cores, then packages",
	.order = compact_order,
};
