/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "sim/workload.h"

const struct workload_sim *const sim_workload_table[] = {
	&sim_madvise,	 &sim_release, &sim_mmap1, &sim_mprotect,
	&sim_collateral, &sim_pmap,    &sim_mixed, NULL,
};

static const struct workload_desc *const descs[] = {
	&sim_madvise.desc,    &sim_release.desc, &sim_mmap1.desc, &sim_mprotect.desc,
	&sim_collateral.desc, &sim_pmap.desc,	 &sim_mixed.desc,
};

const struct workload_sim *sim_workload_find(const char *name)
{
	for (int i = 0; sim_workload_table[i]; i++)
		if (!strcmp(sim_workload_table[i]->desc.name, name))
			return sim_workload_table[i];
	return NULL;
}

const struct catalogue *sim_catalogue(void)
{
	static const struct catalogue catalogue = {
		.backend = "sim",
		.workloads = descs,
		.n = sizeof(descs) / sizeof(descs[0]),
	};

	return &catalogue;
}
