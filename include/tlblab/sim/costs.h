/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SIM_COSTS_H
#define TLBLAB_SIM_COSTS_H

#include <stdbool.h>
#include <stddef.h>

#include "tlblab/base/error.h"

/* How a sender reaches the CPUs of a flush; the names are those of a cost file. */
enum sim_ipi_model {
	SIM_IPI_ONE_BY_ONE, /* a signal for each CPU: physical mode, older kernels */
	SIM_IPI_SHORTHAND,  /* one for all other CPUs when all are meant, else the same
			     */
	SIM_IPI_CLUSTER,    /* x2APIC: the shorthand, else one for each 16 CPUs */
	SIM_IPI_HYPERCALL,  /* KVM guest: one hypercall for each 128 CPUs */
	SIM_IPI_MODELS,
};

extern const char *const sim_ipi_model_names[]; /* NULL-terminated */

/*
 * What everything costs on the simulated machine. The defaults are published figures
 * (each row of the table says whose); a machine file replaces them by name.
 */
struct sim_costs {
	/* the caller */
	double syscall_ns, gather_ns, zap_page_ns, map_ns, unmap_ns, unmap_page_ns;
	double fault_ns, fault_read_ns;
	double protect_ns, protect_page_ns;
	/* translations */
	double l1_hit_ns, l2_hit_ns, walk_ns, cpu_ghz;
	/* a flush where it is done */
	double invlpg_ns, full_flush_ns, flush_func_ns;
	/* interrupts */
	double ipi_setup_ns, ipi_send_ns, ipi_core_ns, ipi_near_ns, ipi_far_ns;
	double irq_enter_ns, irq_exit_ns, ack_ns, idle_exit_ns;
	double ipi_queue_ns, ipi_hypercall_ns;
	/* page table isolation */
	double pti_entry_ns, invpcid_ns;
	/* scheduling */
	double switch_ns, tick_ns, tick_hz, slice_ms;
	/* remote action requests and broadcasts */
	double rar_byte_ns, rar_send_ns, rar_service_ns, rar_stall_ns;
	double broadcast_issue_ns, broadcast_pages, broadcast_sync_ns;
	double broadcast_apply_ns, broadcast_min_cpus;
	/* lazy freeing and batching */
	double lazy_range_ns, batch_state_ns, sweep_ns;
	/* the pmap of FreeBSD */
	double pmap_op_ns, lock_hold_ns, lock_near_ns, lock_far_ns, lock_crowd_ns;
	double epoch_ns, swap_hold_ns;
	double jitter_pct;
	enum sim_ipi_model ipi_model; /* after all numbers */
};

struct sim_cost_desc {
	const char *name, *unit;
	double value; /* the default */
	double min, max;
	const char *source; /* where the default comes from */
	size_t offset;
};

/* Every cost, in the order of a machine file. */
const struct sim_cost_desc *sim_costs_table(int *n);
void sim_costs_default(struct sim_costs *c);
double sim_costs_get(const struct sim_costs *c, const struct sim_cost_desc *d);
/* By name, within its limits; the error names the nearest. 0 or -errno. */
int sim_costs_set(struct sim_costs *c, const char *name, double value,
		  struct error *error);

/* By name; the error lists them. 0 or -EINVAL. */
int sim_costs_set_ipi_model(struct sim_costs *c, const char *name, struct error *error);

/*
 * Fitting. Measured nanoseconds in, costs out; what nothing measured depends on is left
 * as it was.
 */
enum sim_call {
	SIM_CALL_UNTOUCHED, /* madvise of an untouched page: nothing to flush */
	SIM_CALL_DISCARD,   /* pages written to, and given back by MADV_DONTNEED */
	SIM_CALL_UNMAP,	    /* mapped, written to and unmapped */
	SIM_CALL_PROTECT,   /* all access given, pages written to, and taken */
};

/* The usual time of one operation. */
struct sim_observed {
	enum sim_call call;
	int pages;
	bool full; /* more pages than the ceiling */
	/* One other CPU had to be told, and what a victim there lost (NaN: unknown).
	 * The same alone must be among the observed. */
	bool told;
	double ns, stall_ns;
};

enum { SIM_OBSERVED_MAX = 32 };

struct sim_measured {
	struct sim_observed observed[SIM_OBSERVED_MAX];
	int n;
	double madvise_two_ns; /* two threads, a flush a call (older kernels) */
	double walk_ns;	       /* a translation brought back after a flush */
};

/* Nothing measured. */
void sim_measured_clear(struct sim_measured *m);
/* A NaN is not added. */
void sim_measured_add(struct sim_measured *m, const struct sim_observed *o);
/* Adjusts *c to the measurements. 0, or -ERANGE with an error when no machine of this
 * kind behaves so (two threads faster than one, say), *c then unchanged. */
int sim_costs_fit(struct sim_costs *c, const struct sim_measured *m,
		  struct error *error);
/* What an operation observed would take with these costs, alone. */
double sim_costs_predict(const struct sim_costs *c, const struct sim_observed *o);

#endif
