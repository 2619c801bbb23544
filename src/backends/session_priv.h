/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_SESSION_PRIV_H
#define TLBLAB_SRC_BACKENDS_SESSION_PRIV_H

#include "backends/backend.h"
#include "tlblab/backends/session.h"
#include "tlblab/lab/told.h"
#include "tlblab/workloads/workload.h"

/*
 * What one worker or victim did in the present window: what was read at its start and
 * last, and the latency distribution, gathered interval by interval so that the rig's
 * 32-bit buckets may wrap.
 */
struct session_worker {
	struct rig_reading before; /* at its start; zero: it is the gate's */
	struct rig_reading now;	   /* as last read; its hist may be gone */
	struct hist seen;	   /* the rig's histogram as last read */
	struct hist_view window;
};

/* Counts since the last verdict that was measured; see session_mechanism.c. */
struct session_evidence {
	struct mechanism_seen seen;
	double ran_ns, tasks_ns; /* of workers and victims */
	double steal_ns, cpus_ns;
};

enum { BACKENDS = 2 };

struct session {
	const struct backend_ops *ops;
	struct backend *backend;
	struct backend *opened[BACKENDS]; /* NULL: not used so far */
	struct session_options options;
	struct catalogue catalogues[BACKENDS]; /* one behind the other */
	const struct machine *machine;
	struct workload_absent absent[WORKLOAD_ABSENT_MAX];
	int n_absent;
	struct experiment experiment;
	enum session_phase phase;
	bool paused;
	struct series *series;
	struct mechanism_verdict mechanism;
	enum mechanism mechanism_seen; /* the last verdict that was measured */
	struct session_evidence evidence;
	double row_changed_s; /* series time the TLB row began or ceased to apply */
	struct told told;
	enum told_source told_source; /* of the last sample that had one */
	char told_reason[240];	      /* why there is none */
	double zero_s;		      /* backend's clock at the series' zero */
	double gate_s;		      /* series time the gate opened; NaN before */
	double run_start_s;	      /* series time the warm-up ended; NaN before */
	double due_s;		      /* series time of the next sample */
	char started_utc[32];
	char failure[256];

	/* the present window */
	struct sample window;
	bool window_begun;
	uint64_t *cpu_totals; /* n_cpus long */
	int n_cpus;
	struct session_worker *workers; /* workers then victims */
	int n_workers, n_victims;
	struct hist_view worker_hist, victim_hist;
	uint64_t worker_max_ticks, victim_max_ticks;
	int64_t ceiling_before;

	struct check checks[CHECKS_MAX];
	int n_checks;
	struct expectation expectation;
	struct backend_view view;
	struct error error;
	struct snapshot snapshot;
};

/* Seconds since session_clear, on the clock of the backend that runs. */
double session_now_s(struct session *s);

bool session_running(const struct session *s);
/* Holds the present window against what was meant. */
void session_check(struct session *s);

/* The first backend, and the end of all that were opened. */
int session_open_backend(struct session *s, struct error *error);
void session_close_backends(struct session *s);
/* Starts e on its backend. When that is another one it takes over the clock, and what
 * ran before is stopped; refused, it runs on. */
int session_start_backend(struct session *s, const struct experiment *e,
			  struct error *error);

/* Makes room for a run's workers. 0 or -ENOMEM. */
int session_window_open(struct session *s);
void session_window_free(struct session *s);
/* From here on the window counts: forgets what came before. from_gate: nothing came
 * before, every operation since the gate belongs to it. */
void session_window_begin(struct session *s, bool from_gate);
/* Adds one interval; fills the latency gauges of *sample first. */
void session_window_add(struct session *s, struct sample *sample);

/* A run begins: by what the machine could do. */
void session_mechanism_begin(struct session *s);
/* Judges by one interval; takes its shootdowns away where they cannot be counted. */
void session_mechanism_add(struct session *s, struct sample *sample);
/* A window of which the row counted only a part has no count. */
void session_mechanism_settle(struct session *s);

/* A run begins: no source was heard so far. */
void session_told_begin(struct session *s);
/* Adds the CPUs told to an interval of which all else is known. */
void session_told_add(struct session *s, struct sample *sample);
/* CPUs that share an address space, the initiator's too; 0 unknown. */
int session_told_cpus(const struct session *s);

#endif
