/* SPDX-License-Identifier: MIT */
/*
 * Page walks and their cycles, counted by the hardware on the workers' own threads.
 *
 * Each traced worker has groups of at most four counters (the NMI watchdog takes one of
 * the CPU's), cycles first in the first group, so that cycles and load walk cycles have
 * shared the hardware whenever it was shared. What had to take turns is scaled by its
 * enabled over its running time and says so; what never ran is absent. Reading
 * interrupts the counted CPU for some 20 us, so at most TRACED_WORKERS are counted and
 * the rest scaled.
 *
 * A hybrid CPU has a PMU for each kind of core, and an event runs only on its own. A
 * pinned worker gets the events of its CPU's kind, any other those of all kinds; the
 * running times of a role's events then add up.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sensors/perf_reason.h"
#include "sensors/pmu_events.h"
#include "sensors/sensors.h"
#include "tlblab/base/text.h"

enum { TRACED_WORKERS = 16 };

struct sensor {
	struct pmu_events events;
	int n_workers, n_traced;
	struct perf_group group[TRACED_WORKERS][WALK_PMUS_MAX][PMU_GROUPS_MAX];
};

/* One channel's sum over the kinds of one worker, or over all workers. */
struct pmu_sum {
	bool counted, scaled, absent;
	double count;
	uint64_t enabled_ns, running_ns;
};

static void say_absent(const struct sensor *s, struct availability *a, int err,
		       bool pmu)
{
	const struct perf_circumstances c = {
		.err = err,
		.paranoid = perf_paranoid_read(s->events.root),
		.hardware = true,
		.have_pmu = pmu,
		.root = geteuid() == 0,
	};

	a->available = false;
	perf_reason(&c, a->reason, sizeof(a->reason));
}

static void say_available(const struct sensor *s, struct availability *a)
{
	a->available = true;
	snprintf(a->source, sizeof(a->source), "%s, of the workers' threads",
		 s->events.kind[0].slot[1].name);
	if (s->events.n_kinds > 1)
		text_append(a->source, sizeof(a->source), ", %d kinds of core",
			    s->events.n_kinds);
	if (s->events.user_only)
		text_append(a->source, sizeof(a->source), ", user mode only");
	if (s->n_traced < s->n_workers)
		text_append(a->source, sizeof(a->source), "; %d of %d workers",
			    s->n_traced, s->n_workers);
	if (*s->events.silent)
		text_append(a->source, sizeof(a->source), "; count nothing here: %s",
			    s->events.silent);
}

static int pmu_open(struct sensor **out, const struct sensor_env *env,
		    struct availability *availability)
{
	struct sensor *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	*out = s;
	s->events.perf = env->perf ? env->perf : &perf_opener_direct;
	s->events.root = env->root ? env->root : "";
	if (!pmu_events_have_pmu(s->events.root)) {
		say_absent(s, availability, -ENOENT, false);
		return 0;
	}
	err = pmu_events_choose(&s->events, env->machine);
	if (err)
		say_absent(s, availability, err, true);
	else
		say_available(s, availability);
	return 0;
}

static void close_groups(struct sensor *s)
{
	for (int i = 0; i < s->n_traced; i++) {
		for (int k = 0; k < WALK_PMUS_MAX; k++)
			for (int g = 0; g < PMU_GROUPS_MAX; g++)
				perf_group_close(&s->group[i][k][g]);
	}
	s->n_traced = 0;
}

static int open_worker(struct sensor *s, int worker, pid_t tid, int cpu)
{
	int err = 0;

	for (int k = 0; k < s->events.n_kinds && !err; k++) {
		const struct pmu_kind *kind = &s->events.kind[k];

		if (kind->everywhere || cpu < 0 || cpumask_has(&kind->cpus, cpu))
			err = pmu_events_open(&s->events, kind, s->group[worker][k],
					      tid);
	}
	return err;
}

static void pmu_attach(struct sensor *s, const struct sensor_target *target,
		       struct availability *availability)
{
	int take =
		target->n_workers < TRACED_WORKERS ? target->n_workers : TRACED_WORKERS;

	if (!s->events.n_kinds)
		return;
	close_groups(s);
	s->n_workers = target->n_workers;
	s->events.programs = target->programs;
	for (int i = 0; i < take; i++) {
		int which = (int)((int64_t)i * target->n_workers / take);
		int err;

		s->n_traced++;
		err = open_worker(s, i, target->tids[which],
				  target->cpus ? target->cpus[which] : -1);
		if (err) {
			close_groups(s);
			say_absent(s, availability, err, true);
			return;
		}
	}
	say_available(s, availability);
}

/* Adds what one kind's groups counted of a worker to the sums of its channels. */
static void add_groups(const struct pmu_kind *kind, struct perf_group *groups,
		       struct pmu_sum sum[CH_N])
{
	struct perf_group_delta d = {0};
	int err = 0;

	for (int i = 0; i < kind->n_slots; i++) {
		struct pmu_sum *to = &sum[kind->slot[i].channel];

		if (i % PMU_GROUP_EVENTS == 0)
			err = perf_group_take(&groups[i / PMU_GROUP_EVENTS], &d);
		if (!groups[i / PMU_GROUP_EVENTS].n)
			continue;
		to->counted = true;
		to->absent = to->absent || err;
		to->count += (double)d.count[i % PMU_GROUP_EVENTS];
		to->running_ns += d.running_ns;
		if (d.enabled_ns > to->enabled_ns)
			to->enabled_ns = d.enabled_ns;
	}
}

static void add_worker(struct pmu_sum *all, const struct pmu_sum *one)
{
	const struct perf_group_delta times = {.enabled_ns = one->enabled_ns,
					       .running_ns = one->running_ns};
	double scale = 1;
	int shared = perf_group_scale(&times, &scale);

	all->absent = all->absent || !one->counted || one->absent || shared < 0;
	all->scaled = all->scaled || shared > 0;
	all->counted = true;
	all->count += one->count * scale;
}

static void pmu_read(struct sensor *s, struct sample *sample)
{
	struct pmu_sum all[CH_N] = {0};
	double scale;

	if (!s->n_traced)
		return;
	scale = (double)s->n_workers / s->n_traced;
	for (int w = 0; w < s->n_traced; w++) {
		struct pmu_sum one[CH_N] = {0};

		for (int k = 0; k < s->events.n_kinds; k++)
			add_groups(&s->events.kind[k], s->group[w][k], one);
		for (int c = CH_CYCLES; c <= CH_DTLB_LOAD_WALK_PENDING; c++)
			add_worker(&all[c], &one[c]);
	}
	for (int c = CH_CYCLES; c <= CH_DTLB_LOAD_WALK_PENDING; c++) {
		bool scaled = all[c].scaled || s->n_traced < s->n_workers;

		if (!all[c].absent)
			sample_put(sample, (enum channel)c, all[c].count * scale,
				   scaled ? QUALITY_SCALED : QUALITY_EXACT);
	}
}

static void pmu_close(struct sensor *s)
{
	if (!s)
		return;
	close_groups(s);
	free(s);
}

const struct sensor_ops pmu_ops = {
	.name = "pmu",
	.summary = "page walks and their cycles (hardware counters)",
	.open = pmu_open,
	.attach = pmu_attach,
	.read = pmu_read,
	.close = pmu_close,
};
