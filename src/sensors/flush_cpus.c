/* SPDX-License-Identifier: MIT */
#include "sensors/flush_cpus.h"

#include <stdbool.h>
#include <string.h>

#include "sensors/flush_filter.h"

static bool counts_already(const struct flush_cpus *c, int cpu)
{
	for (int i = 0; i < c->n; i++)
		if (c->cpu[i] == cpu)
			return true;
	return false;
}

int flush_cpus_open(struct flush_cpus *c, const struct perf_opener *perf,
		    uint64_t tracepoint, const int *cpus, int n)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = tracepoint,
	};
	int err = 0;

	for (int i = 0; i < n && !err && c->n < FLUSH_CPU_SLOTS_MAX; i++) {
		if (cpus[i] < 0 || counts_already(c, cpus[i]))
			continue;
		struct perf_group *g = &c->group[c->n];

		c->cpu[c->n++] = cpus[i];
		for (int k = 0; k < FLUSH_RECEIVED_COLUMNS && !err; k++)
			err = perf_group_add_cpu(g, perf, &attr, cpus[i],
						 flush_received_filter[k]);
	}
	if (err)
		flush_cpus_close(c);
	return err;
}

int flush_cpus_enable(struct flush_cpus *c)
{
	int err = 0;

	for (int i = 0; i < c->n && !err; i++)
		err = perf_group_enable(&c->group[i]);
	return err;
}

void flush_cpus_disable(struct flush_cpus *c)
{
	for (int i = 0; i < c->n; i++)
		perf_group_disable(&c->group[i]);
}

int flush_cpus_take(struct flush_cpus *c, struct flush_cpu_slot *out)
{
	for (int i = 0; i < c->n; i++) {
		struct perf_group_delta d;
		int err = perf_group_take(&c->group[i], &d);

		if (err)
			return err;
		out[i] = (struct flush_cpu_slot){
			.cpu = c->cpu[i],
			.full = (double)d.count[FLUSH_RECEIVED_FULL],
			.ranged = (double)d.count[FLUSH_RECEIVED_RANGED],
		};
	}
	return 0;
}

void flush_cpus_close(struct flush_cpus *c)
{
	for (int i = 0; i < c->n; i++)
		perf_group_close(&c->group[i]);
	memset(c, 0, sizeof(*c));
}
