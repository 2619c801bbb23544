/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_RESULT_H
#define TLBLAB_LAB_RESULT_H

#include "tlblab/base/hist.h"
#include "tlblab/base/stats.h"
#include "tlblab/lab/check.h"
#include "tlblab/lab/flushers.h"
#include "tlblab/lab/preset.h"
#include "tlblab/lab/series.h"

/* One thread's flushes in the last slice in which they were counted, a second; NaN
 * where that was not counted. */
struct worker_flushes {
	double counted_s;    /* the slice; 0: this thread was not counted */
	double full, ranged; /* that a worker's operations made */
	double received;     /* requests of others that this thread served */
	/* Those that a victim's CPU received, whoever ran there. */
	double cpu_received_full, cpu_received_ranged;
};

/* One worker's or victim's share of a run. */
struct worker_record {
	int id, cpu, node; /* cpu -1: not pinned; node -1: unknown */
	int tid;
	uint64_t ops; /* measured window; a victim's loop iterations */
	double elapsed_s;
	double ns_per_op;	/* NaN when it did none */
	double quiet_ops_per_s; /* victims; NaN when not measured */
	/* Timed operations (workers) or stalls (victims), in ticks of ns_per_tick. */
	struct hist_view latency;
	double max_ns;	    /* exact largest; NaN when none */
	int sampled_one_in; /* how many operations went by for each timed one */
	struct worker_flushes flushes;
};

enum { RUN_MAX_CHECKS = CHECKS_MAX, FACT_MAX = 64 };

/* A named fact with its provenance: kernel settings, mitigations, what was on. */
struct fact {
	char key[48];
	char value[160];
	char source[96]; /* a path or an instruction; "" when self-evident */
};

struct noise {
	struct reading steal_pct, involuntary_switches, migrations, frequency_hz;
	struct reading throttles;
};

/* A finished run. Owned by the result; freed by run_record_free. */
struct run_record {
	struct experiment config;
	int point, repeat;
	char started_utc[32];
	double warmup_s, elapsed_s; /* measured */
	double ns_per_tick;
	bool interrupted;
	char failure[256]; /* "" or why the run ended early: "worker 3 crashed …" */
	int64_t ceiling_pages; /* in force; -1 when it could not be read */
	struct expectation expectation;
	int n_workers, n_victims;
	struct worker_record *workers, *victims;
	struct series *series;
	struct check checks[RUN_MAX_CHECKS];
	int n_checks;
	struct sample total; /* the whole measured window; all absent when empty */
	enum told_source told_source;	/* of cpus_told_* in total and summary */
	struct stats summary[METRIC_N]; /* over the run's intervals; n 0: absent */
	struct noise noise;
	struct flushers flushers;    /* elapsed_s 0: none, with a reason */
	struct fact instruments[16]; /* what was switched on while it ran */
	int n_instruments;
};

void run_record_free(struct run_record *r);
/* Fills total and summary[] from the series between the end of the warm-up, t_from_s,
 * and the end. runtime_s is elapsed_s, which the caller has set. */
void run_record_summarise(struct run_record *r, double t_from_s);
/* The metric of the run as a whole: counts over the window divided once, stalls from
 * the victims' histograms where there are any. */
struct reading run_record_metric(const struct run_record *r, enum metric m);

#endif
