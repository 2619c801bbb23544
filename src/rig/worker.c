/* SPDX-License-Identifier: MIT */
/*
 * The life of one worker or victim: get ready, wait at the gate, run, and then stay,
 * asleep, until the rig is taken down, so that what others attached to its thread id
 * can be read to the end.
 */
#include "rig/workers.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rig/crash.h"
#include "rig/loop.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/priority.h"

static void worker_note(const struct workers *c)
{
	const uint64_t one = 1;

	/* Cannot fail short of 2^64 - 1 notes unread. */
	if (write(c->note_fd, &one, sizeof(one)) < 0)
		_exit(1);
}

static void worker_stay(void) __attribute__((noreturn));
static void worker_stay(void)
{
	for (;;)
		pause();
}

static void worker_fail(const struct workers *c, int index, int err,
			const char *failure) __attribute__((noreturn));
static void worker_fail(const struct workers *c, int index, int err,
			const char *failure)
{
	struct rig_slot *slot = shared_slot(c->shared, index);

	snprintf(slot->failure, sizeof(slot->failure), "%s",
		 failure[0] ? failure : strerror(-err));
	atomic_store_explicit(&slot->stage, STAGE_FAILED, memory_order_release);
	shared_break(c->shared, index);
	worker_note(c);
	worker_stay();
}

static void worker_ready(const struct workers *c, struct rig_slot *slot)
{
	atomic_store_explicit(&slot->stage, STAGE_READY, memory_order_release);
	if (atomic_fetch_add(&c->shared->ready, 1) + 1 == workers_count(c))
		worker_note(c);
}

static void worker_finish(const struct workers *c, struct rig_slot *slot)
{
	atomic_store_explicit(&slot->stage, STAGE_FINISHED, memory_order_release);
	if (atomic_fetch_add(&c->shared->finished, 1) + 1 == c->shared->workers)
		worker_note(c);
}

/* Gives it what its workload makes for it, or ends it with the reason. */
static void worker_enter(const struct workers *c, int index, struct worker *w)
{
	const struct workload_ops *ops = c->ops;
	int err = 0;

	if (c->shared->experiment.mode == RUN_PROCESSES && ops->prepare)
		err = ops->prepare(&w->space, w->params, 1, w->failure,
				   sizeof(w->failure));
	if (!err && ops->enter)
		err = ops->enter(w);
	if (err)
		worker_fail(c, index, err, w->failure);
}

static void worker_run(const struct workers *c, int index)
{
	struct rig_shared *s = c->shared;
	struct rig_slot *slot = shared_slot(s, index);
	const struct experiment *e = &s->experiment;
	bool own_space = e->mode == RUN_PROCESSES;
	struct worker w = {
		.index = index,
		.workers = s->workers,
		.cpu = s->cpus[index],
		.params = e->params,
		.trigger = &slot->trigger,
		.extra = slot->extra,
		.moments = &slot->moments,
		.gate = &slot->gate,
		.space = c->space,
		.trials = index ? NULL : &s->trials,
		.victims = s->victims,
		.victim_iterations = &shared_slot(s, s->workers)->count,
		.victim_stride = RIG_SLOT_BYTES,
	};
	struct loop loop = {
		.shared = s,
		.slot = slot,
		.ops = c->ops,
		.worker = &w,
		.limit = e->ops > 0 ? (uint64_t)e->ops : UINT64_MAX,
		.time_one_in = s->time_one_in,
	};

	worker_enter(c, index, &w);
	loop.timing_ticks = loop_timing_ticks();
	worker_ready(c, slot);
	if (shared_gate_wait(s) == GATE_OPEN) {
		atomic_store(&slot->start_ns, clock_now_ns());
		loop_run(&loop);
		atomic_store(&slot->end_ns, clock_now_ns());
	}
	if (w.failed)
		worker_fail(c, index, w.failed, w.failure);
	if (c->ops->leave)
		c->ops->leave(&w);
	if (own_space && c->ops->dispose)
		c->ops->dispose(w.space);
	worker_finish(c, slot);
}

