/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_WHO_RATES_H
#define TLBLAB_TRACE_WHO_RATES_H

#include "tlblab/trace/who_watch.h"

/* Counts per second; NaN where the kernel does not report what they need. */
struct who_rates {
	double flushes_per_s, received_per_s;
	double asked_per_s; /* of the flushes, those that asked other CPUs */
	double told_per_s;  /* CPUs asked; NaN where flushes asked and nobody was seen
			       to be: the hypervisor or the hardware delivers them */
	double full_pct;    /* of the flushes; NaN without any */
	double pages_per_flush; /* of those page by page; NaN without any */
	double flushing_pct; /* of one CPU's time; NaN: durations are not told, as above
			      */
	double disturbed_pct; /* the same, of whom was hit */
};

struct who_rates who_rates_of(const struct who_counts *c, bool durations, bool requests,
			      double elapsed_s);
/* The same by what this kernel reports. */
struct who_rates who_rates(const struct who_watch *watch, const struct who_counts *c,
			   double elapsed_s);
/* The cause of most of the flushes, by_cause being CAUSE_N counts. */
enum cause who_main_cause(const struct who_counts by_cause[CAUSE_N]);

#endif
