/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_RIG_SHARED_H
#define TLBLAB_SRC_RIG_SHARED_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/hist.h"
#include "tlblab/lab/experiment.h"
#include "tlblab/lab/extra.h"
#include "tlblab/workloads/workload.h"

/*
 * The memory that the rig and its parent share: one memfd, sized and sealed before the
 * child exists and never remapped while a run lasts.
 *
 *   header      what was asked for (constant) │ gate │ state     each on its own lines
 *   cpus[]      workers then victims
 *   slots[]     one per worker and victim, on pages of their own, so that each lies on
 *               the node of the CPU that first touches it: its owner's
 *
 * Every field has one writer; the exceptions are said beside it. Counters are relaxed
 * atomics; `state` and a slot's `stage` are stored with release order after what they
 * announce.
 */
enum {
	RIG_LINE_BYTES = 128, /* two cache lines: the prefetcher fetches pairs */
	RIG_SLOT_BYTES = 8192,
	RIG_SHARED_FD = 3, /* in the child, after exec */
	RIG_EVENT_FD = 4,
	RIG_STACK_BYTES = 128 * 1024,
	RIG_FAILURE_BYTES = 160,
	RIG_STALL_MIN_NS = 200,
	/* Of victims with a working set, whose iteration may take a few page walks. */
	RIG_WALK_STALL_MIN_NS = 500,
};

/* SHUT -> OPEN -> STOP, or straight to STOP; written by both sides, never backwards. */
enum rig_gate { GATE_SHUT, GATE_OPEN, GATE_STOP = WORKER_STOP };

enum rig_stage {
	STAGE_NEW,
	STAGE_READY, /* at the gate */
	STAGE_FINISHED,
	STAGE_FAILED, /* `signal` or `failure` says why */
};

/* What broke first: a worker's or victim's index, or one of these. */
enum { BROKEN_NOTHING = -1, BROKEN_RIG = -2 };

struct rig_slot {
	/* Written at every operation or iteration of a victim's loop. */
	alignas(RIG_LINE_BYTES) _Atomic uint64_t count; /* operations, or iterations */
	_Atomic uint64_t largest; /* window << 48 | ticks: see rig_largest() */
	_Atomic uint64_t stalls, stall_ticks;
	/* A copy of the gate, by whoever sets it: on this page, so that looking at it
	 * at every operation takes no second TLB entry. */
	_Atomic uint32_t gate;
	_Atomic uint32_t trigger; /* the parent */
	/* When the n-th operation ended, at n % 2, where it was a long one: written
	 * before its count, and not again before two more have ended. */
	_Atomic uint64_t ended_ops[2], ended_ns[2];
	/* Written a few times in a run. */
	alignas(RIG_LINE_BYTES) _Atomic uint32_t stage;
	_Atomic int32_t tid;
	_Atomic int32_t time_one_in;
	_Atomic int32_t signal; /* that it crashed from; 0 none */
	_Atomic uint64_t start_ns, end_ns;
	_Atomic uint64_t quiet_iterations; /* a victim's, while the gate is shut */
	/* A victim's, of the time its gate was shut: in ns and how many in it. */
	_Atomic uint64_t quiet_ns, quiet_stalls;
	_Atomic uint64_t
		quiet_iterations_per_s; /* written by the child's main thread */
	char failure[RIG_FAILURE_BYTES];
	alignas(RIG_LINE_BYTES) struct worker_moments moments;
	alignas(RIG_LINE_BYTES) _Atomic uint64_t extra[WORKLOAD_MAX_EXTRAS];
	alignas(RIG_LINE_BYTES) struct hist hist; /* ticks */
};
_Static_assert(sizeof(struct rig_slot) <= RIG_SLOT_BYTES, "a slot outgrew its pages");

struct rig_shared {
	/* Written by the parent before the child exists. */
	size_t bytes;
	size_t slots_offset;
	int workers, victims;
	int quiet_ms;
	int64_t working_set_pages; /* of every victim; 0 none */
	int time_one_in;
	bool gives_way, comes_first; /* see struct rig_config */
	uint64_t stall_min_ticks;
	uint64_t revise_ticks; /* see loop.c */
	uint64_t long_ticks;   /* the end of an operation is stamped from here on */
	struct experiment experiment;

