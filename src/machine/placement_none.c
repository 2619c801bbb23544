/* SPDX-License-Identifier: MIT */
/* Nobody is pinned: the scheduler's own choice, which it may change at any time. */
#include "machine/placement_order.h"

static int none_order(const struct topology *t, const char *argument, int *out,
		      struct error *error)
{
	(void)t;
	(void)argument;
	(void)out;
	(void)error;
	return 0;
}

const struct placement_ops placement_none = {
	.name = "none",
	.syntax = "none",
	.summary = "no pinning: the scheduler decides",
	.order = none_order,
};
