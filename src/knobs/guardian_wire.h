/* SPDX-License-Identifier: MIT */
#ifndef KNOBS_GUARDIAN_WIRE_H
#define KNOBS_GUARDIAN_WIRE_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/fault.h"
#include "tlblab/base/reading.h"

/*
 * Requests and replies: one fixed-size packet each way over a SOCK_SEQPACKET pair, with
 * at most one file descriptor beside it. The serial pairs a reply with its request. The
 * first packet is the guardian's own: serial 0, how things stand.
 */
enum guard_op {
	GUARD_CEILING_GET = 1,
	GUARD_CEILING_SET,
	GUARD_CEILING_KEEP,
	GUARD_PERF_OPEN,
	GUARD_TRACEPOINT,
};

struct guard_request {
	uint32_t serial, op;
	int64_t pages;		     /* SET */
	struct perf_event_attr attr; /* PERF_OPEN; the group's descriptor goes beside */
	int32_t tid, cpu;
	uint32_t has_filter;
	char text[256]; /* filter, or which tracepoint file; terminated */
};

struct guard_reply {
	uint32_t serial;
	int32_t err;		 /* 0 or -errno */
	int64_t pages, original; /* -1 unknown */
	struct availability ceiling;
	struct fault fault;
	char text[4096];
};

/* Sends one packet, with pass_fd beside it unless that is -1. 0 or -errno (-EPIPE when
 * nobody is there; never a signal). */
int guard_send(int socket, const void *packet, size_t bytes, int pass_fd);
/* Receives one packet of exactly that size. 0; -EPIPE at the end; -EPROTO for another
 * size. *passed_fd is the descriptor that came along, or -1; the caller closes it. */
int guard_receive(int socket, void *packet, size_t bytes, int *passed_fd);

#endif
