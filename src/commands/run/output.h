/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_RUN_OUTPUT_H
#define TLBLAB_SRC_COMMANDS_RUN_OUTPUT_H

#include "commands/run/plan.h"
#include "tlblab/base/file.h"
#include "tlblab/io/result_file.h"

/* Where a run's result goes; NULL: nowhere; "-": standard output (one of them, or the
 * samples). */
struct run_files {
	const char *json, *csv, *stream;
	bool samples;
};

int run_files_check(const struct run_files *f, struct error *error);

enum { RUN_OUTPUT_MAX_SENSORS = 16 };

struct run_output {
	const struct run_files *files;
	struct run_plan *plan;
	struct line_file stream; /* fd -1: none */
	struct result result;
	struct result_sensor sensors[RUN_OUTPUT_MAX_SENSORS];
};

/* Opens the stream and hooks it to the plan, before the first run. */
int run_output_open(struct run_output *o, struct run_plan *plan,
		    const struct run_files *files, struct error *error);
/* Writes what there is, interrupted or not. */
int run_output_close(struct run_output *o, struct run_plan *plan, struct error *error);
/* A table of the points for people, on standard output unless a file goes there. */
void run_output_table(const struct run_output *o, const struct run_plan *plan);
/* Every interval of every run as a line of will-it-scale's. */
void run_output_samples(FILE *out, const struct run_plan *plan);

#endif
