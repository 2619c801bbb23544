/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_EXPECT_H
#define TLBLAB_LAB_EXPECT_H

#include <stdint.h>

#include "tlblab/base/param.h"
#include "tlblab/lab/experiment.h"

/* What one operation of a workload is meant to flush, stated before it is measured. */
enum flush_kind { FLUSH_NONE, FLUSH_RANGED, FLUSH_FULL, FLUSH_EITHER };

/* The facts an expectation depends on. */
struct expect_case {
	const struct experiment *experiment;
	const struct param_value *params;
	int workers;	 /* as started */
	int victims;	 /* as started */
	int worker_cpus; /* distinct CPUs under the workers; 0 when not pinned */
	int mm_cpus;	 /* distinct CPUs under one address space, initiator's too */
	int64_t ceiling_pages; /* in force; -1 when it cannot be read (assume 33) */
};

/* The upper end of an expectation that has none, as for a program of one's own. */
#define EXPECT_ANY_NUMBER 1e9

struct expectation {
	enum flush_kind kind;
	double flushes_per_op_low, flushes_per_op_high;
	int64_t pages; /* span of a ranged flush; 0 none, -1 whole TLB */
	/* Other CPUs interrupted, per operation. */
	double shootdowns_per_op_low, shootdowns_per_op_high;
	char why[192]; /* the sentence for the checks panel */
};

#endif
