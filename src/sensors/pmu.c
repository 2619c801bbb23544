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
#include <string.h>
#include <unistd.h>

#include "sensors/perf_group.h"
#include "sensors/perf_reason.h"
#include "sensors/sensors.h"
#include "tlblab/base/cpumask.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"
#include "tlblab/sensors/walk_events.h"

enum {
	TRACED_WORKERS = 16,
	GROUP_EVENTS = 4,
	SLOTS_MAX = WALK_ROLES + 2, /* with cycles and pending walks */
	GROUPS_MAX = (SLOTS_MAX + GROUP_EVENTS - 1) / GROUP_EVENTS,
};

/* What one counter of a worker counts. */
struct pmu_slot {
	enum channel channel;
	uint32_t type;
	uint64_t config;
};

/* The counters of one kind of core. */
struct pmu_kind {
	bool everywhere;     /* the only kind: on all CPUs */
	struct cpumask cpus; /* that it counts on */
	int n_slots;	     /* in order; GROUP_EVENTS to a group */
	struct pmu_slot slot[SLOTS_MAX];
};

struct sensor {
	const struct perf_opener *perf;
	const char *root;
	bool user_only; /* the kernel's own walks may not be counted */
	int n_kinds;
	struct pmu_kind kind[WALK_PMUS_MAX];
	int n_workers, n_traced;
	struct perf_group group[TRACED_WORKERS][WALK_PMUS_MAX][GROUPS_MAX];
};

/* One channel's sum over the kinds of one worker, or over all workers. */
struct pmu_sum {
	bool counted, scaled, absent;
	double count;
	uint64_t enabled_ns, running_ns;
};

#define PMU_DIR "/sys/bus/event_source/devices"

static bool have_pmu_named(const char *root, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s" PMU_DIR "/%s", root, name);
	return access(path, F_OK) == 0;
}

