/* SPDX-License-Identifier: MIT */
/* The workers as close together as they can be: a shootdown's shortest way. */
#include <stdlib.h>

#include "machine/placement_order.h"

static int compact_order(const struct topology *t, const char *argument, int *out,
			 struct fault *fault)
{
	struct place *places;
	int n = place_collect(t, &places, fault);

	(void)argument;
	if (n > 0)
		place_emit(places, n, place_compare_compact, out);
	free(places);
	return n;
}

const struct placement_ops placement_compact = {
	.name = "compact",
	.syntax = "compact",
	.summary = "SMT siblings, then cores, then packages",
	.order = compact_order,
};
