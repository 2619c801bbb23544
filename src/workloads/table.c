/* SPDX-License-Identifier: MIT */
/*
 * The list of workloads, as the rig and as the lab want to see it.
 */
#include <string.h>

#include "tlblab/workloads/workload.h"
#include "workloads/list.h"

#define WORKLOAD_OPS(name)  &name##_ops,
#define WORKLOAD_DESC(name) &name##_ops.desc,

const struct workload_ops *const workload_table[] = {WORKLOAD_LIST(WORKLOAD_OPS) NULL};

static const struct workload_desc *const descs[] = {WORKLOAD_LIST(WORKLOAD_DESC)};

const struct workload_ops *workload_find(const char *name)
{
	for (int i = 0; workload_table[i]; i++)
		if (!strcmp(workload_table[i]->desc.name, name))
			return workload_table[i];
	return NULL;
}

int workload_list_absent(struct workload_absent out[WORKLOAD_ABSENT_MAX])
{
	int n = 0;

	for (int i = 0; workload_table[i] && n < WORKLOAD_ABSENT_MAX; i++) {
		const struct workload_ops *w = workload_table[i];

		if (!w->available || !w->available(out[n].why, sizeof(out[n].why)))
			continue;
		out[n++].name = w->desc.name;
	}
	return n;
}

/* What the victims beside any workload do. */
static const struct param_desc victim_params[] = {
	{.key = "working_set_pages",
	 .kind = PARAM_INT,
	 .unit = "pages",
	 .help = "pages the victims visit all the time, and must load again after a "
		 "flush; 0: they only watch the clock",
	 .min = 0,
	 .max = 1048576,
	 .def = "0"},
};

const struct catalogue *workload_catalogue(void)
{
	static const struct catalogue catalogue = {
		.backend = "live",
		.workloads = descs,
		.n = sizeof(descs) / sizeof(descs[0]),
		.common = victim_params,
		.n_common = sizeof(victim_params) / sizeof(victim_params[0]),
	};

	return &catalogue;
}
