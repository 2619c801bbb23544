/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_IO_RESULT_TEXT_H
#define TLBLAB_SRC_IO_RESULT_TEXT_H

#include <stdbool.h>

#include "tlblab/io/json_writer.h"
#include "tlblab/io/result_file.h"

#define RESULT_SCHEMA "tlblab.result/1"

/* Members of the open object: what a result says before its runs. */
void result_put_head(struct json_writer *w, const struct result *r);
/* Members of the open object: one run, its intervals or not. */
void result_put_run(struct json_writer *w, const struct result *r,
		    const struct run_record *run, bool with_intervals);
/* Members of the open object: a tuning for a program. */
void result_put_trial(struct json_writer *w, const struct result_tune *t);
/* The object of a tuning. */
void result_put_tune(struct json_writer *w, const struct result_tune *t);
/* Members of the open object: one interval of a run of this workload (NULL: of one
 * nobody knows). */
void result_put_interval(struct json_writer *w, const struct series_point *p,
			 const struct workload_desc *workload);

/* The object of who flushed; null where nothing is known of it. */
void result_put_flushers(struct json_writer *w, const struct flushers *f);

const char *flush_kind_name(enum flush_kind kind); /* "ranged" … */

#endif
