/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_IO_RESULT_READ_H
#define TLBLAB_IO_RESULT_READ_H

#include "tlblab/io/result_file.h"

/*
 * A result read back: the same structures that were written, so that whoever draws,
 * compares or reports a live run can do it with a file. Members nobody knows are
 * passed over; what is missing or null is absent; a wrong schema, a wrong kind of
 * value or text that is not JSON is refused with file, line and key.
 *
 * A stream is read as well, also one that was cut off: whole lines count, a run
 * without its "end" has its intervals, its config from the preset, and
 * interrupted set.
 */
enum { RESULT_MAX_SENSORS = 32, RESULT_MAX_BYTES = 512 << 20 };

/* What a tuning found, as far as a reader wants it: its first answer. */
struct result_tune_data {
	char method[16], verdict[320];
	int64_t ceiling_now, recommended, ci95_low, ci95_high; /* -1 unknown, or open */
	double aa_noise_pct;
	int rounds, n_sizes;
	double pages[TUNE_MAX_SIZES];
	struct stats ranged[TUNE_MAX_SIZES], full[TUNE_MAX_SIZES]; /* mean, ci95 */
	struct stats_interval crossover;
	bool restored;
};

struct result_data {
	char tool_version[32];
	struct machine machine;
	bool has_machine;
	struct preset preset;
	struct availability availability[RESULT_MAX_SENSORS];
	char sensor_names[RESULT_MAX_SENSORS][48];
	int n_sensors;
	char mechanism_verdict[16], mechanism_evidence[256];
	bool mechanism_measured;  /* false where an older file does not say */
	struct run_record **runs; /* owned, each by run_record_free */
	int n_runs;
	struct result_tune_data *tune; /* owned; NULL: nothing was tuned */
	bool from_stream;
	/* Views for result_view(). */
	struct result_sensor sensors[RESULT_MAX_SENSORS];
};

/*
 * r need not be initialised; finish it after success only. c describes the workloads
 * whose parameters are wanted: of a workload it does not know (or another backend's)
 * the config keeps its name and has no params, and the preset only its words.
 */
int result_parse(struct result_data *r, const struct catalogue *c, const char *text,
		 size_t bytes, const char *name, struct error *error);
/* path "-" is standard input. */
int result_load(struct result_data *r, const struct catalogue *c, const char *path,
		struct error *error);
void result_data_fini(struct result_data *r);
/* The data as result_print takes it; borrows from r and c. */
void result_view(struct result_data *r, const struct catalogue *c, struct result *out);

/* One line of a stream as it arrives, for those who follow a running one. */
enum stream_line_type { STREAM_START, STREAM_INTERVAL, STREAM_END, STREAM_MARKER };

/* Applies the line (without its newline) to r, which began zeroed; *run is its run, -1
 * for a start. `number` is the line's number, for errors. */
int stream_parse_line(struct result_data *r, const struct catalogue *c,
		      const char *line, size_t bytes, const char *name, size_t number,
		      enum stream_line_type *type, int *run, struct error *error);

#endif
