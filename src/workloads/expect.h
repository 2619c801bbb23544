/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_EXPECT_H
#define TLBLAB_SRC_WORKLOADS_EXPECT_H

#include <stdbool.h>

#include "tlblab/lab/expect.h"

/* Rules that several workloads' expectations share; see expect.c for their sources. */

/* The ceiling in force, or the kernel's default when it cannot be read. */
int64_t expect_ceiling_pages(const struct expect_case *c);
/* How a flush of this span is done when nothing else happens in its address space. */
enum flush_kind expect_kind(const struct expect_case *c, int64_t span_pages);
/* Do several workers run in one address space at the same time? */
bool expect_workers_meet(const struct expect_case *c);
/* Nothing is flushed. */
void expect_nothing(struct expectation *out, const char *why);

/* Whether a method lets several threads zap in one address space at the same moment:
 * madvise holds mmap_lock for reading; munmap begins with it for writing. */
enum expect_zap { ZAP_TOGETHER, ZAP_IN_TURN };

/* One flush of this span per operation, by every worker. */
void expect_one_flush(const struct expect_case *c, int64_t span_pages,
		      enum expect_zap zap, struct expectation *out);
/* What one call zaps, where a single flush may not be all of it. */
struct expect_zap_case {
	int64_t pages;	    /* present, of 4 KiB */
	int64_t span_pages; /* from the first to the last */
	bool dirty_file;    /* shared or file memory that was written to */
	bool frees_tables;  /* unmaps whole page tables, too */
	enum expect_zap zap;
};
/* Every flush of such a call: large ones are made in several gathers. */
void expect_zap_all(const struct expect_case *c, const struct expect_zap_case *z,
		    struct expectation *out);
/* Fills shootdowns_per_op_* for so many flushes per operation, of which at least the
 * share heard_low reaches each receiver. */
void expect_shootdowns(const struct expect_case *c, double heard_low,
		       double flushes_low, double flushes_high,
		       struct expectation *out);

#endif
