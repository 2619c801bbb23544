/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_GUARDIAN_WIRE_H
#define TLBLAB_SRC_KNOBS_GUARDIAN_WIRE_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/error.h"
#include "tlblab/base/reading.h"

/*
 * Requests and replies: one fixed-size packet each way over a SOCK_SEQPACKET pair; a
 * reply may carry one file descriptor, a request none. The serial pairs a reply with
 * its request. The first packet is the guardian's own: serial 0, the present state.
 * Neither side ever waits in a send or a receive.
 */
enum guard_op {
	GUARD_CEILING_GET = 1,
	GUARD_CEILING_SET,
	GUARD_CEILING_KEEP,
	GUARD_PERF_OPEN,
	GUARD_TRACEPOINT,
	GUARD_LEAVE, /* restore now, and say how that went */
};

struct guard_request {
	uint32_t serial, op;
	int64_t pages;		     /* SET */
	struct perf_event_attr attr; /* PERF_OPEN */
	int32_t tid, cpu;
	uint32_t leader; /* serial of the request that opened its group; 0 none */
	uint32_t has_filter;
	char text[256]; /* filter, or which tracepoint file; terminated */
};

struct guard_reply {
	uint32_t serial;
	int32_t err;		 /* 0 or -errno */
	int64_t pages, original; /* -1 unknown */
	int64_t left;		 /* the client's value, to be put back; -1 none */
	struct availability ceiling;
	struct error error;
	char note[240]; /* what the user must be told, once */
	char text[4096];
};

/* Sends one packet, with pass_fd beside it unless that is -1. 0; -EAGAIN when there is
 * no room now; -EPIPE when no one is there (never a signal); another -errno. */
int guard_send(int socket, const void *packet, size_t bytes, int pass_fd);
/* Receives one packet of exactly that size. 0; -EAGAIN when there is none now; -EPIPE
 * at the end; -EPROTO for another size. *passed_fd is the descriptor that came along,
 * or -1; the caller closes it. */
int guard_receive(int socket, void *packet, size_t bytes, int *passed_fd);
/* The same from a sender who is not trusted: a packet with descriptors is -EPROTO and
 * stays in the queue, so that none is ever closed by this process, which the owner of
 * one could make last (a socket's SO_LINGER). */
int guard_receive_plain(int socket, void *packet, size_t bytes);

#endif
