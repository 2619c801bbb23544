/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_WORKLOADS_EXPECT_H
#define TLBLAB_WORKLOADS_EXPECT_H

#include "tlblab/lab/expect.h"

/* Rules that several workloads' expectations share; see expect.c for their sources. */

/* The ceiling in force, or the kernel's default when it cannot be read. */
int64_t expect_ceiling_pages(const struct expect_case *c);
/* How a flush of this span is done when nothing else happens in its address space. */
enum flush_kind expect_kind(const struct expect_case *c, int64_t span_pages);
/* Can two workers be zapping in one address space at the same time? */
bool expect_zappers_overlap(const struct expect_case *c);
/* Nothing is flushed. */
void expect_nothing(struct expectation *out, const char *why);
/* One flush of this span per operation, by every worker; overlap: whether the method
 * lets two of them zap at the same time. */
void expect_one_flush(const struct expect_case *c, int64_t span_pages, bool overlap,
		      struct expectation *out);
/* Fills shootdowns_per_op_* for so many flushes per operation. */
void expect_shootdowns(const struct expect_case *c, double flushes_low,
		       double flushes_high, struct expectation *out);

#endif
