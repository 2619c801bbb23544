/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_TOLD_H
#define TLBLAB_LAB_TOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "tlblab/lab/channel.h"

/*
 * Other CPUs told to flush: what the TLB row of /proc/interrupts was always read for,
 * counted by the best source that moves on this machine.
 *
 *   row         interrupts received, one for each CPU (/proc/interrupts)
 *   sent        requests sent (tlb:tlb_flush, reason 4) x the other CPUs of the mask
 *   hypervisor  requests passed to it (hyperv_ or xen_mmu_flush_tlb_multi) x the same
 *   stalls      a victim's gaps beyond its quiet rate, x receivers for each victim
 *   modelled    CPUs whose TLB the simulated hardware flushes without an interrupt
 *
 * A source that is silent although something was to be heard is passed over, and so is
 * one of which it is not known whether it would be heard: zero is never concluded from
 * silence.
 */
extern const char *const told_source_name[TOLD_SOURCES];  /* "row" … ; "" absent */
extern const char *const told_source_words[TOLD_SOURCES]; /* for a plot's title */
enum told_source told_source_find(const char *name);
/* Of counts that were read: without a source they are nobody's, and a source without
 * counts is none. */
void told_set_source(struct sample *s, enum told_source source);

/* What is known of a run beside its samples. Reasons are NULL where nothing is amiss.
 */
struct told_facts {
	const char *row_reason;	       /* why the row does not count these flushes */
	const char *trace_reason;      /* why flushes cannot be traced */
	const char *hypervisor_reason; /* why the hypervisor's tracepoint cannot */
	int mm_cpus;  /* CPUs that share an address space, the initiator's too; 0 ? */
	bool mm_sure; /* so many, whatever the scheduler does */
	int victims;
	double told_per_op;    /* other CPUs meant to be told, at least */
	double flushes_per_op; /* flushes meant, at least */
};

/* What was heard of each source in this run. */
struct told {
	double traced_ops, sent, local, hypervisor;
};

/* Chooses the source and fills the sample's CH_TOLD channels, which stay absent where
 * none is heard in this interval. Call it with every sample of a run, in order. */
void told_put(struct told *t, const struct told_facts *f, struct sample *s);
/* Why no source is heard: a sentence. */
void told_reason(const struct told *t, const struct told_facts *f, char *buf,
		 size_t buf_bytes);

#endif
