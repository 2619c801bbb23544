/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_SWEEP_SWEEP_MODEL_H
#define TLBLAB_SRC_TUI_SWEEP_SWEEP_MODEL_H

#include "tlblab/lab/plan.h"
#include "tlblab/lab/summary.h"

/*
 * A sweep as far as it is: which runs are made, what each point came to, what is left.
 * It asks nobody to run anything; whoever has a session takes the next experiment from
 * here and brings back its record. A run that was broken off by a pause is repeated,
 * for a run with a hole in it is no measurement.
 */
enum sweep_state {
	SWEEP_NONE,
	SWEEP_RUNNING,
	SWEEP_PAUSED,
	SWEEP_DONE, /* every run, or those made when it was stopped */
};

struct sweep {
	enum sweep_state state;
	bool stopped_early;
	struct preset preset; /* owned */
	struct plan plan;
	struct run_record **records; /* owned; n_records so far */
	int n_records;
	struct point_summary *points; /* plan.n_points */
	enum metric metric;	      /* the one that is plotted */
	bool linear;
	double took_s;	 /* by the runs made */
	double so_far_s; /* of the run under way */
	char failure[512];
};

/* Takes a copy of the preset: its settings with its axes. Without an end of its own a
 * run lasts SWEEP_DEFAULT_S. s must be zeroed or finished. */
int sweep_begin(struct sweep *s, const struct preset *p, struct error *error);
void sweep_fini(struct sweep *s);

enum { SWEEP_DEFAULT_S = 2 };

/* Replaces the axes of p by those of "threads=1,2 pages=1,8,33": one or several
 * KEY=VALUES apart by blanks. p stays as it was when they are refused. */
int sweep_axes_parse(struct preset *p, const struct catalogue *c, const char *text,
		     struct error *error);
/* The same text from a preset's axes; "" when it has none. */
const char *sweep_axes_text(const struct preset *p, char *buf, size_t buf_bytes);
enum { SWEEP_AXIS_BYTES = 256 };

/* What a person might mean who stands on this key: "pages=1,2,4,8"; of a key without
 * neighbours worth trying, threads. */
const char *sweep_axis_suggest(const struct experiment *e, const struct catalogue *c,
			       const char *key, int n_cpus, char buf[SWEEP_AXIS_BYTES]);

/* The run that is due; NULL when none is left. */
const struct plan_run *sweep_next(const struct sweep *s);
/* The run that was due is over: takes the record over, sums up, and is SWEEP_DONE after
 * the last. 0 or -ENOMEM; the record is taken in any case. */
int sweep_add(struct sweep *s, struct run_record *record, double took_s);
/* Ends with what there is. */
void sweep_stop(struct sweep *s, const char *failure);
/* Seconds until the last run is over, from how long those made took. */
double sweep_left_s(const struct sweep *s);
/* The next (or, with -1, the one before) of the metrics that some point has. */
void sweep_metric_step(struct sweep *s, int by);

/* The picture: the last axis runs across, every combination of the others is a row. */
int sweep_columns(const struct sweep *s);
int sweep_rows(const struct sweep *s);
const struct point_summary *sweep_at(const struct sweep *s, int row, int column);
/* "mode processes"; "" with one axis. */
const char *sweep_row_text(const struct sweep *s, int row, char *buf, size_t buf_bytes);

#endif
