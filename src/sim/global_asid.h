/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SIM_GLOBAL_ASID_H
#define TLBLAB_SRC_SIM_GLOBAL_ASID_H

#include "sim/strategy.h"

/*
 * Global ASIDs (arch/x86/mm/tlb.c since Linux 6.15): one identifier of an address space
 * on all CPUs, which an instruction can name. Once given it is kept.
 */
/* After a flush by interrupts: consider_global_asid. */
void global_consider(struct sim *s, const struct sim_task *t);
/* Every CPU that has the address space loaded uses the global one by now: then the
 * transition is over (finish_asid_transition). */
bool global_settled(struct sim *s, struct sim_mm *mm);

#endif
