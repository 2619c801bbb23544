/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SENSORS_REFILL_H
#define TLBLAB_SENSORS_REFILL_H

#include <stdint.h>

#include "tlblab/base/reading.h"

/*
 * What it costs to bring translations back after a flush, timed from user space where
 * no counter can tell. An estimate of time, never walk cycles: a set of pages is
 * visited warm and again after a full flush, one load a page, each load waiting for the
 * one before so that every walk is felt in full (independent loads overlap their walks
 * and pay less). The difference of the two, over the pages, is the refill.
 *
 * Past the reach of the TLB the warm visit misses as well, and what a flush adds goes
 * down towards nothing.
 */
enum refill_method {
	REFILL_TOUCH, /* pages by an index, as the estimate does */
	REFILL_CHASE, /* each page holds the address of the next: the cross-check */
};

struct refill_point {
	int pages;
	int64_t page_bytes;
	double ns_per_page; /* median of the rounds, and their quartiles */
	double low_ns_per_page, high_ns_per_page;
	double tsc_cycles_per_page; /* of the time stamp counter, not the core's */
	double warm_ns_per_page;    /* one visit with everything in place */
};

enum { REFILL_POINTS_MAX = 8, REFILL_HEADLINE_PAGES = 512 };

struct refill_estimate {
	int n; /* 0: see reason */
	struct refill_point point[REFILL_POINTS_MAX];
	char reason[192];      /* why there is none */
	char huge_reason[128]; /* why there is none for 2 MiB pages; "" there is */
};

/* Measures here and now, some 50 ms on this thread's CPU: call it in a process that
 * has nothing to lose from flushes. tsc_ns_per_tick 0: not invariant, then the reason
 * says so. Returns 0 or -errno, the same as the reason says. */
int refill_measure(enum refill_method method, double tsc_ns_per_tick,
		   struct refill_estimate *out);
/* The same in a process of its own, started now and collected later, so that no flush
 * reaches anyone else's address space. 0 or -errno. */
struct refill_process {
	int pid; /* 0: none */
	int fd;
};
int refill_start(struct refill_process *p, double tsc_ns_per_tick);
/* Waits up to timeout_ms and ends the process, whatever it did. 0, or -errno with the
 * reason in *out. */
int refill_collect(struct refill_process *p, int timeout_ms,
		   struct refill_estimate *out);
/* The point of REFILL_HEADLINE_PAGES pages of 4 KiB, or NULL. */
const struct refill_point *refill_headline(const struct refill_estimate *e);

/* What the probe of a sensor set found; waits up to timeout_ms where it still runs.
 * NULL when none was started: the set's availability says why. */
struct sensor_set;
const struct refill_estimate *refill_of_set(struct sensor_set *set, int timeout_ms);

/* Drops every translation of this process that is not global, on its own CPU, by
 * unmapping two pages that lie further apart than the ceiling is likely to be. */
struct refill_flusher;
int refill_flusher_open(struct refill_flusher **out);
int refill_flush(struct refill_flusher *f);
void refill_flusher_close(struct refill_flusher *f);

#endif
