/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_TRACE_COST_H
#define TLBLAB_LAB_TRACE_COST_H

#include <stdbool.h>

#include "tlblab/lab/series.h"

/*
 * What counting flushes cost the run that it was part of. Flushes are counted in some
 * intervals and not in those beside them, so each run holds its own comparison: an
 * operation's time while counting against that in the nearest undisturbed intervals on
 * either side, so that drift cancels.
 */
struct trace_cost {
	int n;		     /* intervals compared; 0: none could be */
	double on_share;     /* of the time that counting was on */
	double while_on_pct; /* median; below 0 where noise is more than the cost */
	double pct;	     /* of the run as a whole: the two multiplied */
};

/* Of the intervals that end after from_s. false when none can be compared. */
bool trace_cost_of(const struct series *series, double from_s, struct trace_cost *out);

#endif
