/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_FLUSHERS_H
#define TLBLAB_LAB_FLUSHERS_H

#include <stdbool.h>

/*
 * By whom and why the CPUs of a run were told to flush, and how long a flush took in
 * the kernel: recorded with stacks while the run warmed up, because recording costs the
 * recorded. Rates are per second of that time; NaN where the kernel does not tell.
 */
enum { FLUSHERS_MAX = 16, FLUSHERS_CAUSES_MAX = 32, FLUSHERS_TOLD_MAX = 8 };

struct flusher_rates {
	double flushes_per_s;	/* of its own CPU, or of others */
	double asked_per_s;	/* of those, flushes that asked other CPUs */
	double cpus_told_per_s; /* seen to be asked */
};

struct flusher {
	int pid, tid;
	bool worker; /* one of the run's */
	char comm[16];
	char cause[32];
	struct flusher_rates rates;
};

struct flushers_cause {
	char cause[32];
	struct flusher_rates rates;
};

/* Flushes that told least to most CPUs (most 0: no limit). */
struct flushers_told {
	int least, most;
	double count, mean_ns;
};

struct flushers {
	char reason[192];    /* why there is nothing; "" where there is */
	double elapsed_s;    /* of the warm-up; 0: not recorded */
	double recorded_pct; /* of that time; the rest is scaled */
	double lost;	     /* records */
	struct flusher_rates all, workers;
	int n; /* the most frequent pairs of a thread and a cause */
	struct flusher row[FLUSHERS_MAX];
	int n_causes;
	struct flushers_cause cause[FLUSHERS_CAUSES_MAX];
	char no_durations[192]; /* why the rest is not known; "" where it is */
	double count, mean_ns, p50_ns, p99_ns;
	double send_ns, wait_ns, answer_ns; /* parts of a mean flush */
	int n_told;
	struct flushers_told told[FLUSHERS_TOLD_MAX];
	double workers_pct; /* of the workers' time: in flushes, waiting included */
	double cpus_pct;    /* of all CPUs' time: initiators and receivers */
};

#endif
