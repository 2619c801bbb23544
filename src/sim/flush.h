/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SIM_FLUSH_H
#define TLBLAB_SRC_SIM_FLUSH_H

#include "sim/machine.h"

/* The kernel's order of reasons (include/trace/events/tlb.h). */
enum flush_reason {
	REASON_TASK_SWITCH,
	REASON_REMOTE_SHOOTDOWN,
	REASON_LOCAL_SHOOTDOWN,
	REASON_LOCAL_MM_SHOOTDOWN,
	REASON_REMOTE_SEND,
	REASON_WRONG_CPU,
};

static inline uint64_t flush_page_bit(uint32_t vpn)
{
	return UINT64_C(1) << (vpn * UINT32_C(0x9e3779b1) >> 26);
}

/* The costs of a page, once the machine is known. */
void flush_init(struct sim *s);
/* One tlb_flush event of the kernel's. */
void flush_count(struct sim *s, enum flush_reason reason, bool full, uint32_t pages);
/* What hardware does on one CPU, whatever runs there: only the global ASID. */
double flush_in_hardware(struct sim *s, struct sim_cpu *c, const struct sim_flush *f);
/* A new generation of f->mm for the range in *f, remembered in the ring. */
void flush_advance(struct sim_flush *f);
/* Does f on one CPU; returns what that takes there, in ns. */
double flush_apply(struct sim *s, struct sim_cpu *c, const struct sim_flush *f,
		   enum flush_reason reason);
/* Brings the loaded address space up to date: at a context switch, or a sweep. */
double flush_catch_up(struct sim *s, struct sim_cpu *c);
/*
 * Sends f to every other CPU that runs its address space (or only to those behind
 * f->only_behind, or to f->everyone) and flushes here meanwhile. STEP_DONE with
 * *cost_ns when there was nobody; else STEP_SPIN, and the task goes on when every
 * answer is in.
 */
enum verdict flush_send(struct sim *s, struct sim_flush *f, bool here, double *cost_ns);
/* One more CPU was told of f. */
void flush_tell(struct sim *s, const struct sim_flush *f);
/* The message on its way arrives. */
void flush_deliver(struct sim *s, struct sim_task *t);
/* The generation that every CPU using mm has reached. */
uint64_t flush_settled(struct sim *s, const struct sim_mm *mm);

#endif