/* A victim with work of its own, as its workload describes it. */
static void victim_work(const struct workers *c, int index)
{
	struct rig_shared *s = c->shared;
	struct rig_slot *slot = shared_slot(s, index), quiet = {0};
	struct worker w = {
		.index = index - s->workers,
		.workers = s->victims,
		.cpu = s->cpus[index],
		.params = s->experiment.params,
		.gate = &slot->gate,
		.victim = true,
		.space = c->space,
	};

	worker_enter(c, index, &w);
	worker_ready(c, slot);
	loop_victim_work(s, slot, GATE_SHUT, &slot->quiet_iterations, &quiet, c->ops,
			 &w);
	atomic_store(&slot->start_ns, clock_now_ns());
	loop_victim_work(s, slot, GATE_OPEN, &slot->count, slot, c->ops, &w);
	atomic_store(&slot->end_ns, clock_now_ns());
	if (w.failed)
		worker_fail(c, index, w.failed, w.failure);
}

static void victim_live(const struct workers *c, int index)
{
	struct rig_slot *slot = shared_slot(c->shared, index);
	struct rig_slot quiet = {
		0}; /* of stalls before the gate opens only how many there were */
	char failure[RIG_FAILURE_BYTES] = "";
	void **at = NULL;

	if (c->shared->working_set_pages) {
		int err = working_sets_enter(c->working_sets,
					     c->shared->working_set_pages, &at, failure,
					     sizeof(failure));

		if (err)
			worker_fail(c, index, err, failure);
	}
	worker_ready(c, slot);
	uint64_t begin_ns = clock_now_ns();

	loop_victim(c->shared, slot, GATE_SHUT, &slot->quiet_iterations, &quiet, at);
	uint64_t end_ns = clock_now_ns();

	atomic_store(&slot->quiet_stalls, quiet.stalls);
	atomic_store(&slot->quiet_ns, end_ns - begin_ns);
	atomic_store(&slot->start_ns, end_ns);
	loop_victim(c->shared, slot, GATE_OPEN, &slot->count, slot, at);
	atomic_store(&slot->end_ns, clock_now_ns());
}

/* Below the weakest nice level, and one that a waking task of any other preempts at
 * once (kernel/sched/fair.c, check_preempt_wakeup_fair): needs no privilege. */
static int worker_give_way(void)
{
	const struct sched_param none = {.sched_priority = 0};

	return sched_setscheduler(0, SCHED_IDLE, &none) ? -errno : 0;
}

static bool worker_is_alone(const struct rig_shared *s, int index)
{
	for (int i = 0; i < s->workers + s->victims; i++)
		if (i != index && (s->cpus[i] < 0 || s->cpus[i] == s->cpus[index]))
			return false;
	return true;
}

void worker_live(const struct workers *c, int index)
{
	struct rig_shared *s = c->shared;
	struct rig_slot *slot = shared_slot(s, index);
	bool worker = index < s->workers;
	char name[24]; /* the kernel keeps 15 characters */

	/* The first touch of its pages, from its CPU: no fault while it runs. */
	shared_slot_init(s, slot);
	atomic_store(&slot->tid, (int)syscall(SYS_gettid));
	snprintf(name, sizeof(name), "%s %d", worker ? "worker" : "victim",
		 worker ? index : index - s->workers);
	prctl(PR_SET_NAME, name);
	/* Before anything spins: the rig's main thread and its parent stay above. */
	int err = priority_step_down(worker_is_alone(s, index));

	if (!err)
		err = crash_watch(index);
	if (!err && s->gives_way)
		err = worker_give_way();
	if (err)
		worker_fail(c, index, err, "");
	if (worker)
		worker_run(c, index);
	else if (c->ops->desc.victims_work)
		victim_work(c, index);
	else
		victim_live(c, index);
	worker_stay();
}
