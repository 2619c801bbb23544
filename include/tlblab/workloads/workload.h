/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_WORKLOADS_WORKLOAD_H
#define TLBLAB_WORKLOADS_WORKLOAD_H

#include <stdatomic.h>

#include "tlblab/lab/catalogue.h"
#include "tlblab/lab/expect.h"

/*
 * A workload is one file: what it is called, what can be varied, what it does before,
 * during and after, and what it expects to flush. Everything here runs in the rig's
 * process, never in the screen's.
 */
struct workload_space; /* a workload's own data shared by one address space */

enum { WORKER_LOCAL_LONGS = 24 };

/*
 * Moments worth a marker: when the rare thing that an operation is about began and
 * ended, on CLOCK_MONOTONIC. The last few are kept.
 */
enum { WORKER_MOMENTS = 8 };

struct worker_moments {
	_Atomic uint64_t n; /* so far; the i-th lies at i % WORKER_MOMENTS */
	_Atomic uint64_t begin_ns[WORKER_MOMENTS], end_ns[WORKER_MOMENTS];
};

/*
 * Single operations on order: two positions of the trigger in turn, each operation
 * timed by itself, with what it cost the victims. The parent writes the order, `order`
 * last; the worker the answer. For workloads that take part (trial.h).
 */
enum { WORKER_TIMED_OPS = 128 };

struct worker_timed_op {
	uint64_t own_ticks; /* of the operation, and one rest after it */
	double lost_ticks;  /* by all victims together */
	uint32_t which;	    /* 0 or 1: by trigger[which] */
};

struct worker_timed_ops {
	_Atomic uint32_t order; /* counts them, from 1 */
	_Atomic uint32_t wanted, trigger[2];
	_Alignas(128) _Atomic uint32_t answered; /* the order that n is of */
	_Atomic uint32_t n;
	_Atomic uint32_t left_out; /* tries during which somebody did not run */
	struct worker_timed_op trial[WORKER_TIMED_OPS];
};

/* What *worker.gate becomes when it must come to an end. */
enum { WORKER_STOP = 2 };

/* One initiator. The rig fills the first part; `own` is the workload's. */
struct worker {
	int index, workers; /* 0 … workers - 1, in the whole run */
	int cpu;	    /* -1: not pinned */
	const struct param_value *params;
	/* A number that may be changed while it runs (rig_set_trigger), for workloads
	 * that have a use for one; it begins as 0. NULL: there is none. */
	const _Atomic uint32_t *trigger;
	/* Where it publishes desc.extras, in their order; NULL: nobody reads them. */
	_Atomic uint64_t *extra;
	struct worker_timed_ops *trials; /* NULL: nobody orders any */
	/* How many turns its victims made: the first one's, and how far the next lies.
	 */
	int victims;
	const _Atomic uint64_t *victim_iterations;
	size_t victim_stride;
	struct worker_moments *moments; /* NULL: nobody reads them */
	/* For operations that wait: at WORKER_STOP they return soon. NULL: never. */
	const _Atomic uint32_t *gate;
	bool victim; /* of a workload whose victims_work */
	/* Set by operate: what of its time was the operation, in ticks of the time
	 * stamp counter, where most of it was waiting. 0: all of it. */
	uint64_t took_ticks;
	struct workload_space *space; /* what prepare made, shared by threads */
	void *own;		      /* what enter made; NULL before */
	/* Room for `own`, on a page that the worker's stack keeps in the TLB anyway:
	 * every other page an operation reads is refilled after each full flush. */
	long local[WORKER_LOCAL_LONGS];
	/* A worker that cannot go on says why (one sentence) and returns -errno from
	 * enter, or sets failed from operate. */
	char failure[160];
	int failed; /* -errno */
};

/* By the worker itself: a plain store. */
static inline void worker_publish(const struct worker *w, int extra, uint64_t value)
{
	if (w->extra)
		atomic_store_explicit(&w->extra[extra], value, memory_order_relaxed);
}

static inline bool worker_must_stop(const struct worker *w)
{
	return w->gate &&
	       atomic_load_explicit(w->gate, memory_order_relaxed) == WORKER_STOP;
}

/* By the worker itself. */
static inline void worker_note_moment(const struct worker *w, uint64_t begin_ns,
				      uint64_t end_ns)
{
	struct worker_moments *m = w->moments;

	if (!m)
		return;
	uint64_t n = atomic_load_explicit(&m->n, memory_order_relaxed);

	atomic_store_explicit(&m->begin_ns[n % WORKER_MOMENTS], begin_ns,
			      memory_order_relaxed);
	atomic_store_explicit(&m->end_ns[n % WORKER_MOMENTS], end_ns,
			      memory_order_relaxed);
	atomic_store_explicit(&m->n, n + 1, memory_order_release);
}

struct workload_ops {
	struct workload_desc desc; /* required */
	/* Optional. Why this machine cannot run it, in words; 0 when it can. */
	int (*available)(char *why, size_t why_bytes);
	/* Optional. Rules across params that their descriptions cannot say. */
	int (*check)(const struct experiment *e, const struct param_value *params,
		     struct error *error);
	/* Optional. Once per address space, before its workers: *space is the
	 * workload's own. workers is how many share it. */
	int (*prepare)(struct workload_space **space, const struct param_value *params,
		       int workers, char *failure, size_t failure_bytes);
	void (*dispose)(struct workload_space *space);
	/* Optional. In the worker, on its CPU, before the gate: allocate and touch. */
	int (*enter)(struct worker *w);
	/* Required. One operation; a victim's piece of work where victims_work (they
	 * enter and fail as workers do, but never leave). No lock, allocation or system
	 * call that is not the operation itself. */
	void (*operate)(struct worker *w);
	/* Optional. In the worker, after the last operation. */
	void (*leave)(struct worker *w);
	/* Required. What one operation is meant to flush. Pure. */
	void (*expect)(const struct expect_case *c, struct expectation *out);
};

/* All workloads, NULL-terminated; adding one is one file and one line. */
extern const struct workload_ops *const workload_table[];
const struct workload_ops *workload_find(const char *name);

/* What this machine, or the right one has on it, leaves out, and why. */
enum { WORKLOAD_ABSENT_MAX = 32 };
struct workload_absent {
	const char *name;
	char why[160]; /* in words */
};
/* Asks every workload: a few system calls. Returns how many there are. */
int workload_list_absent(struct workload_absent out[WORKLOAD_ABSENT_MAX]);
/* The live backend's catalogue: every workload of the table. */
const struct catalogue *workload_catalogue(void);

#endif
