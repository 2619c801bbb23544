/* SPDX-License-Identifier: MIT */
/* Siblings only: workers that share a core's TLBs, and often its flushes. */
#include <errno.h>
#include <stdlib.h>

#include "machine/placement_order.h"

static int smt_refuse(const struct topology *t, struct error *error)
{
	bool machine_has_smt = false;

	for (int i = 0; i < t->n_cpus; i++)
		machine_has_smt |= t->cpus[i].smt > 0;
	return error_set(error, ERROR_MACHINE, ENODEV, "placement smt",
			 machine_has_smt
				 ? "no core has two siblings that this process may use"
				 : "no two online CPUs of this machine share a core",
			 "use compact or cores");
}

static int smt_order(const struct topology *t, const char *argument, int *out,
		     struct error *error)
{
	struct place *places;
	int n = place_collect(t, &places, error), kept = 0;

	(void)argument;
	for (int i = 0; i < n; i++)
		if (places[i].siblings > 1)
			places[kept++] = places[i];
	if (n > 0)
		n = kept ? place_emit(places, kept, place_compare_compact, out)
			 : smt_refuse(t, error);
	free(places);
	return n;
}

const struct placement_ops placement_smt = {
	.name = "smt",
	.syntax = "smt",
	.summary = "only cores with SMT siblings, both siblings of a core first",
	.order = smt_order,
};