static bool have_pmu(const char *root)
{
	return have_pmu_named(root, "cpu") || have_pmu_named(root, "cpu_core");
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

static int add_slots(struct sensor *s, struct pmu_kind *kind,
		     const struct walk_pmu *pmu, uint32_t pmu_type)
{
	/* The kernel takes a PMU's type in the upper half where there are several. */
	uint64_t of_pmu = kind->everywhere ? 0 : (uint64_t)pmu_type << 32;
	struct pmu_slot slot = {CH_CYCLES, PERF_TYPE_HARDWARE,
				of_pmu | PERF_COUNT_HW_CPU_CYCLES};
	int err = try_slot(s, &slot), first = -ENOENT;

	if (err)
		return err;
	kind->slot[kind->n_slots++] = slot;
	for (int i = 0; i <= WALK_ROLES; i++) {
		bool pending = i == WALK_ROLES;
		const struct walk_event *e =
			pending ? &pmu->load_pending : &pmu->event[i];

		/* A sum of pending walks is not what the roles' channels hold. */
		if (!e->known || pending != (e->semantics == WALK_PENDING))
			continue;
		slot.channel = pending ? CH_DTLB_LOAD_WALK_PENDING
				       : (enum channel)(CH_DTLB_LOAD_WALK_CYCLES + i);
		slot.type = e->type;
		slot.config = e->config;
		if (!kind->everywhere && e->type == PERF_TYPE_HW_CACHE)
			slot.config |= of_pmu;
		else if (!kind->everywhere)
			slot.type = pmu_type;
		err = try_slot(s, &slot);
		if (!err)
			kind->slot[kind->n_slots++] = slot;
		else if (first == -ENOENT)
			first = err;
	}
	return kind->n_slots > 1 ? 0 : first;
}

/* The counters of one PMU of the table, where this machine has it and grants them. */
static int add_kind(struct sensor *s, const struct walk_pmu *pmu)
{
	struct pmu_kind *kind = &s->kind[s->n_kinds];
	char path[128], text[256] = "";
	long type = PERF_TYPE_RAW;
	int err;

	memset(kind, 0, sizeof(*kind));
	/* A guest may see a hybrid CPU as one with cores of the first kind only. */
	kind->everywhere = have_pmu_named(s->root, "cpu");
	if (!kind->everywhere) {
		snprintf(path, sizeof(path), PMU_DIR "/%s/type", pmu->pmu);
		err = file_read_long(s->root, path, &type);
		snprintf(path, sizeof(path), PMU_DIR "/%s/cpus", pmu->pmu);
		if (!err)
			err = file_read_text(s->root, path, text, sizeof(text));
		if (!err)
			err = cpumask_parse(&kind->cpus, text);
		if (err)
			return err;
	}
	err = add_slots(s, kind, pmu, (uint32_t)type);
	if (!err)
		s->n_kinds++;
	return err;
}

/* Fills s->kind; the first refusal when nothing at all can be counted. */
static int choose_kinds(struct sensor *s, const struct machine *m)
{
	struct walk_table *table = calloc(1, sizeof(*table));
	struct walk_cpu cpu = {.family = m->cpu.family,
			       .model = m->cpu.model,
			       .stepping = m->cpu.stepping};
	int first = 0;

	if (!table)
		return -ENOMEM;
	text_copy(cpu.vendor, sizeof(cpu.vendor), m->cpu.vendor);
	walk_events_lookup(&cpu, table);
	for (int i = 0; i < table->n_pmus; i++) {
		int err = add_kind(s, &table->pmu[i]);

		first = first ? first : err;
		if (s->n_kinds && s->kind[0].everywhere)
			break;
	}
	free(table);
	return s->n_kinds ? 0 : first;
}

static void say_available(const struct sensor *s, struct availability *a)
{
	a->available = true;
	snprintf(a->source, sizeof(a->source),
		 "hardware counters of the workers' threads");
	if (s->n_kinds > 1)
		text_append(a->source, sizeof(a->source), ", %d kinds of core",
			    s->n_kinds);
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
	err = choose_kinds(s, env->machine);
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
			for (int g = 0; g < GROUPS_MAX; g++)
				perf_group_close(&s->group[i][k][g]);
	}
	s->n_traced = 0;
}

static int open_kind(struct sensor *s, const struct pmu_kind *kind,
		     struct perf_group *groups, pid_t tid)
{
	int err = 0;

	for (int i = 0; i < kind->n_slots && !err; i++)
		err = add_slot(s, &groups[i / GROUP_EVENTS], &kind->slot[i], tid);
	for (int g = 0; g < GROUPS_MAX && !err; g++)
		err = perf_group_enable(&groups[g]);
	return err;
}

static int open_worker(struct sensor *s, int worker, pid_t tid, int cpu)
{
	int err = 0;

	for (int k = 0; k < s->n_kinds && !err; k++) {
		const struct pmu_kind *kind = &s->kind[k];

		if (kind->everywhere || cpu < 0 || cpumask_has(&kind->cpus, cpu))
			err = open_kind(s, kind, s->group[worker][k], tid);
	}
	return err;
}

static void pmu_attach(struct sensor *s, const struct sensor_target *target,
		       struct availability *availability)
{
	int take =
		target->n_workers < TRACED_WORKERS ? target->n_workers : TRACED_WORKERS;

	if (!s->n_kinds)
		return;
	close_groups(s);
	s->n_workers = target->n_workers;
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

		if (i % GROUP_EVENTS == 0)
			err = perf_group_take(&groups[i / GROUP_EVENTS], &d);
		if (!groups[i / GROUP_EVENTS].n)
			continue;
		to->counted = true;
		to->absent = to->absent || err;
		to->count += (double)d.count[i % GROUP_EVENTS];
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

		for (int k = 0; k < s->n_kinds; k++)
			add_groups(&s->kind[k], s->group[w][k], one);
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
