/* SPDX-License-Identifier: MIT */
#include "sensors/pmu_events.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"
#include "tlblab/sensors/refill.h"

#define PMU_DIR "/sys/bus/event_source/devices"

static bool have_pmu_named(const char *root, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s" PMU_DIR "/%s", root, name);
	return access(path, F_OK) == 0;
}

bool pmu_events_have_pmu(const char *root)
{
	return have_pmu_named(root, "cpu") || have_pmu_named(root, "cpu_core");
}

static int add_slot(const struct pmu_events *e, struct perf_group *g,
		    const struct pmu_slot *slot, pid_t tid)
{
	struct perf_event_attr attr = {
		.type = slot->type,
		.size = sizeof(attr),
		.config = slot->config,
		.exclude_guest = 1,
		.exclude_kernel = e->user_only,
	};

	g->inherits = e->programs;
	return perf_group_add(g, e->perf, &attr, tid, NULL);
}

int pmu_events_open(const struct pmu_events *e, const struct pmu_kind *kind,
		    struct perf_group *groups, pid_t tid)
{
	int err = 0;

	for (int i = 0; i < kind->n_slots && !err; i++)
		err = add_slot(e, &groups[i / PMU_GROUP_EVENTS], &kind->slot[i], tid);
	for (int g = 0; g < PMU_GROUPS_MAX && !err; g++)
		err = perf_group_enable(&groups[g]);
	return err;
}

/* Opens the event on this process, alone and disabled, to see whether it is granted. */
static int try_slot(struct pmu_events *e, const struct pmu_slot *slot)
{
	struct perf_group g = {0};
	int err = add_slot(e, &g, slot, getpid());

	if (err == -EACCES && !e->user_only) {
		e->user_only = true;
		err = add_slot(e, &g, slot, getpid());
		e->user_only = !err;
	}
	perf_group_close(&g);
	return err;
}

static int add_slots(struct pmu_events *e, struct pmu_kind *kind,
		     const struct walk_pmu *pmu, uint32_t pmu_type)
{
	/* The kernel takes a PMU's type in the upper half where there are several. */
	uint64_t of_pmu = kind->everywhere ? 0 : (uint64_t)pmu_type << 32;
	struct pmu_slot slot = {CH_CYCLES, PERF_TYPE_HARDWARE,
				of_pmu | PERF_COUNT_HW_CPU_CYCLES};
	int err = try_slot(e, &slot), first = -ENOENT;

	if (err)
		return err;
	kind->slot[kind->n_slots++] = slot;
	for (int i = 0; i <= WALK_ROLES; i++) {
		bool pending = i == WALK_ROLES;
		const struct walk_event *event =
			pending ? &pmu->load_pending : &pmu->event[i];

		/* A sum of pending walks is not what the roles' channels hold. */
		if (!event->known || pending != (event->semantics == WALK_PENDING))
			continue;
		slot.channel = pending ? CH_DTLB_LOAD_WALK_PENDING
				       : (enum channel)(CH_DTLB_LOAD_WALK_CYCLES + i);
		snprintf(slot.name, sizeof(slot.name), "%.64s (%s)", event->name,
			 event->source);
		slot.type = event->type;
		slot.config = event->config;
		if (!kind->everywhere && event->type == PERF_TYPE_HW_CACHE)
			slot.config |= of_pmu;
		else if (!kind->everywhere)
			slot.type = pmu_type;
		err = try_slot(e, &slot);
		if (!err)
			kind->slot[kind->n_slots++] = slot;
		else if (first == -ENOENT)
			first = err;
	}
	return kind->n_slots > 1 ? 0 : first;
}

enum { PROBE_PAGES = 512, PROBE_ROUNDS = 8, PAGE_BYTES = 4096 };

/* Of the probe's walks, of loads and again of stores: fewer are only strays. */
static const double stray_share = 0.02;
/* Of the probe's time that a counter must have had the hardware to be judged. */
static const double seen_share = 0.5;

/* Visits the pages of p in an order no prefetcher guesses, each after a flush. */
static int walk_pages(char *p, struct refill_flusher *f)
{
	for (int round = 0; round < 2 * PROBE_ROUNDS; round++) {
		int err = refill_flush(f);

		for (int i = 0, page = 0; i < PROBE_PAGES && !err; i++) {
			volatile char *at = p + (size_t)page * PAGE_BYTES;

			if (round % 2)
				*at = 1;
			else
				(void)*at;
			page = (page * 1229 + 7) & (PROBE_PAGES - 1);
		}
		if (err)
			return err;
	}
	return 0;
}

