/* SPDX-License-Identifier: MIT */
/*
 * Page walks and their cycles, counted by the hardware on the workers' own threads.
 *
 * Each traced worker has groups of at most four counters (the NMI watchdog takes one of
 * the CPU's), cycles first in the first group, so that cycles and load walk cycles have
 * shared the hardware whenever it was shared. A group that had to take turns is scaled
 * by its enabled over its running time and says so; one that never ran is absent.
 * Reading interrupts the counted CPU for some 20 us, so at most TRACED_WORKERS are
 * counted and the rest scaled.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sensors/perf_group.h"
#include "sensors/perf_reason.h"
#include "sensors/sensors.h"
#include "tlblab/base/text.h"
#include "tlblab/sensors/walk_events.h"

enum { TRACED_WORKERS = 16, GROUP_EVENTS = 4, GROUPS_MAX = 3, ROLE_CYCLES = -1 };

/* Where in a worker's groups a role is counted. */
struct pmu_slot {
	int role; /* enum walk_role or ROLE_CYCLES */
	uint32_t type;
	uint64_t config;
};

struct sensor {
	const struct perf_opener *perf;
	const char *root;
	bool user_only; /* the kernel's own walks may not be counted */
	int n_slots;	/* in order; GROUP_EVENTS to a group */
	struct pmu_slot slot[WALK_ROLES + 1];
	int n_groups;
	int n_workers, n_traced;
	struct perf_group group[TRACED_WORKERS][GROUPS_MAX];
};

/* One role's sum over the traced workers. */
struct pmu_sum {
	double count;
	bool scaled, absent;
};

static bool have_pmu(const char *root)
{
	static const char *const names[] = {"cpu", "cpu_core"};

	for (int i = 0; i < 2; i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/sys/bus/event_source/devices/%s", root,
			 names[i]);
		if (access(path, F_OK) == 0)
			return true;
	}
	return false;
}

static void say_absent(const struct sensor *s, struct availability *a, int err,
		       bool pmu)
{
	const struct perf_circumstances c = {
		.err = err,
		.paranoid = perf_paranoid_read(s->root),
		.hardware = true,
		.have_pmu = pmu,
		.root = geteuid() == 0,
	};

	a->available = false;
	perf_reason(&c, a->reason, sizeof(a->reason));
}

static int add_slot(struct sensor *s, struct perf_group *g, const struct pmu_slot *slot,
		    pid_t tid)
{
	struct perf_event_attr attr = {
		.type = slot->type,
		.size = sizeof(attr),
		.config = slot->config,
		.exclude_guest = 1,
		.exclude_kernel = s->user_only,
	};

	return perf_group_add(g, s->perf, &attr, tid, NULL);
}

/* Opens the event on this process, alone and disabled, to see whether it is granted. */
static int try_slot(struct sensor *s, const struct pmu_slot *slot)
{
	struct perf_group g = {0};
	int err = add_slot(s, &g, slot, getpid());

	if (err == -EACCES && !s->user_only) {
		s->user_only = true;
		err = add_slot(s, &g, slot, getpid());
		s->user_only = !err;
	}
	perf_group_close(&g);
	return err;
}

/* Cycles and every role that this CPU has and grants; the first refusal otherwise. */
static int choose_slots(struct sensor *s, const struct machine *m)
{
	struct pmu_slot cycles = {ROLE_CYCLES, PERF_TYPE_HARDWARE,
				  PERF_COUNT_HW_CPU_CYCLES};
	struct walk_event event[WALK_ROLES];
	struct walk_cpu cpu = {.family = m->cpu.family,
			       .model = m->cpu.model,
			       .stepping = m->cpu.stepping};
	int err = try_slot(s, &cycles), first = -ENOENT;

	if (err)
		return err;
	s->slot[s->n_slots++] = cycles;
	text_copy(cpu.vendor, sizeof(cpu.vendor), m->cpu.vendor);
	walk_events_lookup(&cpu, event);
	for (int role = 0; role < WALK_ROLES; role++) {
		struct pmu_slot slot = {role, event[role].type, event[role].config};

		if (!event[role].known)
			continue;
		err = try_slot(s, &slot);
		if (!err)
			s->slot[s->n_slots++] = slot;
		else if (s->n_slots == 1 && first == -ENOENT)
			first = err;
	}
	s->n_groups = (s->n_slots + GROUP_EVENTS - 1) / GROUP_EVENTS;
	return s->n_slots > 1 ? 0 : first;
}

