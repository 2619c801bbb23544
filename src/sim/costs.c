/* SPDX-License-Identifier: MIT */
/*
 * The table of costs. Sources, in short:
 *
 *   ceiling    the commit that set the ceiling to 33 (i5-3320M at 2.6 GHz, mean cycles
 *              of a flush: 1 page 1,276, 32 pages 9,350, everything 2,283; a dTLB miss
 *              17.1 ns or 45 cycles)
 *   madvise    the madvise benchmark of shootdown-latency.txt: 342 ms for a million
 *              calls of one thread, 2,700 of two
 *   fitted     in proportions that are assumed, scaled together until two threads take
 *              those 2,700 ns a call (sim_costs_fit)
 *   mmap1      will-it-scale mmap1_processes on 96 CPUs: 1,719,430 operations a second
 *              at 12 processes, 1,008,730 at 96, and 3,550,909 with epochs
 *   measured   this project's first figures, on two virtual CPUs
 *   assumed    no figure was found; the order of magnitude is what matters
 */
#include "tlblab/sim/costs.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

#define COST(member, unit_, def_, min_, max_, source_)                                 \
	{                                                                              \
		.name = #member, .unit = unit_, .value = def_, .min = min_,            \
		.max = max_, .source = source_,                                        \
		.offset = offsetof(struct sim_costs, member)                           \
	}

enum { NS_MAX = 1000000 };

static const struct sim_cost_desc table[] = {
	COST(syscall_ns, "ns", 342, 1, NS_MAX, "madvise: one thread, nothing to flush"),
	COST(gather_ns, "ns", 0, 0, NS_MAX,
	     "assumed: beginning and ending a zap that finds pages is in the call"),
	COST(zap_page_ns, "ns", 75, 0, NS_MAX,
	     "measured: munmap of 512 pages 42.9 us, of 34 3.5 us"),
	COST(map_ns, "ns", 700, 0, NS_MAX, "measured: half of mmap + munmap, 1,740 ns"),
	COST(unmap_ns, "ns", 700, 0, NS_MAX, "measured: the other half"),
	COST(unmap_page_ns, "ns", 75, 0, NS_MAX, "assumed: like a zap by madvise"),
	COST(fault_ns, "ns", 500, 0, NS_MAX,
	     "measured: 1 MiB touched and unmapped, 263 us"),
	COST(fault_read_ns, "ns", 250, 0, NS_MAX,
	     "assumed: the page of zeros is there already"),
	COST(protect_ns, "ns", 700, 0, NS_MAX, "assumed: like mapping"),
	COST(protect_page_ns, "ns", 35, 0, NS_MAX, "assumed: half of a zap"),
	COST(l1_hit_ns, "ns", 0.4, 0, 1000, "free-vs-reuse.txt: 0.5 to 1 cycle"),
	COST(l2_hit_ns, "ns", 2.7, 0, 1000, "assumed: 7 cycles"),
	COST(walk_ns, "ns", 17.1, 0, 10000, "ceiling: a dTLB miss"),
	COST(cpu_ghz, "GHz", 2.6, 0.1, 10, "ceiling: 45 cycles are 17.1 ns"),
	COST(invlpg_ns, "ns", 100, 0, NS_MAX, "ceiling: (9,350 - 1,276) / 31 cycles"),
	COST(full_flush_ns, "ns", 490, 0, NS_MAX,
	     "ceiling: 2,283 cycles less the rest"),
	COST(flush_func_ns, "ns", 173, 0, NS_MAX,
	     "fitted: queue, generation and bookkeeping"),
	COST(ipi_setup_ns, "ns", 173, 0, NS_MAX, "fitted: mask, queues, generation"),
	COST(ipi_send_ns, "ns", 260, 0, NS_MAX,
	     "fitted; madvise: a receiver more makes the mean flush 434 ns longer, in part "
	     "by waiting"),
	COST(ipi_core_ns, "ns", 288, 0, NS_MAX, "fitted: to the sibling"),
	COST(ipi_near_ns, "ns", 433, 0, NS_MAX, "fitted: within a package"),
	COST(ipi_far_ns, "ns", 1010, 0, NS_MAX,
	     "fitted, from an assumed ratio: between packages"),
	COST(irq_enter_ns, "ns", 606, 0, NS_MAX,
	     "fitted: entry, stack and bookkeeping"),
	COST(irq_exit_ns, "ns", 462, 0, NS_MAX, "fitted: return"),
	COST(ack_ns, "ns", 144, 0, NS_MAX, "fitted: a cache line comes back"),
	COST(idle_exit_ns, "ns", 1500, 0, NS_MAX, "assumed: leaving a shallow C-state"),
	COST(ipi_queue_ns, "ns", 40, 0, NS_MAX,
	     "assumed: one more CPU's queue when a signal reaches several"),
	COST(ipi_hypercall_ns, "ns", 1200, 0, NS_MAX,
	     "assumed: leaving a guest and coming back"),
	COST(pti_entry_ns, "ns", 80, 0, NS_MAX,
	     "assumed: two CR3 writes of 100 cycles, into the kernel and out"),
	COST(invpcid_ns, "ns", 100, 0, NS_MAX,
	     "assumed: like INVLPG, for the user's PCID"),
	COST(switch_ns, "ns", 1200, 0, NS_MAX, "assumed"),
	COST(tick_ns, "ns", 1500, 0, NS_MAX, "assumed"),
	COST(tick_hz, "/s", 1000, 10, 10000, "LATR sweeps at each tick of 1 ms"),
	COST(slice_ms, "ms", 3, 0.1, 1000, "sched: base slice"),
	COST(rar_byte_ns, "ns", 5, 0, NS_MAX,
	     "assumed: one byte in the action vector of a CPU"),
	COST(rar_send_ns, "ns", 30, 0, NS_MAX,
	     "assumed: a write to the APIC, one for all CPUs"),
	COST(rar_service_ns, "ns", 100, 0, NS_MAX, "assumed: payload read by hardware"),
	COST(rar_stall_ns, "ns", 50, 0, NS_MAX, "assumed: what the receiver notices"),
	COST(broadcast_issue_ns, "ns", 60, 0, NS_MAX, "assumed: one INVLPGB"),
	COST(broadcast_pages, "pages", 8, 1, 65536,
	     "CPUID 0x80000008: count of INVLPGB"),
	COST(broadcast_sync_ns, "ns", 450, 0, NS_MAX, "assumed: TLBSYNC"),
	COST(broadcast_apply_ns, "ns", 20, 0, NS_MAX,
	     "assumed: what a receiver notices"),
	COST(broadcast_min_cpus, "CPUs", 4, 1, 4096,
	     "arch/x86/mm/tlb.c: a global ASID from 4 CPUs on"),
	COST(lazy_range_ns, "ns", 80, 0, NS_MAX, "assumed: a tree of ranges"),
	COST(batch_state_ns, "ns", 60, 0, NS_MAX, "assumed: writing a LATR state"),
	COST(sweep_ns, "ns", 150, 0, NS_MAX, "assumed: reading the states at a tick"),
	COST(pmap_op_ns, "ns", 3500, 0, NS_MAX,
	     "mmap1: 12 processes at 1,719,430/s are 7 us each, locks included"),
	COST(lock_hold_ns, "ns", 190, 0, NS_MAX,
	     "mmap1: two sections of 290 ns an operation when the mutex is full"),
	COST(lock_near_ns, "ns", 115, 0, NS_MAX, "mmap1: the same"),
	COST(lock_far_ns, "ns", 260, 0, NS_MAX,
	     "mmap1: two sections of 495 ns at 96 processes"),
	COST(lock_crowd_ns, "ns", 1, 0, 1000,
	     "mmap1: each further CPU that spins on the line, fit to 96 processes"),
	COST(epoch_ns, "ns", 15, 0, NS_MAX, "assumed: entering or leaving, own line"),
	COST(swap_hold_ns, "ns", 15, 0, NS_MAX,
	     "mmap1: 3,550,909/s with epochs is one operation in 282 ns, accounting"),
	COST(jitter_pct, "%", 4, 0, 50, "assumed: how much equal work differs"),
};