	/* Written a few times in a run. */
	alignas(RIG_LINE_BYTES) _Atomic uint32_t gate; /* futex; both sides */
	_Atomic uint32_t window; /* of the largest values; the parent */

	/* How far the workers is: the last to arrive tells the child's main thread. */
	alignas(RIG_LINE_BYTES) _Atomic int32_t ready; /* all, locked increments */
	_Atomic int32_t finished;		       /* workers only */

	/* The child's main thread; `broken` by whoever broke first (compare and swap).
	 */
	alignas(RIG_LINE_BYTES) _Atomic uint32_t state; /* enum rig_state */
	_Atomic int32_t broken;
	_Atomic int32_t start_errno; /* of the rig's exec, or of starting a member */
	char failure[RIG_FAILURE_BYTES];

	/* Of the first worker; see struct worker_timed_ops. */
	alignas(RIG_LINE_BYTES) struct worker_timed_ops trials;

	alignas(RIG_LINE_BYTES) int32_t cpus[];
};

size_t shared_bytes(int workers, int victims, size_t *slots_offset);

static inline struct rig_slot *shared_slot(const struct rig_shared *s, int i)
{
	return (struct rig_slot *)((char *)s + s->slots_offset +
				   (size_t)i * RIG_SLOT_BYTES);
}

static inline uint32_t slot_gate(const struct rig_slot *slot)
{
	return atomic_load_explicit(&slot->gate, memory_order_relaxed);
}

/* Moves the gate forward and wakes all who wait at it. */
void shared_gate_set(struct rig_shared *s, enum rig_gate to);
/* By its owner, once: clears the slot, so that all its pages are there. */
void shared_slot_init(struct rig_shared *s, struct rig_slot *slot);
/* Blocks while the gate is shut; returns what it became. */
enum rig_gate shared_gate_wait(struct rig_shared *s);
/* Records who broke first; false when somebody was before. */
bool shared_break(struct rig_shared *s, int who);

/* By the slot's owner: a plain increment, no locked instruction. */
static inline void slot_add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter,
			      atomic_load_explicit(counter, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

/*
 * The largest value of a window shares its word with the window's number, so that the
 * reader can start a new window without writing to the owner's line.
 */
enum { LARGEST_BITS = 48 };

static inline uint64_t rig_largest(uint64_t word, uint32_t window)
{
	if ((word >> LARGEST_BITS) != (window & 0xffff))
		return 0;
	return word & ((UINT64_C(1) << LARGEST_BITS) - 1);
}

/* By the slot's owner, just before it counts the n-th operation. */
static inline void slot_stamp(struct rig_slot *slot, uint64_t n, uint64_t now_ns)
{
	atomic_store_explicit(&slot->ended_ops[n % 2], n, memory_order_relaxed);
	atomic_store_explicit(&slot->ended_ns[n % 2], now_ns, memory_order_relaxed);
}

/* Operations so far, and when the last of them ended on CLOCK_MONOTONIC: 0 when it was
 * a short one, so just now. */
uint64_t slot_ended(const struct rig_slot *slot, uint64_t *ended_ns);
/* Operations done, and of a long one under way the part that fits the mean of those
 * before it. */
double slot_progress(const struct rig_slot *slot, uint64_t now_ns);

static inline void slot_record(struct rig_slot *slot, uint32_t window, uint64_t ticks)
{
	uint64_t word = (uint64_t)(window & 0xffff) << LARGEST_BITS;
	uint64_t old = atomic_load_explicit(&slot->largest, memory_order_relaxed);

	hist_record(&slot->hist, ticks);
	if (ticks >> LARGEST_BITS)
		ticks = (UINT64_C(1) << LARGEST_BITS) - 1;
	if (ticks > rig_largest(old, window))
		atomic_store_explicit(&slot->largest, word | ticks,
				      memory_order_relaxed);
}

#endif
