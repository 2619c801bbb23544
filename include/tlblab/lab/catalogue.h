/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_CATALOGUE_H
#define TLBLAB_LAB_CATALOGUE_H

#include <stdbool.h>

#include "tlblab/base/param.h"
#include "tlblab/lab/extra.h"

/*
 * What the lab knows of a workload without being able to run it: its names and its
 * parameters. The workloads room (live) and the simulator each offer such a list;
 * an experiment is validated against one.
 */
enum { WORKLOAD_MAX_PARAMS = 20 }; /* a workload's own and the common ones */

struct workload_desc {
	const char *name;    /* as in presets: "madvise" */
	const char *title;   /* a few words for pickers */
	const char *summary; /* one sentence: what one operation does */
	/* Optional. Where its memory lies and what its neighbours are, for the record:
	 * they decide up to a third of what mmap costs. NULL: not under its control. */
	const char *layout;
	const struct param_desc *params;
	int n_params;
	/* Optional. What a person may make it do while it runs, as one word for a key
	 * and for the marker that follows: "free". NULL: nothing. */
	const char *trigger;
	/* Its victims do work of their own, and what is recorded of them is not how
	 * long they stood still but how long each piece of it took. */
	bool victims_work;
	/* Its workers run or watch somebody's program: what they start is measured with
	 * them, and where it has the parameter pid, that process in their place. */
	bool program;
	const struct extra_desc *extras; /* optional */
	int n_extras;
};

struct catalogue {
	const char *backend;
	const struct workload_desc *const *workloads;
	int n;
	/* Params that every workload of this backend takes beside its own; one that
	 * lists the same key itself means its own. */
	const struct param_desc *common;
	int n_common;
	const struct catalogue *next; /* another backend's; NULL: no more */
};

const struct workload_desc *catalogue_find(const struct catalogue *c, const char *name);
/* What any workload of any backend publishes under this name; NULL when none does. One
 * name means one thing, whichever workload publishes it. */
const struct extra_desc *catalogue_extra(const struct catalogue *c, const char *name);
/* The list of a backend, c or one behind it; NULL when there is none. */
const struct catalogue *catalogue_of(const struct catalogue *c, const char *backend);
/* The i-th param of a workload: its own, then the common ones; NULL behind the last and
 * where w is NULL. An experiment keeps their values in this order. */
const struct param_desc *catalogue_param(const struct catalogue *c,
					 const struct workload_desc *w, int i);

#endif