enum { N_COSTS = sizeof(table) / sizeof(table[0]) };

_Static_assert(offsetof(struct sim_costs, ipi_model) == N_COSTS * sizeof(double),
	       "every cost has its row");

const char *const sim_ipi_model_names[] = {
	[SIM_IPI_ONE_BY_ONE] = "one_by_one",
	[SIM_IPI_SHORTHAND] = "shorthand",
	[SIM_IPI_CLUSTER] = "cluster",
	[SIM_IPI_HYPERCALL] = "hypercall",
	[SIM_IPI_MODELS] = NULL,
};

const struct sim_cost_desc *sim_costs_table(int *n)
{
	*n = N_COSTS;
	return table;
}

static double *cost_at(struct sim_costs *c, const struct sim_cost_desc *d)
{
	return (double *)((char *)c + d->offset);
}

void sim_costs_default(struct sim_costs *c)
{
	for (int i = 0; i < N_COSTS; i++)
		*cost_at(c, &table[i]) = table[i].value;
	/* As on the machines of the published figures. */
	c->ipi_model = SIM_IPI_ONE_BY_ONE;
}

double sim_costs_get(const struct sim_costs *c, const struct sim_cost_desc *d)
{
	return *(const double *)((const char *)c + d->offset);
}

int sim_costs_set(struct sim_costs *c, const char *name, double value,
		  struct error *error)
{
	const char *names[N_COSTS];
	char todo[128];

	for (int i = 0; i < N_COSTS; i++) {
		names[i] = table[i].name;
		if (strcmp(name, table[i].name))
			continue;
		if (value >= table[i].min && value <= table[i].max) {
			*cost_at(c, &table[i]) = value;
			return 0;
		}
		snprintf(todo, sizeof(todo), "choose %g to %g %s", table[i].min,
			 table[i].max, table[i].unit);
		return error_setf(error, ERROR_INPUT, ERANGE, name, todo,
				  "%g is out of range", value);
	}
	const char *near = text_nearest(name, names, N_COSTS);

	text_copy(todo, sizeof(todo), "the table of costs names them all");
	if (near)
		snprintf(todo, sizeof(todo), "did you mean %s?", near);
	return error_set(error, ERROR_INPUT, ENOENT, name, "no such cost", todo);
}

int sim_costs_set_ipi_model(struct sim_costs *c, const char *name, struct error *error)
{
	for (int i = 0; i < SIM_IPI_MODELS; i++)
		if (!strcmp(name, sim_ipi_model_names[i])) {
			c->ipi_model = (enum sim_ipi_model)i;
			return 0;
		}
	return error_setf(error, ERROR_INPUT, EINVAL, "ipi_model",
			  "choose one_by_one, shorthand, cluster or hypercall",
			  "no such model: \"%s\"", name);
}
