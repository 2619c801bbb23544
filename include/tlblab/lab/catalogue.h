/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_CATALOGUE_H
#define TLBLAB_LAB_CATALOGUE_H

#include "tlblab/base/param.h"

/*
 * What the lab knows of a workload without being able to run it: its names and its
 * parameters. The workloads room (live) and the simulator each offer such a list;
 * an experiment is validated against one.
 */
enum { WORKLOAD_MAX_PARAMS = 16 };

struct workload_desc {
	const char *name;    /* as in presets: "madvise" */
	const char *title;   /* a few words for pickers */
	const char *summary; /* one sentence: what one operation does */
	const struct param_desc *params;
	int n_params;
};

struct catalogue {
	const char *backend;
	const struct workload_desc *const *workloads;
	int n;
};

const struct workload_desc *catalogue_find(const struct catalogue *c, const char *name);

#endif
