/* SPDX-License-Identifier: MIT */
/*
 * Starting a run is a small machine stepped without blocking: the old rig is stopped,
 * the new one placed and spawned; when its workers stand at the gate the sensors attach
 * to their thread ids, the gate opens, and the first interval begins.
 */
#include "backends/live_priv.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/cpumask.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/machine/placement.h"
#include "tlblab/workloads/watch.h"
#include "tlblab/workloads/workload.h"

enum {
	LIVE_QUIET_MS = 100,
	LIVE_CROWD = 8, /* members to a CPU; with more they give way */
	WATCHED_MAX = 256,
	VICTIMS_BESIDE = 16,
};

static void live_free_slots(struct live_slots *slots)
{
	free(slots->cpus);
	free(slots->tids);
	free(slots->seen);
	memset(slots, 0, sizeof(*slots));
}

void live_drop_rig(struct backend *b)
{
	if (b->rig)
		b->outlived = rig_stop(b->rig);
	b->rig = NULL;
	b->program.on = false;
	live_free_slots(&b->slots);
	b->phase = BACKEND_IDLE;
}

int live_set_ceiling(struct backend *b, int64_t pages, struct error *error)
{
	int64_t original = guardian_ceiling_original(b->guardian);
	int64_t now;
	int err;

	if (pages == EXPERIMENT_CEILING_KEEP) {
		if (original < 0 || guardian_ceiling_get(b->guardian, &now) ||
		    now == original)
			return 0;
		pages = original;
	}
	err = guardian_ceiling_set(b->guardian, pages, error);
	if (!err)
		b->ceiling_pages = pages;
	return err;
}

/* Room for the workers and victims of e, and the CPUs they are to run on. */
static int live_place(struct backend *b, const struct experiment *e,
		      struct live_slots *o, struct error *error)
{
	size_t n = (size_t)(e->threads + e->victims);

	o->n = e->threads + e->victims;
	o->cpus = calloc(n, sizeof(*o->cpus));
	o->tids = calloc(n, sizeof(*o->tids));
	o->seen = calloc(n, sizeof(*o->seen));
	if (!o->cpus || !o->tids || !o->seen)
		return error_set(error, ERROR_MACHINE, ENOMEM, "threads",
				 "out of memory", "ask for fewer");
	return placement_resolve(e->placement, &b->machine->topology, e->threads,
				 e->victims, o->cpus, NULL, error);
}

static int live_distinct(const int *cpus, int n)
{
	struct cpumask mask;

	cpumask_clear(&mask);
	for (int i = 0; i < n; i++)
		cpumask_set(&mask, cpus[i]);
	return cpumask_count(&mask);
}

/* So many on each CPU that whoever watches them would not get a turn in time. */
static bool live_is_crowd(const struct backend *b)
{
	int cpus = live_distinct(b->slots.cpus, b->slots.n);

	if (!cpus) /* not pinned */
		cpus = b->machine->topology.n_allowed;
	return b->slots.n > cpus * LIVE_CROWD;
}

static int live_check_workload(const struct experiment *e, struct error *error)
{
	const struct workload_ops *workload = workload_find(e->workload);
	char why[160] = "";

	if (!workload)
		return error_set(error, ERROR_INPUT, EINVAL, e->workload,
				 "no such workload", "see tlblab list workloads");
	if (workload->available && workload->available(why, sizeof(why)))
		return error_set(error, ERROR_MACHINE, EOPNOTSUPP, e->workload, why,
				 "choose another workload");
	return workload->check ? workload->check(e, e->params, error) : 0;
}

/* What was asked for is held against the machine first, so that a mistake leaves the
 * present run as it is. */
/* Before the first run, with the ceiling that is in force for it. */
static void live_self_test(struct backend *b)
{
	const struct sensor_env env = {
		.machine = b->machine,
		.perf = guardian_perf_opener(b->guardian),
		.root = "",
		.trace_flushes = b->trace_flushes,
	};
	int64_t pages = -1;

	if (b->self_test.ceiling_pages)
		return;
	if (guardian_ceiling_get(b->guardian, &pages))
		pages = -1;
	flush_self_test_run(&env, pages, &b->self_test);
}

int live_start(struct backend *b, const struct experiment *e, struct error *error)
{
	struct live_slots slots = {.n = 0};
	int err = live_check_workload(e, error);

	if (!err)
		err = live_place(b, e, &slots, error);
	if (!err)
		err = live_set_ceiling(b, e->ceiling_pages, error);
	if (err) {
		live_free_slots(&slots);
		return err;
	}
	live_drop_rig(b);
	live_self_test(b);
	b->slots = slots;
	b->experiment = *e;
	b->gives_way = live_is_crowd(b);
	b->outlived = 0;
	b->n_moments = 0;
	b->watch_note = NULL;
	const struct rig_config config = {
		.experiment = &b->experiment,
		.cpus = b->slots.cpus,
		.tsc_ns_per_tick = b->machine->tsc_ns_per_tick,
		.quiet_ms = e->victims ? LIVE_QUIET_MS : 0,
		.gives_way = b->gives_way,
	};
	err = rig_start(&b->rig, &config, error);
	if (err) {
		live_drop_rig(b);
		return err;
	}
	live_background_forget(&b->background);
	b->phase = BACKEND_STARTING;
	return 0;
}

