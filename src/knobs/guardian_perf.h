/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_GUARDIAN_PERF_H
#define TLBLAB_SRC_KNOBS_GUARDIAN_PERF_H

#include <linux/perf_event.h>
#include <stdint.h>
#include <sys/types.h>

/* What the guardian opens for a client that may not itself. */
struct guard_perf_rules {
	uint64_t tracepoint;	      /* id of tlb:tlb_flush; 0 unknown */
	uint64_t hypervisor_flush[2]; /* the same of Hyper-V's and Xen's */
	uint32_t pmu_type[4]; /* of the CPU's own PMUs, besides the generic ones */
	int n_pmu_types;
	uid_t uid; /* the client's, and its tasks' */
	gid_t gid;
};

/* Reads the PMUs' types under root. */
void guard_perf_rules_init(struct guard_perf_rules *rules, const char *root);
/* Counting only, of the flush tracepoints or of hardware events: 0, or -EPERM for an
 * attr with anything beyond that set, whatever it is. */
int guard_check_attr(const struct guard_perf_rules *rules,
		     const struct perf_event_attr *attr);
/* Whether events of this type may count there, with that filter (NULL: none): a whole
 * CPU (tid -1) only the tracepoints, for anything else would tell of every user's
 * programs; a filter only on the tracepoints. 0 or -EPERM. */
int guard_check_scope(const struct perf_event_attr *attr, pid_t tid, int cpu,
		      const char *filter);
/* A thread of a process which the client's user may look into: all its user and group
 * ids are the client's, and it is dumpable. 0; -ESRCH when it is gone, -EPERM. */
int guard_check_task(const struct guard_perf_rules *rules, pid_t tid);

#endif
