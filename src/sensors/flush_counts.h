/* SPDX-License-Identifier: MIT */
#ifndef SENSORS_FLUSH_COUNTS_H
#define SENSORS_FLUSH_COUNTS_H

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
};

/* Operations, as sample_ops() has them, over several samples. */
struct flush_work {
	double ops, ops_ns, worker_ns;
};

void flush_work_add(struct flush_work *w, const struct sample *sample);
/* How many a slice holds; where none ended in it, by the mean time of those before
 * (which this one is added to). */
double flush_work_ops(const struct flush_work *slice, struct flush_work *before);

/* What one thread counted: all columns of a worker, the reasons alone of a victim. */
void flush_counts_add(struct flush_counts *c, const uint64_t *count, bool worker);
/* The channels of a slice of so many operations; scaled where some are not traced. */
void flush_counts_put(const struct flush_counts *c, const struct flush_population *p,
		      double slice_ops, struct sample *sample);

#endif
