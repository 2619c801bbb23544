/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_IO_RESULT_FILE_H
#define TLBLAB_IO_RESULT_FILE_H

#include "tlblab/lab/preset.h"
#include "tlblab/lab/result.h"
#include "tlblab/lab/trial.h"
#include "tlblab/lab/tune.h"
#include "tlblab/machine/machine.h"

/* Schema "tlblab.result/1": everything a reader needs without the machine. */
struct result_sensor {
	const char *name;
	const struct availability *availability;
};

/* What a tuning found; the first answer is the one that counts. */
struct result_tune {
	const struct tune_answer *answers; /* one for each working set */
	const struct tune_data *data; /* the same; NULL: costs without their rounds */
	int n_answers;
	const char *method; /* "span" or "knob" */
	int victims, windows, disturbed, rounds_lost;
	double elapsed_s;
	bool restored;		    /* the ceiling found is in force again */
	const struct tune_mix *mix; /* what gains are measured on; NULL: not said */
	const char *mix_source;
	/* Of a program: in the place of answers. */
	const struct result_trial *trial;
};

struct result_trial {
	const struct trial_answer *answer;
	const struct trial_data *data;
	const char *unit, *command; /* command NULL: of process pid */
	int64_t pid;
	double window_s;
	int runs_a_window; /* 0: by the clock */
};

struct result {
	const struct machine *machine;
	const struct preset *preset;
	const struct catalogue *catalogue;
	const struct result_sensor *sensors;
	int n_sensors;
	const char *mechanism_verdict; /* "ipi", "unknown" … */
	const char *mechanism_evidence;
	bool mechanism_measured; /* by counts */
	struct run_record *const *runs;
	int n_runs;
	const struct result_tune *tune; /* NULL: nothing was tuned */
};

/* The JSON text, malloc'd; NULL when memory is short. */
char *result_print(const struct result *r);
/* Written whole or not at all; "-" is standard output. */
int result_write(const struct result *r, const char *path, struct error *error);
/* RFC 4180. One line per interval of every run: the run, its swept keys, all channels,
 * then the metrics, then what the workloads alone can tell, header first. Names carry
 * the units; absent is an empty field. */
int result_write_csv(const struct result *r, const char *path, struct error *error);
/* Lines of a stream: {"type":"start"…}, {"type":"interval"…}, {"type":"end"…}. Each is
 * malloc'd, one line, newline included; NULL when memory is short or there is no such
 * run. */
char *stream_start_line(const struct result *r);
/* workload: as the run's, for what only it knows; NULL leaves that out. */
char *stream_interval_line(int run, const struct series_point *p,
			   const struct workload_desc *workload);
/* {"type":"marker"…}: a change inside a run whose end may never come. */
char *stream_marker_line(int run, const struct marker *m);
char *stream_end_line(const struct result *r, int run);

#endif
