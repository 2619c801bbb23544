/* SPDX-License-Identifier: MIT */

/* What `run` leaves: the result, CSV, a stream while it runs, a table at the end. */
#include "commands/run/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"

static bool to_stdout(const char *path)
{
	return path && !strcmp(path, "-");
}

int run_files_check(const struct run_files *f, struct error *error)
{
	const char *const names[] = {f->json, f->csv, f->stream};

	if (to_stdout(f->json) + to_stdout(f->csv) + to_stdout(f->stream) + f->samples >
	    1)
		return error_set(
			error, ERROR_INPUT, EINVAL, "standard output",
			"more than one of --json, --csv, --stream and --samples goes "
			"there",
			"name a file for the others");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t k = 0; k < i; k++)
			if (names[i] && names[k] && file_is_same(names[i], names[k]))
				return error_set(error, ERROR_INPUT, EINVAL, names[i],
						 "two outputs would go to this file",
						 "name another file for one of them");
	return 0;
}

static void output_result(struct run_output *o, struct run_plan *plan)
{
	const struct snapshot *s = session_snapshot(plan->lab->session);
	struct result *r = &o->result;

	*r = (struct result){
		.machine = s->machine,
		.preset = plan->preset,
		.catalogue = s->catalogue,
		.sensors = o->sensors,
		.mechanism_verdict = mechanism_name[s->mechanism.kind],
		.mechanism_evidence = s->mechanism.evidence,
		.mechanism_measured = s->mechanism.measured,
		.runs = plan->records,
		.n_runs = plan->n_records,
	};
	for (int i = 0; i < s->view.n_sensors && i < RUN_OUTPUT_MAX_SENSORS; i++) {
		o->sensors[i].name = s->view.sensors[i].name;
		o->sensors[i].availability = s->view.sensors[i].availability;
		r->n_sensors = i + 1;
	}
}

/* Takes a line (freed here). The first failure is remembered and ends the stream. */
static void stream_put(struct run_output *o, char *line)
{
	/* A reader that left wants no more of it. */
	if (line && o->stream.fd >= 0 && line_file_put(&o->stream, line) == -EPIPE)
		o->plan->stop = true;
	free(line);
}

static void stream_interval(void *self, int run, const struct series_point *point)
{
	struct run_output *o = self;
	const struct snapshot *s = session_snapshot(o->plan->lab->session);

	stream_put(o, stream_interval_line(
			      run, point,
			      experiment_workload(s->experiment, s->catalogue)));
}

static void stream_end(void *self, int run)
{
	struct run_output *o = self;
	struct result r;

	output_result(o, o->plan);
	r = o->result;
	r.n_runs = run + 1;
	stream_put(o, stream_end_line(&r, run));
}

int run_output_open(struct run_output *o, struct run_plan *plan,
		    const struct run_files *files, struct error *error)
{
	*o = (struct run_output){.files = files, .plan = plan, .stream.fd = -1};
	if (!files->stream)
		return 0;
	if (line_file_open(&o->stream, files->stream, error))
		return -EIO;
	plan->on_interval = stream_interval;
	plan->on_end = stream_end;
	plan->self = o;
	output_result(o, plan);
	stream_put(o, stream_start_line(&o->result));
	return 0;
}

int run_output_close(struct run_output *o, struct run_plan *plan, struct error *error)
{
	const struct run_files *f = o->files;
	int err = 0;

	if (f->stream && line_file_close(&o->stream))
		err = file_write_error(
			error, to_stdout(f->stream) ? "standard output" : f->stream,
			o->stream.err);
	output_result(o, plan);
	if (f->json && !err)
		err = result_write(&o->result, f->json, error);
	if (f->csv && !err)
		err = result_write_csv(&o->result, f->csv, error);
	return err;
}
