/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SIM_STEPS_H
#define TLBLAB_SRC_SIM_STEPS_H

#include "sim/strategy.h"

/* What operations are made of. Each adds its steps to the task's list. */
void add_compute(struct sim_task *t, double ns);
void add_syscall(struct sim_task *t, double ns); /* the same, in the kernel */
void add_touch(struct sim_task *t, uint32_t vpn, uint32_t pages, uint32_t stride,
	       bool write);
void add_lock(struct sim_task *t, struct sim_lock *lock);
void add_unlock(struct sim_task *t, struct sim_lock *lock);
void add_call(struct sim_task *t, step_fn *run);
void add_sleep(struct sim_task *t, double ns);
/* A system call that takes pages away: what is left of the mapping is the kind's. */
enum take_kind {
	TAKE_DISCARD,
	TAKE_UNMAP,
	TAKE_CLEAN,
	TAKE_PROTECT, /* all access goes */
	TAKE_RIGHTS,  /* some right changes: the pages stay, and can be read */
};
void add_take(struct sim *s, struct sim_task *t, uint32_t vpn, uint32_t pages,
	      enum take_kind kind, bool tables);
/* mmap at a place of the task's own, whose old translations must be gone. */
void add_map(struct sim *s, struct sim_task *t, uint32_t vpn, uint32_t pages);
/* mprotect gives back the access that TAKE_PROTECT took: nothing to flush. */
void add_give(struct sim *s, struct sim_task *t, uint32_t vpn, uint32_t pages);
/* membarrier: interrupts the same CPUs as a flush would, for nothing. */
void add_barrier(struct sim *s, struct sim_task *t);
/* MADV_LAZYFREE and MADV_REUSE (of the oldest range), and what the kernel does about
 * such ranges when memory is short, or is to be moved. */
void add_lazyfree(struct sim *s, struct sim_task *t, uint32_t vpn, uint32_t pages);
void add_reuse(struct sim *s, struct sim_task *t);
void add_reclaim(struct sim_task *t);
void add_migrate(struct sim_task *t);
int lazy_oldest(struct sim_task *t); /* index for deferred_at, -1 none */

struct step *step_add(struct sim_task *t, step_fn *run);
bool gather_make_room(struct sim *s, struct sim_task *t, uint32_t pages);

#endif