static bool live_is_pinned(pid_t tid, int cpu)
{
	cpu_set_t *set = CPU_ALLOC(CPUMASK_MAX_CPUS);
	size_t bytes = CPU_ALLOC_SIZE(CPUMASK_MAX_CPUS);
	bool pinned = false;

	if (!set)
		return false;
	if (cpu >= 0 && sched_getaffinity(tid, bytes, set) == 0)
		pinned = CPU_COUNT_S(bytes, set) == 1 &&
			 CPU_ISSET_S((size_t)cpu, bytes, set);
	CPU_FREE(set);
	return pinned;
}

/* A watched process and what it started in the place of the one worker that watches it.
 */
struct live_watched {
	pid_t tids[WATCHED_MAX + VICTIMS_BESIDE]; /* their threads, then victims */
	int cpus[WATCHED_MAX + VICTIMS_BESIDE];
	int n_threads, n_victims;
};

/* No threads when it has ended or hides them. */
static void live_look_at(struct live_watched *w, pid_t pid,
			 const struct live_slots *slots)
{
	w->n_victims = 0;
	w->n_threads = program_threads(pid, w->tids, WATCHED_MAX);
	for (int i = 0; i < w->n_threads; i++)
		w->cpus[i] = -1;
	for (int i = 1; i < slots->n && w->n_victims < VICTIMS_BESIDE; i++) {
		int at = w->n_threads + w->n_victims++;

		w->tids[at] = slots->tids[i];
		w->cpus[at] = slots->cpus[i];
	}
}

static double live_done(const void *of, int i)
{
	const struct backend *b = of;

	return b->rig ? rig_worker_progress(b->rig, i) : 0;
}

/* What cannot be seen of it. */
static const char *live_watch_note(const struct experiment *e, pid_t pid)
{
	const struct param_desc *desc;
	struct param_value counter;

	if (!program_finds_children())
		return "the kernel does not list children (CONFIG_PROC_CHILDREN): only "
		       "this one process is watched";
	if (!experiment_get(e, workload_catalogue(), "params.counter", &desc,
			    &counter) &&
	    !strcmp(desc->choices[counter.number], "switches") &&
	    !watch_is_whole(pid, WATCH_SWITCHES))
		return "sleeps of threads that end between two looks are missing: "
		       "counting them takes kernel.perf_event_paranoid at most 1, or "
		       "root";
	return NULL;
}

static void live_attach_sensors(struct backend *b)
{
	const struct experiment *e = &b->experiment;
	const struct param_value *pid =
		experiment_param(e, workload_catalogue(), "pid");
	struct live_watched watched;
	struct sensor_target target = {
		.rig_pid = rig_pid(b->rig),
		.n_workers = e->threads,
		.n_victims = e->victims,
		.tids = b->slots.tids,
		.cpus = b->slots.cpus,
		.warms_up = e->warmup_s > 0,
		.separate_spaces = e->mode == RUN_PROCESSES,
		.programs = live_workload(e)->program,
		.work = {.done = live_done, .of = b, .n = e->threads},
	};

	b->watched = target.programs && pid;
	if (b->watched) {
		live_look_at(&watched, (pid_t)pid->number, &b->slots);
		if (watched.n_threads) {
			target.tids = watched.tids;
			target.cpus = watched.cpus;
			target.n_workers = watched.n_threads;
			target.n_victims = watched.n_victims;
		}
	}
	if (b->watched)
		b->watch_note = live_watch_note(e, (pid_t)pid->number);
	b->program.on = false;
	if (target.programs)
		live_program_begin(&b->program, pid ? (pid_t)pid->number : 0,
				   b->slots.tids, e->threads);
	sensor_set_attach(&b->sensors, &target);
}

/* The workers stand at the gate: attach what watches them, then let them go. */
static void live_open_gate(struct backend *b)
{
	const struct experiment *e = &b->experiment;
	struct rig_reading w, v;

	b->pinned = 0;
	for (int i = 0; i < b->slots.n; i++) {
		if (i < e->threads) {
			rig_read_worker(b->rig, i, &w);
			b->slots.tids[i] = w.tid;
		} else {
			rig_read_victim(b->rig, i - e->threads, &v);
			b->slots.tids[i] = v.tid;
			b->slots.seen[i] =
				(struct live_seen){.loops = v.ops,
						   .stalls = v.stalls,
						   .stall_ticks = v.stall_ticks};
		}
		b->pinned += live_is_pinned(b->slots.tids[i], b->slots.cpus[i]);
	}
	b->worker_cpus = live_distinct(b->slots.cpus, e->threads);
	b->all_cpus = live_distinct(b->slots.cpus, b->slots.n);
	live_attach_sensors(b);
	rig_reset_max(b->rig);
	rig_open_gate(b->rig);
	b->last_ns = clock_now_ns();
	b->phase = BACKEND_RUNNING;
}

enum backend_phase live_carry_on(struct backend *b, struct error *error)
{
	if (!b->rig)
		return b->phase;
	switch (rig_poll(b->rig, error)) {
	case RIG_STARTING: b->phase = BACKEND_STARTING; break;
	case RIG_QUIET:
		b->phase = BACKEND_STARTING;
		live_background_watch(&b->background, &b->sensors, clock_now_ns());
		break;
	case RIG_READY:
		if (b->phase == BACKEND_STARTING &&
		    live_background_watch(&b->background, &b->sensors, clock_now_ns()))
			live_open_gate(b);
		break;
	case RIG_RUNNING: b->phase = BACKEND_RUNNING; break;
	case RIG_DONE: b->phase = BACKEND_DONE; break;
	case RIG_DEAD: b->phase = BACKEND_FAILED; break;
	}
	return b->phase;
}
