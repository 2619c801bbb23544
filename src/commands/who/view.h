/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_WHO_VIEW_H
#define TLBLAB_SRC_COMMANDS_WHO_VIEW_H

#include <stdio.h>

#include "tlblab/io/json_writer.h"
#include "tlblab/machine/machine.h"
#include "tlblab/trace/who_rates.h"

/* What `who` shows of a watch: all of it, or one process's initiators. */
struct who_view {
	const struct machine *machine;
	const struct who_watch *watch;
	int pid; /* 0: everybody */
};

/* Whether a row is wanted. */
bool who_wants(const struct who_view *v, const struct who_task *t);
/* Indices of the tasks, most flushes (or most received) first; the caller frees them.
 * NULL when memory is short. */
int *who_order(const struct who_view *v, bool by_received, int *n);

/* Tables for people. */
void who_print(FILE *out, const struct who_view *v);
/* One document, or of a stream one line: what was counted in the last interval. */
void who_put_json(struct json_writer *w, const struct who_view *v, bool last_interval);
/* How long flushes took: in the document, and for people. */
void who_put_durations(struct json_writer *w, const struct who_durations *d);
void who_put_all_durations(struct json_writer *w, const struct who_all_durations *d);
void who_print_durations(FILE *out, const struct who_view *v);
/* Rows of CSV, its heading first; malloc'd, NULL when memory is short. */
char *who_csv(const struct who_view *v, size_t *bytes);
/* Folded stacks, outermost first, with their counts, as flame graph tools read them. */
char *who_folded(const struct who_view *v, size_t *bytes);

#endif
