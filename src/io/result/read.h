/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_IO_RESULT_READ_H
#define TLBLAB_SRC_IO_RESULT_READ_H

#include "io/json/doc.h"
#include "tlblab/io/result_read.h"

/*
 * Parts of reading a result. Each fills what the object at `at` holds and returns 0,
 * or -errno: with the doc's error, or -ENOMEM without one.
 */
int machine_read_json(struct json_doc *d, const struct json_at *at, struct machine *m);
/* The schema's name and version. */
int result_read_schema(struct json_doc *d, const struct json_at *at);
/* Tool, machine, preset, sensors, mechanism: what is there of them. */
int result_read_head(struct json_doc *d, const struct json_at *at,
		     const struct catalogue *c, struct result_data *r);
/* The tuning, when there is one. */
int result_read_tune(struct json_doc *d, const struct json_at *at,
		     struct result_data *r);
/* A run, with the intervals if they are in it; what run holds already is kept. */
int result_read_run(struct json_doc *d, const struct json_at *at,
		    const struct catalogue *c, struct run_record *run);
/* Who flushed, when the object says so. */
int result_read_flushers(struct json_doc *d, const struct json_at *at,
			 struct flushers *f);
/* Appends one interval to run->series, which is made when there is none; n_cpus is how
 * many CPUs it must have room for. */
int result_read_interval(struct json_doc *d, const struct json_at *at,
			 const struct catalogue *c, int n_cpus, struct run_record *run);
/* How many CPUs an interval speaks of. */
int result_interval_cpus(const struct json_at *at);
/* Whether the text's first line is an object of its own that says what it is. */
bool result_is_stream(const char *text, size_t bytes);
/* Makes r->runs[run] exist; NULL when memory is short or run is out of range. */
struct run_record *result_run_at(struct result_data *r, int run);
/* The facts under a key of the object: { name: {value, source} }. */
int result_read_facts(struct json_doc *d, const struct json_at *at, const char *key,
		      struct fact *facts, int max, int *n);

#endif
