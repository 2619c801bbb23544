/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_WHO_WATCH_H
#define TLBLAB_TRACE_WHO_WATCH_H

#include "tlblab/trace/who.h"

/*
 * Watches the whole machine: opens the kernel's events, sums up what comes, and looks
 * up the names of tasks. Opened with privilege it goes on after that was dropped.
 */
struct who_watch;

struct who_watch_options {
	const char *root;
	const struct perf_opener *perf;
	int n_cpus;		    /* that exist, the highest number plus one */
	const struct cpumask *cpus; /* that are watched; online */
	bool user_stacks, whole;
};

int who_watch_open(struct who_watch **out, const struct who_watch_options *options,
		   struct error *error);
void who_watch_close(struct who_watch *w); /* NULL is fine */
/* Does what is due; returns milliseconds until the next call is wanted. */
int who_watch_tick(struct who_watch *w);
/* Instead of ticks: see flush_source_slice. */
void who_watch_slice(struct who_watch *w);
/* Ends an interval of the sums. */
void who_watch_interval(struct who_watch *w);

const struct who *who_watch_who(const struct who_watch *w);
const struct flush_source *who_watch_source(const struct who_watch *w);
const struct kernel_symbols *who_watch_symbols(const struct who_watch *w);

#endif
