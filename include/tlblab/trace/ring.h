/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_RING_H
#define TLBLAB_TRACE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "tlblab/base/cpumask.h"
#include "tlblab/base/perf.h"
#include "tlblab/trace/record.h"

/*
 * Events recorded on every CPU of a set: one ring a CPU, into which all events of that
 * CPU write, with the names, births and ends of tasks between them. Memory is bounded
 * whatever happens: what finds a ring full is lost, and counted.
 */
struct trace_event {
	uint32_t type;	    /* PERF_TYPE_TRACEPOINT, or a dynamic PMU's */
	uint64_t config;    /* the tracepoint's id */
	uint64_t config1;   /* of a dynamic PMU: address of the probe's function */
	const char *filter; /* optional; in the kernel's filter language */
	uint64_t one_in;    /* record one event in so many; 0 as 1 */
	bool kernel_stack, user_stack;
};

enum { TRACE_EVENTS = 12 };

struct trace_rings;

struct trace_rings_options {
	const struct perf_opener *perf; /* NULL: this process itself */
	const struct cpumask *cpus;
	const struct trace_event *events;
	int n_events; /* at most TRACE_EVENTS */
	bool tasks;   /* names, births and ends of tasks too */
};

/* Opens everything, counting not yet begun. 0 or -errno, and then nothing is open and
 * *failed is the event that was refused (-1: a ring). A CPU that went offline is left
 * out. */
int trace_rings_open(struct trace_rings **out,
		     const struct trace_rings_options *options, int *failed);
void trace_rings_close(struct trace_rings *r); /* NULL is fine */
/* Begins or stops recording and counting. 0 or -errno. */
int trace_rings_enable(struct trace_rings *r, bool on);

/* Hands every waiting record to take, CPU by CPU, in the order of each CPU; event is
 * the index of the event that it is a sample of, else -1. A record is valid only during
 * the call. Returns how many there were. */
typedef void trace_take(void *self, int event, const struct trace_record *record);
long trace_rings_read(struct trace_rings *r, trace_take *take, void *self);
/* Records lost so far, and bytes of memory that the rings hold. */
uint64_t trace_rings_lost(const struct trace_rings *r);
uint64_t trace_rings_bytes(const struct trace_rings *r);
#endif
