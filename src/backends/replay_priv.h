/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_REPLAY_PRIV_H
#define TLBLAB_SRC_BACKENDS_REPLAY_PRIV_H

#include "tlblab/backends/replay.h"

/* Shared by the files of the replay: replay.c moves the playhead, replay_series.c keeps
 * the series and the window up to it, replay_snapshot.c shows both. */
struct replay {
	struct replay_source source;
	struct series *series;
	double at_s, speed;
	bool plays;
	uint64_t last_ns; /* 0: not ticked yet */
	int next;	  /* first point not in the series */
	int next_marker, next_run;
	int run;
	double window_from_s;
	struct sample window;
	uint64_t *cpu_totals;
	int n_cpus;
	double totals_at_s; /* what the totals were made for; NaN: nothing */
	bool has_totals;
	int shown_run; /* whose record the fields below are of; -1 none */
	bool shown_ended;
	struct hist_view worker_hist, victim_hist;
	struct latency_summary worker_latency, victim_latency;
	int cpus[EXPERIMENT_MAX_WORKERS];
	struct availability ceiling;
	struct error error;
	struct snapshot snapshot;
};

/* The record of the playhead's run; NULL when nothing of it was read. */
const struct run_record *replay_run_record(const struct replay *r);
/* Whether the run's end was read: only then it has more than intervals. */
bool replay_run_ended(const struct run_record *run);
const struct experiment *replay_experiment(const struct replay *r);
/* Builds the series anew up to the playhead, after a jump. */
void replay_rebuild(struct replay *r);
/* Goes on to where the playhead moved. */
void replay_advance(struct replay *r);

#endif
