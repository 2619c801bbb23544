/* SPDX-License-Identifier: MIT */
#include "sim/strategy.h"

/* In the order of the catalogue's choices (params.c). */
const struct strategy_ops *const strategy_table[] = {
	&strategy_ipi,	   &strategy_broadcast, &strategy_rar,	 &strategy_lazyfree,
	&strategy_batched, &strategy_mutex,	&strategy_epoch, NULL,
};

const char *sim_strategy_name(const struct strategy_ops *s)
{
	return s->name;
}

const char *sim_strategy_summary(const struct strategy_ops *s)
{
	return s->summary;
}
