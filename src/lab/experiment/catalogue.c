/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/catalogue.h"

#include <stdbool.h>
#include <string.h>

const struct workload_desc *catalogue_find(const struct catalogue *c, const char *name)
{
	for (int i = 0; i < c->n; i++)
		if (!strcmp(c->workloads[i]->name, name))
			return c->workloads[i];
	return NULL;
}

static bool has_own(const struct workload_desc *w, const char *key)
{
	for (int i = 0; i < w->n_params; i++)
		if (!strcmp(w->params[i].key, key))
			return true;
	return false;
}

const struct param_desc *catalogue_param(const struct catalogue *c,
					 const struct workload_desc *w, int i)
{
	if (!w || i < 0)
		return NULL;
	if (i < w->n_params)
		return &w->params[i];
	i -= w->n_params;
	for (int k = 0; k < c->n_common; k++)
		if (!has_own(w, c->common[k].key) && i-- == 0)
			return &c->common[k];
	return NULL;
}

static const struct extra_desc *extra_of(const struct workload_desc *w,
					 const char *name)
{
	for (int i = 0; i < w->n_extras; i++)
		if (!strcmp(w->extras[i].name, name))
			return &w->extras[i];
	return NULL;
}

const struct extra_desc *catalogue_extra(const struct catalogue *c, const char *name)
{
	for (; c; c = c->next)
		for (int i = 0; i < c->n; i++) {
			const struct extra_desc *e = extra_of(c->workloads[i], name);

			if (e)
				return e;
		}
	return NULL;
}

const struct catalogue *catalogue_of(const struct catalogue *c, const char *backend)
{
	while (c && strcmp(c->backend, backend))
		c = c->next;
	return c;
}
