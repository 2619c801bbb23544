/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_FLUSH_SOURCE_H
#define TLBLAB_TRACE_FLUSH_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "tlblab/base/cpumask.h"
#include "tlblab/base/error.h"
#include "tlblab/base/perf.h"
#include "tlblab/base/reading.h"
#include "tlblab/trace/flush_event.h"
#include "tlblab/trace/stacks.h"
#include "tlblab/trace/symbols.h"

/*
 * Everything this kernel tells about flushes, on all CPUs, as flush_events in the order
 * of time. What it does not tell is said: availability has the reason and the remedy.
 *
 * Recording costs the traced about a microsecond an event, and this process as much. So
 * it is done in slices: however often the machine flushes, about FLUSH_RECORDS_PER_S
 * records are made, and each event's weight says for how many it stands.
 */
enum { FLUSH_RECORDS_PER_S = 20000 };

struct flush_source;

struct flush_source_options {
	const char *root; /* "" or NULL: this machine */
	const struct perf_opener *perf;
	const struct cpumask *cpus;
	const struct kernel_symbols *symbols; /* may be NULL; outlives the source */
	bool user_stacks;
	bool whole; /* record all the time, whatever it costs */
};

/* What becomes of tasks, between the events. */
struct flush_task {
	int pid, tid;
	bool ended;
	const char *comm; /* NULL: it only began or ended */
};

struct flush_sink {
	void (*event)(void *self, const struct flush_event *event);
	void (*task)(void *self, const struct flush_task *task); /* optional */
	void (*gap)(void *self); /* optional: events were not recorded here */
	void *self;
};

/* 0, or -errno with an error that says what would allow it; nothing is open then. */
int flush_source_open(struct flush_source **out,
		      const struct flush_source_options *options, struct error *error);
void flush_source_close(struct flush_source *s); /* NULL is fine */
/* Does what is due, and hands over what was recorded; returns milliseconds until the
 * next call is wanted. */
int flush_source_tick(struct flush_source *s, const struct flush_sink *sink);
/* Instead of ticks, for who is called too seldom for them: records for 2 ms, waiting
 * for it, and hands over. Where there was little it stays on until the next call. */
void flush_source_slice(struct flush_source *s, const struct flush_sink *sink);
/* Whether it could be opened, by what can be told without; as flush_source_open. */
int flush_source_check(const char *root, const struct perf_opener *perf,
		       struct error *error);
/* Whether this kernel tells the way of each request, and how long a flush takes. */
const struct availability *flush_source_requests(const struct flush_source *s);
const struct availability *flush_source_durations(const struct flush_source *s);
const struct availability *flush_source_kernel_ranges(const struct flush_source *s);
const struct stack_table *flush_source_stacks(const struct flush_source *s);

struct flush_source_state {
	uint64_t records, lost; /* lost: found a ring full */
	double recorded_share;	/* of the time since the first call; 1: all of it */
	uint64_t memory_bytes;
};

struct flush_source_state flush_source_state(const struct flush_source *s);
#endif
