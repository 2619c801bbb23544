/* SPDX-License-Identifier: MIT */
#include "tui/app/app_plan.h"

#include <string.h>

#include "tlblab/base/cpumask.h"
#include "tlblab/base/text.h"
#include "tlblab/machine/placement.h"

void app_plan_refresh(struct app_plan *p, const struct experiment *e,
		      const struct machine *m)
{
	struct error error = {.code = ERROR_NONE};

	if (!m || !m->topology.n_allowed || strcmp(e->backend, "live") != 0) {
		p->known = false;
		p->placement[0] = p->why[0] = '\0';
		return;
	}
	if (!strcmp(p->placement, e->placement) && p->n_workers == e->threads &&
	    p->n_victims == e->victims)
		return;
	text_copy(p->placement, sizeof(p->placement), e->placement);
	p->n_workers = e->threads;
	p->n_victims = e->victims;
	p->why[0] = '\0';
	p->known = !placement_resolve(e->placement, &m->topology, e->threads,
				      e->victims, p->cpus, NULL, &error);
	if (!p->known)
		text_append(p->why, sizeof(p->why), "%s: %s", error.what, error.why);
}

/* The CPUs of n members, each named once. */
static void list_text(const int *cpus, int n, char *buf, size_t bytes)
{
	struct cpumask seen = {0};
	int once = 0;

	while (once < n && !cpumask_has(&seen, cpus[once]))
		cpumask_set(&seen, cpus[once++]);
	placement_list_text(cpus, once, buf, bytes);
}

const char *app_plan_text(const struct app_plan *p, char *buf, size_t buf_bytes)
{
	char list[96];

	text_copy(buf, buf_bytes, "");
	if (!p->known) {
		text_copy(buf, buf_bytes, p->why);
	} else if (p->cpus[0] < 0) {
		text_copy(buf, buf_bytes, "any CPU that is free");
	} else {
		list_text(p->cpus, p->n_workers, list, sizeof(list));
		text_append(buf, buf_bytes, "CPU%s %s", p->n_workers > 1 ? "s" : "",
			    list);
		if (p->n_victims) {
			list_text(p->cpus + p->n_workers, p->n_victims, list,
				  sizeof(list));
			text_append(buf, buf_bytes, ", victims on %s", list);
		}
	}
	return buf;
}
