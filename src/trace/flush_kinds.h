/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TRACE_FLUSH_KINDS_H
#define TLBLAB_SRC_TRACE_FLUSH_KINDS_H

#include "tlblab/base/reading.h"
#include "tlblab/trace/flush_source.h"
#include "tlblab/trace/ring.h"
#include "tlblab/trace/tracepoint.h"

/* The events that one kernel has, and how each becomes a flush_event. */
struct flush_kind {
	enum flush_step step;
	bool kernel_range;
	struct tracepoint point; /* fields as the step reads them */
	char filter[160];
};

struct flush_kinds {
	int n;
	struct trace_event event[TRACE_EVENTS];
	struct flush_kind kind[TRACE_EVENTS];
	struct availability requests, durations, kernel_ranges;
};

/* Finds out which events are there. 0, or -errno with an error when even tlb:tlb_flush
 * is not. events point into *k. */
int flush_kinds_find(struct flush_kinds *k, const struct flush_source_options *options,
		     struct error *error);
/* The event after its number in *k, of a record's raw bytes; what the record alone
 * knows (time, CPU, task) is filled by the caller. */
void flush_kinds_decode(const struct flush_kinds *k, int event,
			const struct trace_record *record, struct flush_event *out);

#endif
