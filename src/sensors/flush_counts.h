/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_FLUSH_COUNTS_H
#define TLBLAB_SRC_SENSORS_FLUSH_COUNTS_H

#include <stdbool.h>

#include "sensors/flush_filter.h"

/* Sums over the traced threads in one slice. */
struct flush_counts {
	double worker_reason[FLUSH_REASONS], victim_reason[FLUSH_REASONS];
	double size[FLUSH_SIZES]; /* of the workers */
};

/* How many threads there are, and how many of them are traced. */
struct flush_population {
	int n_workers, n_victims;
	int n_traced_workers, n_traced_victims;
	bool ops_of_all; /* operations are known of all workers together only */
};

/* What one thread counted: all columns of a worker, the reasons alone of a victim. */
void flush_counts_add(struct flush_counts *c, const uint64_t *count, bool worker);
/* The channels of a slice in which the traced workers, or all where they are counted
 * together, did so many operations; scaled where some threads are not traced. */
void flush_counts_put(const struct flush_counts *c, const struct flush_population *p,
		      double slice_ops, struct sample *sample);

#endif
