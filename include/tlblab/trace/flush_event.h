/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_FLUSH_EVENT_H
#define TLBLAB_TRACE_FLUSH_EVENT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What the kernel told about one step of a flush, whichever of its events told it:
 * tlb:tlb_flush, the csd events of Linux 6.6 and later, or a probe.
 */
enum flush_step {
	FLUSH_STEP_SENT,     /* the initiator asks other CPUs (reason 4) */
	FLUSH_STEP_LOCAL,    /* and flushes its own (reasons 2, 3 and 5) */
	FLUSH_STEP_RECEIVED, /* a receiver has flushed (reason 1) */
	FLUSH_STEP_SWITCH,   /* a CPU caught up when it changed address spaces */
	FLUSH_STEP_QUEUED,   /* the request for one CPU, target_cpu */
	FLUSH_STEP_ENTERED,  /* that CPU begins with it */
	FLUSH_STEP_LEFT,     /* and is done */
	FLUSH_STEP_BEGUN,    /* the initiator enters the flush, by a probe */
	FLUSH_STEP_ENDED,    /* and leaves it */
	FLUSH_STEPS
};

#define FLUSH_PAGES_ALL (-1)

struct flush_event {
	uint64_t time_ns;  /* CLOCK_MONOTONIC */
	int cpu, pid, tid; /* tid: who ran there */
	enum flush_step step;
	bool kernel_range; /* of kernel addresses: every CPU, whoever runs there */
	double weight;	   /* events that this one stands for */
	int64_t pages;	   /* FLUSH_PAGES_ALL: the whole TLB */
	int target_cpu;	   /* of FLUSH_STEP_QUEUED */
	uint64_t request;  /* ties QUEUED, ENTERED and LEFT together */
	int stack;	   /* of a stack_table, or STACK_NONE */
};

#endif
