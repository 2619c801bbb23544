/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_FLUSH_THREADS_H
#define TLBLAB_SRC_SENSORS_FLUSH_THREADS_H

#include "sensors/flush_counts.h"
#include "sensors/perf_group.h"
#include "tlblab/sensors/flush_slots.h"
#include "tlblab/sensors/sensor.h"

/*
 * The traced threads, and what each counted between two moments, held against the
 * operations done between the same two. Counters and operations cannot be read at once:
 * operations are read just before and just after the counters, and where the two differ
 * the difference is what is not known.
 *
 * At most TRACED_WORKERS and TRACED_VICTIMS threads are traced, evenly picked.
 */
enum { TRACED_WORKERS = 32, TRACED_VICTIMS = 16 };

/* One thread's counters as read while they are on. */
struct flush_moment {
	uint64_t count[FLUSH_COLUMNS];
	double ops;	   /* a worker's own; of a victim, all workers' */
	double unsure_ops; /* done while the counters were read */
};

struct flush_threads {
	int n_workers, n_victims; /* of the target */
	int n_traced_workers, n_traced;
	bool programs; /* what the traced start is counted as theirs */
	struct work_counter work;
	/* Workers first. */
	struct perf_group group[TRACED_WORKERS + TRACED_VICTIMS];
	/* So far, of each. */
	uint64_t counted[TRACED_WORKERS + TRACED_VICTIMS][FLUSH_COLUMNS];
	struct flush_moment from[TRACED_WORKERS + TRACED_VICTIMS];
	struct flush_moment to[TRACED_WORKERS + TRACED_VICTIMS];
	uint64_t from_ns, to_ns; /* CLOCK_MONOTONIC */
	double from_ops, to_ops; /* all workers' */
};

_Static_assert(TRACED_WORKERS + TRACED_VICTIMS <= FLUSH_SLOTS_MAX, "each has a slot");

/* Opens counters of the tracepoint on the target's threads, disabled. 0 or -errno; then
 * flush_threads_close is still to be called. */
int flush_threads_open(struct flush_threads *t, const struct perf_opener *perf,
		       uint64_t tracepoint, const struct sensor_target *target);
void flush_threads_close(struct flush_threads *t);

int flush_threads_enable(struct flush_threads *t);
void flush_threads_disable(struct flush_threads *t);
/* A slice begins now: the counters are on. 0 or -errno. */
int flush_threads_begin(struct flush_threads *t);
/* It may end now; it goes on all the same. 0 or -errno. */
int flush_threads_look(struct flush_threads *t);
/* Another begins where this one ended. */
void flush_threads_adjoin(struct flush_threads *t);

/* Of the slice up to the last look: */
/* Operations of the traced workers; of all, where they have one counter. */
double flush_threads_ops(const struct flush_threads *t);
double flush_threads_elapsed_s(const struct flush_threads *t);
/* Flushes and operations fit to within a hundredth. */
bool flush_threads_sure(const struct flush_threads *t);
void flush_threads_sum(const struct flush_threads *t, struct flush_counts *out);
void flush_threads_slot(const struct flush_threads *t, struct flush_slots *out);
struct flush_population flush_threads_population(const struct flush_threads *t);

#endif
