/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_RIG_RIG_H
#define TLBLAB_RIG_RIG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tlblab/base/error.h"
#include "tlblab/base/hist.h"
#include "tlblab/lab/experiment.h"

/*
 * The parent's side of the rig: a child process, re-executed so that its address
 * space holds nothing of the screen's, in which workers (threads, or processes of
 * their own) and passive victims run a workload. Only a memfd of counters and
 * histograms is shared: one writer each, on their own cache lines, never remapped
 * while a run lasts. The rig dies with its parent.
 *
 * Victims spin on the time stamp counter; where the workload has the parameter
 * working_set_pages, each of their turns also takes a few steps through so many pages,
 * so that they pay for the refill after a flush.
 *
 *   rig_start ─▶ STARTING ─▶ QUIET (victims alone, gate shut) ─▶ READY
 *   rig_open_gate ─▶ RUNNING ─▶ DONE (ops done, or rig_stop) │ DEAD (crash)
 *
 * No call here blocks longer than it says; none is safe from two threads at once.
 */
enum rig_state {
	RIG_STARTING,
	RIG_QUIET,
	RIG_READY,
	RIG_RUNNING,
	RIG_DONE,
	RIG_DEAD, /* a worker failed or crashed, or the rig was killed */
};

struct rig_config {
	const struct experiment *experiment; /* copied */
	const int *cpus; /* workers then victims, -1 not pinned; copied */
	double tsc_ns_per_tick;
	int quiet_ms; /* how long victims run alone, at least; 0 without victims */
	/* Time one operation in this many; 0: the rig picks a power of two so that
	 * timing costs under half a percent: every operation when they are long. */
	int time_one_in;
	/* Everything else on the machine goes before the workers: for crowds so large
	 * that whoever watches them would not get a turn. */
	bool gives_way;
	/* For measurements that need worker and victims at the same time: before other
	 * programs of the usual priority, by a nice value of -5, where that is allowed.
	 * A priority of another kind, or another nice value, stays. */
	bool comes_first;
};

/* A worker or a victim, cumulative since the gate opened; read from shared memory, no
 * system call. A simulated one is told in the same words. */
struct rig_reading {
	pid_t tid;
	int cpu; /* asked for; -1 not pinned */
	int node;
	uint64_t ops; /* a victim's iterations */
	/* When the last of them ended, on CLOCK_MONOTONIC; 0: it was a short one, so
	 * that the present moment will do. */
	uint64_t ended_ns;
	uint64_t start_ns, end_ns; /* CLOCK_MONOTONIC; end 0 while it runs */
	double elapsed_s;	   /* its own running time so far */
	double done_s;		   /* of that, until the last of ops ended */
	int time_one_in;
	uint64_t max_ticks; /* largest timed, or gap, since rig_reset_max */
	uint64_t extra[WORKLOAD_MAX_EXTRAS]; /* as the workload's desc.extras say */
	/* Victims. */
	double quiet_per_s;	      /* ops when left alone; 0 until that is over */
	double quiet_stalls_per_s;    /* NaN until the gate opens, or where the victims
					 have work of their own */
	uint64_t stalls, stall_ticks; /* count and sum, since the gate opened */
	const struct hist *hist;      /* in ticks: operations, or a victim's stalls */
};

struct rig;

/* Spawns; returns at once. The error says what to do (memory, processes, a CPU). */
int rig_start(struct rig **out, const struct rig_config *config, struct error *error);
/* Looks without blocking; on RIG_DEAD fills the error ("worker 2 crashed: SIGSEGV"). */
enum rig_state rig_poll(struct rig *rig, struct error *error);
/* Becomes readable when the state may have changed. */
int rig_event_fd(const struct rig *rig);
/* Valid in RIG_READY: releases every worker together. */
void rig_open_gate(struct rig *rig);
int rig_workers(const struct rig *rig);
int rig_victims(const struct rig *rig);
pid_t rig_pid(const struct rig *rig);
/* Operations so far, of a long one the part that is done as well. */
double rig_worker_progress(const struct rig *rig, int i);
/* All but the node, which is -1. */
void rig_read_worker(const struct rig *rig, int i, struct rig_reading *out);
void rig_read_victim(const struct rig *rig, int i, struct rig_reading *out);
/* The next moment the i-th worker noted after *seen of them; false when there is none.
 * Moments that came faster than they were read are passed over. */
struct rig_moment {
	uint64_t begin_ns, end_ns; /* CLOCK_MONOTONIC */
};
bool rig_next_moment(const struct rig *rig, int i, uint64_t *seen,
		     struct rig_moment *out);
/* From RIG_READY on: a number for the workload to look at, see struct worker. */
void rig_set_trigger(struct rig *rig, uint32_t position);
/* The same for trials of the first worker, `a` and `b` in turn; at most
 * RIG_MAX_TRIALS. A new order ends the one before. */
enum { RIG_MAX_TRIALS = 128 };
void rig_order_timed_ops(struct rig *rig, uint32_t a, uint32_t b, int wanted);
struct rig_timed_op {
	double own_ns, lost_ns; /* its own time; what victims lost, all together */
	bool second;		/* b, not a */
};
/* The i-th of the present order; false while it is not made yet. */
bool rig_read_timed_op(const struct rig *rig, int i, struct rig_timed_op *out);
/* Tries of the present order that are not among them: somebody did not run. */
int rig_timed_ops_left_out(const struct rig *rig);
/* Starts a new window for every max_ticks. */
void rig_reset_max(struct rig *rig);
/* Asks all to stop, waits at most 200 ms, then kills; frees. NULL is fine. Returns how
 * many processes had left the rig's group, outlived their command and were ended. */
int rig_stop(struct rig *rig);

/* The child's side: never returns. Called by main when re-executed. */
int rig_child_main(int argc, char **argv);
/* The word main recognises as argv[1] for that. */
#define RIG_CHILD_WORD "__rig"

#endif
