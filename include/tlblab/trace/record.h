/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_RECORD_H
#define TLBLAB_TRACE_RECORD_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One record of a perf ring, decoded without copying: pointers lead into the ring's
 * bytes. Every event of this room asks for the same parts (TRACE_SAMPLE_TYPE), so the
 * layout does not depend on which event a record belongs to.
 */
#define TRACE_SAMPLE_TYPE                                                              \
	(PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_TID | PERF_SAMPLE_TIME |                 \
	 PERF_SAMPLE_CPU | PERF_SAMPLE_PERIOD | PERF_SAMPLE_CALLCHAIN |                \
	 PERF_SAMPLE_RAW)

enum trace_record_kind {
	TRACE_RECORD_SAMPLE,
	TRACE_RECORD_LOST, /* count: events that found the ring full */
	TRACE_RECORD_COMM, /* comm: the new name of pid, tid */
	TRACE_RECORD_FORK, /* pid, tid began */
	TRACE_RECORD_EXIT, /* pid, tid ended */
	TRACE_RECORD_OTHER,
};

struct trace_record {
	enum trace_record_kind kind;
	uint64_t id; /* of the event, as PERF_EVENT_IOC_ID gives it */
	int pid, tid;
	uint64_t time_ns; /* CLOCK_MONOTONIC; samples only */
	int cpu;
	uint64_t count;	       /* events that this stands for: the period, or lost */
	const uint64_t *chain; /* addresses and PERF_CONTEXT_ marks, inner first */
	size_t n_chain;
	const unsigned char *raw; /* of a tracepoint */
	size_t raw_bytes;
	const char *comm; /* terminated */
};

/* Decodes the record at the start of data. Returns its length in bytes, or -EINVAL when
 * the bytes are no whole record; a record of another kind is TRACE_RECORD_OTHER. data
 * is aligned to 8 bytes. */
long trace_record_parse(const void *data, size_t bytes, struct trace_record *out);

#endif
