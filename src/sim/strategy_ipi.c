/* SPDX-License-Identifier: MIT */
/*
 * Linux 6.14 and later (flush_tlb_mm_range): one interrupt to every other CPU that runs
 * the address space, the local flush done while they work, and every answer waited for.
 * Idle CPUs in lazy mode are skipped, unless page tables are freed, which a walker
 * might still be reading.
 */
#include "sim/strategy.h"

enum verdict ipi_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	flush_advance(&t->flush);
	return flush_send(s, &t->flush, true, cost_ns);
}

const struct strategy_ops strategy_ipi = {
	.name = "ipi",
	.title = "interrupts (Linux today)",
	.summary = "Linux 6.14 and later: interrupts every CPU that runs the address "
		   "space and waits for all of them.",
	.flush = ipi_flush,
	.interrupts = true,
};
