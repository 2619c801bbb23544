/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_GUARDIAN_LINK_H
#define TLBLAB_SRC_KNOBS_GUARDIAN_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "knobs/guardian_wire.h"

/* The client's end: the guardian's process and the socket to it. */
struct guard_link {
	pid_t pid;	     /* 0: there is none, or it has been seen to end */
	int socket;	     /* -1: closed */
	int status;	     /* of its end, once pid is 0 */
	bool stopped;	     /* by SIGSTOP or a debugger, as far as seen */
	bool may_continue;   /* this process may end that */
	bool silent;	     /* an answer is overdue */
	uint32_t serial;     /* of the last request */
	uint32_t watch;	     /* of a request for the ceiling no one waits for; 0 none */
	uint64_t watched_ns; /* when that was sent */
	int64_t seen_pages;  /* what the last answer to one said; -1 none */
	char note[240];	     /* the last one that came; "" none */
};

/* One exchange, for as long as a living guardian takes. *fd (may be NULL) receives the
 * descriptor of the reply. 0; -ETIMEDOUT when it does not answer, at once when it did
 * not before; -EPIPE when it is gone. */
int guard_link_ask(struct guard_link *l, struct guard_request *q, struct guard_reply *r,
		   int *fd);
/* Takes the first packet, which has no request. */
int guard_link_hello(struct guard_link *l, struct guard_reply *r);
/* Sends a request for the ceiling when the last is a second old, takes what has come,
 * and waits for nothing. The value last seen in *pages; 0 or -errno, as above. */
int guard_link_watch(struct guard_link *l, int64_t *pages);
/* Closes the socket, which is the guardian's sign to restore and end, and waits up to
 * so long for that. True when it ended by itself, having restored. */
bool guard_link_close(struct guard_link *l, int wait_ms);
/* Whether it has ended, and how it is otherwise. */
bool guard_link_is_gone(struct guard_link *l);

#endif
