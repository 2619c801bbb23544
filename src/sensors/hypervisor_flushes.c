/* SPDX-License-Identifier: MIT */
/*
 * Flushes that are asked of the hypervisor in place of the native function: counted by
 * its kernel side's own tracepoint, hyperv_flush_tlb_multi() (arch/x86/hyperv/mmu.c) or
 * xen_flush_tlb_multi() (arch/x86/xen/mmu_pv.c). One event is one request, to however
 * many CPUs. Counted on the threads of workers and victims, at most TRACED of them; of
 * more the counts are scaled up. A kernel may have both tracepoints and use neither,
 * so what is counted here says something only when it is not 0.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sensors/flush_tracepoint.h"
#include "sensors/perf_group.h"
#include "sensors/perf_reason.h"
#include "sensors/sensors.h"
#include "tlblab/base/text.h"

enum { TRACED = 48, EVENTS = 2 };

static const char *const events[EVENTS] = {"hyperv/hyperv_mmu_flush_tlb_multi",
					   "xen/xen_mmu_flush_tlb_multi"};

struct sensor {
	const struct perf_opener *perf;
	const char *root;
	uint64_t id[EVENTS]; /* 0: this kernel has none */
	int n, n_threads;
	struct perf_group group[TRACED];
};

static void say_refused(const struct sensor *s, struct availability *a, int err)
{
	const struct perf_circumstances c = {
		.err = err,
		.paranoid = perf_paranoid_read(s->root),
		.root = geteuid() == 0,
	};

	a->available = false;
	perf_reason(&c, a->reason, sizeof(a->reason));
}

static int hypervisor_flushes_open(struct sensor **out, const struct sensor_env *env,
				   struct availability *availability)
{
	struct sensor *s = calloc(1, sizeof(*s));
	int err = 0;

	if (!s)
		return -ENOMEM;
	*out = s;
	s->perf = env->perf ? env->perf : &perf_opener_direct;
	s->root = env->root ? env->root : "";
	if (!env->trace_flushes) {
		text_copy(
			availability->reason, sizeof(availability->reason),
			"switched off for this run: counting flushes costs the counted");
		return 0;
	}
	for (int i = 0; i < EVENTS; i++) {
		int found = tracepoint_id(s->perf, s->root, events[i], &s->id[i]);

		if (!found)
			text_append(availability->source, sizeof(availability->source),
				    "%s%s", *availability->source ? ", " : "",
				    events[i]);
		else if (!err || err == -ENOENT)
			err = found;
	}
	availability->available = *availability->source != '\0';
	if (!availability->available)
		text_copy(
			availability->reason, sizeof(availability->reason),
			err == -ENOENT && geteuid() == 0
				? "this kernel has no tracepoint of Hyper-V's or Xen's "
				  "flushes"
				: flush_tracepoint_reason(err));
	return 0;
}

static void close_groups(struct sensor *s)
{
	for (int i = 0; i < s->n; i++)
		perf_group_close(&s->group[i]);
	s->n = 0;
}

static int open_group(struct sensor *s, pid_t tid, bool programs)
{
	struct perf_group *g = &s->group[s->n++];
	int err = 0;

	*g = (struct perf_group){.inherits = programs};
	for (int i = 0; i < EVENTS && !err; i++) {
		struct perf_event_attr attr = {
			.type = PERF_TYPE_TRACEPOINT,
			.size = sizeof(attr),
			.config = s->id[i],
		};

		if (s->id[i])
			err = perf_group_add(g, s->perf, &attr, tid, NULL);
	}
	return err ? err : perf_group_enable(g);
}

static void hypervisor_flushes_attach(struct sensor *s,
				      const struct sensor_target *target,
				      struct availability *availability)
{
	int all = target->n_workers + target->n_victims, err = 0;
	int take = all < TRACED ? all : TRACED;

	if (!s->id[0] && !s->id[1])
		return;
	close_groups(s);
	s->n_threads = all;
	for (int i = 0; i < take && !err; i++)
		err = open_group(s, target->tids[(int64_t)i * all / take],
				 target->programs);
	if (err) {
		close_groups(s);
		say_refused(s, availability, err);
	}
}

static void hypervisor_flushes_read(struct sensor *s, struct sample *sample)
{
	double sum = 0;

	for (int i = 0; i < s->n; i++) {
		struct perf_group_delta d;

		if (perf_group_take(&s->group[i], &d))
			return;
		for (int e = 0; e < s->group[i].n; e++)
			sum += (double)d.count[e];
	}
	if (s->n)
		sample_put(sample, CH_HYPERVISOR_FLUSHES, sum * s->n_threads / s->n,
			   s->n == s->n_threads ? QUALITY_EXACT : QUALITY_SCALED);
}

static void hypervisor_flushes_close(struct sensor *s)
{
	if (!s)
		return;
	close_groups(s);
	free(s);
}

const struct sensor_ops hypervisor_flushes_ops = {
	.name = "hypervisor_flushes",
	.summary = "flushes asked of Hyper-V or Xen (their tracepoints)",
	.open = hypervisor_flushes_open,
	.attach = hypervisor_flushes_attach,
	.read = hypervisor_flushes_read,
	.close = hypervisor_flushes_close,
};