static void say_available(const struct sensor *s, struct availability *a)
{
	a->available = true;
	snprintf(a->source, sizeof(a->source),
		 "hardware counters of the workers' threads");
	if (s->user_only)
		text_append(a->source, sizeof(a->source), ", user mode only");
	if (s->n_traced < s->n_workers)
		text_append(a->source, sizeof(a->source), "; %d of %d workers",
			    s->n_traced, s->n_workers);
}

static int pmu_open(struct sensor **out, const struct sensor_env *env,
		    struct availability *availability)
{
	struct sensor *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	*out = s;
	s->perf = env->perf ? env->perf : &perf_opener_direct;
	s->root = env->root ? env->root : "";
	if (!have_pmu(s->root)) {
		say_absent(s, availability, -ENOENT, false);
		return 0;
	}
	err = choose_slots(s, env->machine);
	if (err) {
		s->n_slots = 0;
		say_absent(s, availability, err, true);
		return 0;
	}
	say_available(s, availability);
	return 0;
}

static void close_groups(struct sensor *s)
{
	for (int i = 0; i < s->n_traced; i++) {
		for (int g = 0; g < GROUPS_MAX; g++)
			perf_group_close(&s->group[i][g]);
	}
	s->n_traced = 0;
}

static int open_worker(struct sensor *s, struct perf_group *groups, pid_t tid)
{
	int err = 0;

	for (int i = 0; i < s->n_slots && !err; i++)
		err = add_slot(s, &groups[i / GROUP_EVENTS], &s->slot[i], tid);
	for (int g = 0; g < s->n_groups && !err; g++)
		err = perf_group_enable(&groups[g]);
	return err;
}

static void pmu_attach(struct sensor *s, const struct sensor_target *target,
		       struct availability *availability)
{
	int take =
		target->n_workers < TRACED_WORKERS ? target->n_workers : TRACED_WORKERS;

	if (!s->n_slots)
		return;
	close_groups(s);
	s->n_workers = target->n_workers;
	for (int i = 0; i < take; i++) {
		pid_t tid = target->tids[(int64_t)i * target->n_workers / take];
		int err;

		s->n_traced++;
		err = open_worker(s, s->group[i], tid);
		if (err) {
			close_groups(s);
			say_absent(s, availability, err, true);
			return;
		}
	}
	say_available(s, availability);
}

/* Adds what one group of one worker counted to the sums of its slots. */
static void sum_group(struct perf_group *g, struct pmu_sum *sum)
{
	struct perf_group_delta d;
	double scale = 1;
	int shared = perf_group_take(g, &d);

	if (!shared)
		shared = perf_group_scale(&d, &scale);
	for (int i = 0; i < g->n; i++) {
		sum[i].count += (double)d.count[i] * scale;
		sum[i].scaled = sum[i].scaled || shared > 0;
		sum[i].absent = sum[i].absent || shared < 0;
	}
}

static void pmu_read(struct sensor *s, struct sample *sample)
{
	struct pmu_sum sum[WALK_ROLES + 1] = {0};
	double scale;

	if (!s->n_traced)
		return;
	scale = (double)s->n_workers / s->n_traced;
	for (int w = 0; w < s->n_traced; w++) {
		for (int g = 0; g < s->n_groups; g++)
			sum_group(&s->group[w][g], &sum[g * GROUP_EVENTS]);
	}
	for (int i = 0; i < s->n_slots; i++) {
		bool scaled = sum[i].scaled || s->n_traced < s->n_workers;
		enum channel c = CH_CYCLES;

		if (s->slot[i].role != ROLE_CYCLES)
			c = (enum channel)(CH_DTLB_LOAD_WALK_CYCLES + s->slot[i].role);
		if (!sum[i].absent)
			sample_put(sample, c, sum[i].count * scale,
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
