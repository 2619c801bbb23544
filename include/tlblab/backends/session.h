/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_SESSION_H
#define TLBLAB_BACKENDS_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "tlblab/backends/session_view.h"
#include "tlblab/lab/check.h"
#include "tlblab/lab/latency.h"
#include "tlblab/lab/plan.h"
#include "tlblab/lab/result.h"
#include "tlblab/sensors/mechanism.h"

/*
 * A session is one place at the bench: it drives a backend, gathers its samples into a
 * series, marks every change, keeps the checks current, and closes a run into a
 * run_record. The screen and `run` use the same session, so both do exactly the same.
 * Nothing here blocks: session_tick does what is due and says when to come back.
 */
struct session;
struct workload_absent;

enum session_phase {
	SESSION_IDLE,
	SESSION_STARTING, /* workers are placed, victims measured alone */
	SESSION_WARMUP,
	SESSION_MEASURING,
	SESSION_DONE,	/* duration or operations reached; workers stopped */
	SESSION_FAILED, /* see snapshot.error; any change or restart tries again */
};

/* What the screen draws and files keep. Borrowed from the session, valid until the
 * next call on it; nothing in it is sampled or allocated on the way. */
struct snapshot {
	enum session_phase phase;
	bool paused;	    /* workers stopped by the user, series kept */
	double now_s;	    /* session clock: the series' time axis */
	double run_start_s; /* end of the present run's warm-up, NaN before */
	const struct machine *machine;
	const struct catalogue *catalogue;
	const struct experiment *experiment; /* as asked for */
	const struct series *series;
	const struct series_point *latest; /* NULL before the first */
	/* Present window: since the last change and its warm-up. */
	struct sample window;
	const uint64_t *cpu_shootdowns; /* of the window, n_cpus long, or NULL;
					  SERIES_CPU_ABSENT where unknown */
	int n_cpus;
	/* Latency of workers (all together) and of victims' stalls in the window. */
	const struct hist_view *worker_hist, *victim_hist;
	struct latency_summary worker_latency, victim_latency;
	int time_one_in;
	struct session_view view;
	const struct check *checks;
	int n_checks;
	const struct expectation *expectation;
	struct mechanism_verdict mechanism; /* how flushes reach other CPUs */
	int mm_cpus;		 /* CPUs that share an address space; 0 unknown */
	const char *told_reason; /* where no source tells how many: why; may be NULL */
	const struct error *error; /* code ERROR_NONE when all is well */
	/* Workloads of backend live that this machine cannot run. */
	const struct workload_absent *absent;
	int n_absent;
};

int session_open(struct session **out, const struct session_options *options,
		 struct error *error);
void session_close(struct session *s); /* NULL is fine */
/* The lists of all backends, one behind the other (catalogue_of): live comes first. */
const struct catalogue *session_catalogue(const struct session *s);
/* The same without a session; returns out. */
const struct catalogue *backends_catalogue(struct catalogue out[2]);

/* Says what is to run; every difference becomes a marker, and the series goes on. What
 * runs changes over at once: the rig is swapped where the differences ask for it, and
 * where that is refused it runs on as it was. Otherwise it waits for session_run. */
int session_configure(struct session *s, const struct experiment *e,
		      struct error *error);
/* Runs what was configured: begins, or goes on after a pause, an end or a failure. 0,
 * too, while it runs. */
int session_run(struct session *s, struct error *error);
/* Both: whatever the session did before, it runs e from now on. */
int session_start(struct session *s, const struct experiment *e, struct error *error);
/* Stops the workers; the series stays. */
void session_pause(struct session *s);
/* Forgets the series and starts its clock at zero; what runs goes on. */
void session_clear(struct session *s);
/* Does what is due; returns milliseconds until the next call is wanted (>= 0). */
int session_tick(struct session *s);
/* A descriptor that becomes readable when tick is wanted earlier; -1 for none. */
int session_event_fd(struct session *s);
const struct snapshot *session_snapshot(struct session *s);
/* Makes the workload do what its description's trigger says, now. */
int session_trigger(struct session *s, struct error *error);
/* Marks a moment in the series. */
void session_mark(struct session *s, const char *what, const char *from,
		  const char *to);
/* The present run as a record: NULL before anything was measured or when memory is
 * short. The caller frees it with run_record_free. */
struct run_record *session_record(struct session *s);

#endif
