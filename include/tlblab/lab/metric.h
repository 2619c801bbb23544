/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_METRIC_H
#define TLBLAB_LAB_METRIC_H

#include <stdbool.h>

#include "tlblab/lab/channel.h"

/* The contract's metrics, in its order. Each is a pure function of one interval. */
enum metric {
	METRIC_NS_PER_OP,
	METRIC_OPS_PER_S,
	METRIC_RUNTIME_S, /* of a whole run only; absent for an interval */
	METRIC_SHOOTDOWNS_PER_OP,
	METRIC_SHOOTDOWNS_PER_S,
	METRIC_FULL_FLUSHES_PER_OP,
	METRIC_RANGED_FLUSHES_PER_OP,
	METRIC_DTLB_WALK_CYCLES_PER_OP,
	METRIC_DTLB_WALK_CYCLES_PCT,
	METRIC_DTLB_WALKS_PER_OP,
	METRIC_REFILL_NS_PER_PAGE,
	METRIC_VICTIM_SLOWDOWN,
	METRIC_VICTIM_STALL_P99_NS,
	METRIC_VICTIM_STALL_P999_NS,
	METRIC_VICTIM_STALL_MAX_NS,
	METRIC_DTLB_WALK_MEAN_CYCLES, /* from here on beyond the contract */
	METRIC_VICTIM_LOST_NS_PER_OP, /* beyond it, too */
	METRIC_CPUS_TOLD_PER_OP,      /* by the best source there is (told.h) */
	METRIC_CPUS_TOLD_PER_S,
	METRIC_FLUSHING_WORKERS_PCT,
	METRIC_FLUSHING_CPUS_PCT,
	METRIC_KERNEL_FLUSH_MEAN_NS,
	METRIC_KERNEL_FLUSH_P50_NS,
	METRIC_KERNEL_FLUSH_P99_NS,
	METRIC_N
};

enum metric_better { BETTER_LOWER, BETTER_HIGHER, BETTER_NEITHER };

struct metric_desc {
	const char *name;  /* "ns_per_op" */
	const char *title; /* "runtime per operation" */
	const char *unit;  /* for text_quantity: "ns", "/s", "%", "" */
	enum metric_better better;
	const char *help;
};

extern const struct metric_desc metric_table[METRIC_N];

/* METRIC_N when there is none of that name. */
enum metric metric_find(const char *name);
/* Sums divided once, so that it means the same of an interval and of a whole run. */
bool metric_is_ratio(enum metric m);
/* Measured once, before any run, and carried along by all of them: one value, however
 * often it is written down. */
bool metric_is_copied(enum metric m);
/* One value a run, which its intervals repeat; runs differ in it. */
bool metric_is_of_run(enum metric m);
struct reading metric_of(enum metric m, const struct sample *s);

#endif
