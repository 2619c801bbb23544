/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SENSORS_MECHANISM_H
#define TLBLAB_SENSORS_MECHANISM_H

#include <stdbool.h>

#include "tlblab/machine/machine.h"

/*
 * How a flush reaches other CPUs here. Only interrupts rise the TLB row of
 * /proc/interrupts, so the verdict also says whether that row means anything. What was
 * counted weighs more than what could be: a kernel may switch while a process runs.
 */
enum mechanism {
	MECHANISM_UNKNOWN,
	MECHANISM_IPI,
	MECHANISM_BROADCAST, /* AMD INVLPGB */
	MECHANISM_PARAVIRT, /* KVM: preempted vCPUs are left out and flushed on entry */
	MECHANISM_HYPERCALL, /* Hyper-V */
	MECHANISMS
};

extern const char *const mechanism_name[MECHANISMS]; /* "ipi" … */

/* What the machine says before anything ran. */
struct mechanism_facts {
	char hypervisor[32]; /* "" none */
	bool invlpgb;
	bool kvm_pv_flush; /* offered by the host, and not told to leave it */
	int kernel_major, kernel_minor; /* 0: unknown */
	bool row;			/* /proc/interrupts has a TLB row */
};

/* What was counted over an interval. */
struct mechanism_seen {
	double ops;
	double shootdowns;   /* NaN: not counted */
	double meant_per_op; /* the least that the workload expects; 0 none */
	int mm_cpus;	     /* CPUs that share an address space */
	/* Somebody had to wait for a CPU, or it is not known that nobody had: who does
	 * not run is sent nothing, so missing interrupts prove nothing. */
	bool starved;
};

struct mechanism_verdict {
	enum mechanism kind;
	bool row_applies; /* the TLB row counts this mechanism's shootdowns */
	bool measured;	  /* by what was counted, not by what could be */
	char evidence[240];
};

/* Asks m and, on this machine, the hypervisor's CPUID leaves. */
void mechanism_read_facts(const struct machine *m, struct mechanism_facts *out);
/* seen may be NULL: nothing was counted yet. */
void mechanism_judge(const struct mechanism_facts *facts,
		     const struct mechanism_seen *seen, struct mechanism_verdict *out);

#endif
