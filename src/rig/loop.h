/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_RIG_LOOP_H
#define TLBLAB_SRC_RIG_LOOP_H

#include "rig/shared.h"
#include "tlblab/workloads/workload.h"

struct loop {
	struct rig_shared *shared;
	struct rig_slot *slot;
	const struct workload_ops *ops;
	struct worker *worker;
	uint64_t limit;	       /* operations; UINT64_MAX: until the gate says stop */
	uint64_t timing_ticks; /* what timing one operation costs */
	int time_one_in;       /* 0: found out while running */
};

/* What a pair of clock readings and one record cost, in ticks; takes about 50 us. */
uint64_t loop_timing_ticks(void);
/* 1 where timing every operation takes under half a percent of them, else the power of
 * two that keeps it under a quarter. */
int loop_one_in(uint64_t timing_ticks, uint64_t operation_ticks);
/* Operates until the gate says stop, the limit is reached or the worker failed. */
void loop_run(struct loop *l);

/* A victim's iteration took so long: a stall, from min_ticks on. */
static inline void loop_notice(const struct rig_shared *s, uint64_t min_ticks,
			       uint64_t gap_ticks, struct rig_slot *stalls)
{
	if (__builtin_expect(gap_ticks < min_ticks, 1))
		return;
	slot_record(stalls, atomic_load_explicit(&s->window, memory_order_relaxed),
		    gap_ticks);
	slot_add(&stalls->stalls, 1);
	slot_add(&stalls->stall_ticks, gap_ticks);
}

/* Turns while the gate stays as it is: counts them into *iterations, and stalls into
 * those of `stalls`. at: where in a working set each iteration goes on; NULL: nowhere.
 * No system call. */
void loop_victim(const struct rig_shared *s, const struct rig_slot *own,
		 enum rig_gate while_gate, _Atomic uint64_t *iterations,
		 struct rig_slot *stalls, void **at);

/* The same for victims with work of their own: every piece of it is an iteration, and
 * its time is recorded. Returns early when one fails. */
void loop_victim_work(const struct rig_shared *s, const struct rig_slot *own,
		      enum rig_gate while_gate, _Atomic uint64_t *iterations,
		      struct rig_slot *record, const struct workload_ops *ops,
		      struct worker *w);

#endif
