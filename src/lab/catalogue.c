/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/catalogue.h"

#include <string.h>

const struct workload_desc *catalogue_find(const struct catalogue *c, const char *name)
{
	for (int i = 0; i < c->n; i++)
		if (!strcmp(c->workloads[i]->name, name))
			return c->workloads[i];
	return NULL;
}
