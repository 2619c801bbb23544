/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SENSORS_MECHANISM_H
#define TLBLAB_SENSORS_MECHANISM_H

#include <stdbool.h>

#include "tlblab/machine/machine.h"

/*
 * Who delivers a flush to other CPUs, and whether the TLB row of /proc/interrupts shows
 * it. Counts decide: what was sent, what was received, what the row did. Names (of the
 * hypervisor, of a CPU's feature, of a line in the kernel's log) only support them and
 * never make a verdict: before anything was counted it is "unknown".
 */
enum mechanism {
	MECHANISM_UNKNOWN,
	MECHANISM_IPI,
	MECHANISM_BROADCAST, /* by the CPU's own means: AMD INVLPGB, ARM TLBI */
	MECHANISM_PARAVIRT, /* KVM: preempted vCPUs are left out and flushed on entry */
	MECHANISM_HYPERCALL, /* by the hypervisor: Hyper-V, Xen PV, PVM */
	MECHANISMS
};

extern const char *const mechanism_name[MECHANISMS]; /* "ipi" … */

/* What the machine says before anything ran. */
struct mechanism_facts {
	char hypervisor[32]; /* as the kernel names it, else CPUID; "" none */
	char said[112];	     /* the kernel's own words on remote flushes; "" none */
	bool kvm_pv_flush;   /* the kernel uses KVM's paravirtual flush, or should */
	bool own_flush;	     /* the kernel is to ask the hypervisor: Hyper-V's hint, Xen
				PV, or what was said */
	bool invlpgb;
	bool emulated;			/* by QEMU in software */
	int kernel_major, kernel_minor; /* 0: unknown */
	int cpus;			/* of the machine; 0 unknown */
	bool row;	      /* /proc/interrupts has a TLB row that can be read */
	bool foreign;	      /* its rows are another architecture's */
	char why_no_row[120]; /* when it has none */
	/* Of all CPUs since boot, modulo 2^32 each; NaN unknown. */
	double row_since_boot, calls_since_boot;
};

/*
 * What was counted over some intervals, in all address spaces of a run. Traced counts
 * are of fewer operations, since tracing comes in slices. NaN is not counted.
 */
struct mechanism_seen {
	double ops;
	double shootdowns;   /* TLB row, all programs */
	double meant_per_op; /* the least that the workload expects; 0 none */
	int mm_cpus;	     /* CPUs that share an address space */
	/* Of the time, how much workers and victims ran; NaN unknown: then a silence of
	 * the receivers proves nothing. A CPU that runs something else need not be
	 * told. */
	double ran_share;
	double steal_share; /* of the time, taken by the hypervisor; NaN unknown */
	double traced_ops, sent, local, received; /* reasons 4, 2 with 3, and 1 */
	double others; /* of shootdowns, what other programs are likely to have added */
	/* Times one of them was preempted: each is a new chance that two run at the
	 * same moment. NaN unknown. */
	double preemptions;
};

struct mechanism_verdict {
	enum mechanism kind;
	bool row_applies;   /* the TLB row counts this mechanism's shootdowns */
	bool measured;	    /* by what was counted, not by what could be */
	char evidence[240]; /* one sentence, without its full stop */
};

/* Asks m, its /proc/interrupts and, on this machine, the hypervisor's CPUID leaves. */
void mechanism_read_facts(const struct machine *m, struct mechanism_facts *out);
/* seen may be NULL: nothing was counted yet. Then, and when it is too little to tell,
 * the verdict is not measured. */
void mechanism_judge(const struct mechanism_facts *facts,
		     const struct mechanism_seen *seen, struct mechanism_verdict *out);
/* The receivers' interrupts to be expected of what was counted, at the least; NaN when
 * the share of time they ran is not known. */
double mechanism_expected(const struct mechanism_facts *facts,
			  const struct mechanism_seen *seen);

/* What KVM's leaves offer (MWAIT aside), and what Hyper-V's hints recommend. */
struct cpuid_source;
bool mechanism_kvm_offers_flush(const struct cpuid_source *source);
bool mechanism_hyperv_wants_flush(const struct cpuid_source *source);

#endif