static int probe_run(void)
{
	const size_t bytes = (size_t)PROBE_PAGES * PAGE_BYTES;
	struct refill_flusher *flusher;
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	int err;

	if (p == MAP_FAILED)
		return -errno;
	madvise(p, bytes, MADV_NOHUGEPAGE);
	err = refill_flusher_open(&flusher);
	if (!err) {
		err = walk_pages(p, flusher);
		refill_flusher_close(flusher);
	}
	munmap(p, bytes);
	return err;
}

/* The probe on a CPU of this kind; a kind it may not run on is believed unseen. */
static int probe_run_on(const struct pmu_kind *kind)
{
	cpu_set_t before, there;
	int err;

	if (kind->everywhere)
		return probe_run();
	if (sched_getaffinity(0, sizeof(before), &before))
		return -errno;
	CPU_ZERO(&there);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET((size_t)cpu, &before) && cpumask_has(&kind->cpus, cpu))
			CPU_SET((size_t)cpu, &there);
	if (sched_setaffinity(0, sizeof(there), &there))
		return -errno;
	err = probe_run();
	sched_setaffinity(0, sizeof(before), &before);
	return err;
}

/* What the probe must have raised; fetches and flushes it hardly makes. */
static bool is_probed(enum channel c)
{
	return (c >= CH_CYCLES && c <= CH_DTLB_STORE_WALKS) ||
	       c == CH_DTLB_LOAD_WALK_PENDING;
}

static void keep_what_counted(struct pmu_events *e, struct pmu_kind *kind,
			      struct perf_group *groups)
{
	const double least = PROBE_PAGES * PROBE_ROUNDS * stray_share * seen_share;
	struct perf_group_delta d = {0};
	int kept = 0, err = 0;

	for (int i = 0; i < kind->n_slots; i++) {
		const struct pmu_slot slot = kind->slot[i];

		if (i % PMU_GROUP_EVENTS == 0)
			err = perf_group_take(&groups[i / PMU_GROUP_EVENTS], &d);
		if (err || (double)d.running_ns < (double)d.enabled_ns * seen_share ||
		    !d.running_ns || !is_probed(slot.channel) ||
		    (double)d.count[i % PMU_GROUP_EVENTS] >= least) {
			kind->slot[kept++] = slot;
			continue;
		}
		text_append(e->silent, sizeof(e->silent), "%s%s",
			    *e->silent ? ", " : "", channel_table[slot.channel].name);
	}
	kind->n_slots = kept;
}

/* 0, or -ENODATA when cycles, or all walks, are not really counted. */
static int drop_silent(struct pmu_events *e, struct pmu_kind *kind)
{
	struct perf_group groups[PMU_GROUPS_MAX] = {0};
	int err = pmu_events_open(e, kind, groups, getpid());

	if (!err && !probe_run_on(kind))
		keep_what_counted(e, kind, groups);
	for (int g = 0; g < PMU_GROUPS_MAX; g++)
		perf_group_close(&groups[g]);
	if (kind->n_slots < 2 || kind->slot[0].channel != CH_CYCLES)
		return -ENODATA;
	return 0;
}

/* The counters of one PMU of the table, where this machine has it and grants them. */
static int add_kind(struct pmu_events *e, const struct walk_pmu *pmu)
{
	struct pmu_kind *kind = &e->kind[e->n_kinds];
	char path[128], text[256] = "";
	long type = PERF_TYPE_RAW;
	int err;

	memset(kind, 0, sizeof(*kind));
	/* A guest may see a hybrid CPU as one with cores of the first kind only. */
	kind->everywhere = have_pmu_named(e->root, "cpu");
	if (!kind->everywhere) {
		snprintf(path, sizeof(path), PMU_DIR "/%s/type", pmu->pmu);
		err = file_read_long(e->root, path, &type);
		snprintf(path, sizeof(path), PMU_DIR "/%s/cpus", pmu->pmu);
		if (!err)
			err = file_read_text(e->root, path, text, sizeof(text));
		if (!err)
			err = cpumask_parse(&kind->cpus, text);
		if (err)
			return err;
	}
	err = add_slots(e, kind, pmu, (uint32_t)type);
	if (!err)
		err = drop_silent(e, kind);
	if (!err)
		e->n_kinds++;
	return err;
}

int pmu_events_choose(struct pmu_events *e, const struct machine *m)
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
		int err = add_kind(e, &table->pmu[i]);

		first = first ? first : err;
		if (e->n_kinds && e->kind[0].everywhere)
			break;
	}
	free(table);
	return e->n_kinds ? 0 : first;
}
