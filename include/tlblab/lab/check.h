/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_CHECK_H
#define TLBLAB_LAB_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/reading.h"
#include "tlblab/lab/channel.h"
#include "tlblab/lab/expect.h"
#include "tlblab/lab/flushers.h"

/*
 * Checks stand beside every result: whether what was meant is what happened. Each is
 * a pure function of the facts below.
 */
enum check_state { CHECK_OK, CHECK_WARN, CHECK_UNKNOWN };
/* What nobody may conclude from a run that fails it. */
enum check_reach {
	CHECK_CAUTIONS,	   /* read with care */
	CHECK_VOIDS_TIMES, /* nothing from its times */
	CHECK_VOIDS,	   /* nothing at all: what was meant is not what happened */
};

struct check {
	char name[40]; /* stable: "pinned", "shootdowns_per_op", "steal" … */
	enum check_state state;
	char expected[64];
	char observed[64];
	char note[160]; /* why it is so, or why it cannot be known; may be "" */
	enum check_reach reach;
	bool terse; /* while OK the line is what was observed, nothing more */
};

enum { CHECKS_MAX = 16 };

struct check_facts {
	const struct experiment *experiment;
	struct expectation expectation;
	struct sample total; /* the whole measured window */
	bool measuring;	     /* false while warming up: everything is unknown */
	int pinned, workers_and_victims; /* how many really sit on their CPU */
	int oversubscribed_cpus;	 /* CPUs with more than one of ours */
	uint64_t ops_least, ops_most;	 /* of a worker, in the whole window */
	bool program;			 /* the threads are a program's, not ours */
	bool gives_way;			 /* all else on the machine goes before ours */
	const char *emulator; /* the program that plays the CPU; NULL: it is one */
	int64_t ceiling_before, ceiling_now; /* -1 unknown */
	bool ceiling_known;
	const char *ceiling_reason; /* when not known */
	bool mechanism_ipi;	    /* the TLB row applies here */
	const char *mechanism_note;
	int mm_cpus;		 /* CPUs that share an address space; 0 unknown */
	const char *told_reason; /* where no source tells how many were told: why */
	const struct flushers *flushers; /* NULL: not recorded */
	int time_one_in; /* operations to each timed one; 0: latency is not measured */
};

/*
 * Fills out[CHECKS_MAX]; returns how many. The order is that of the panel:
 * "timings" (under an emulator), "operations" (when too few ended), "pinned",
 * "shootdowns_per_op", "told_sources" (when they disagree), "flushes", "ceiling",
 * "steal", "oversubscribed" (unless nothing is pinned), "involuntary_switches",
 * "balance" (with several workers), "latency_sampling" (when operations are timed).
 * Where a program is the workload nothing is said of where its threads are and how
 * often they are preempted: nobody placed them.
 */
int checks_make(const struct check_facts *f, struct check *out);
/* "1.00 shootdowns per op (0.90 to 1.05 expected)": a line for the panel. */
const char *check_line(const struct check *c, char *buf, size_t buf_bytes);

#endif
