/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_GUARDIAN_ANSWER_H
#define TLBLAB_SRC_KNOBS_GUARDIAN_ANSWER_H

#include "knobs/custody.h"
#include "knobs/guardian_perf.h"
#include "knobs/guardian_wire.h"

/* What the guardian holds for its client. */
struct guard {
	struct custody custody;
	struct guard_perf_rules rules;
	/* The last counter that may lead a group: members are opened right behind it,
	 * and name it by the serial of its request. -1: none. */
	int leader_fd;
	uint32_t leader;
};

void guard_init(struct guard *g, const char *root, uid_t uid, gid_t gid);
/* Any bytes may be in the request. *fd is the descriptor to send along, or -1; the
 * caller hands it to guard_sent once it has been. */
void guard_answer(struct guard *g, const struct guard_request *q, struct guard_reply *r,
		  int *fd);
void guard_sent(const struct guard *g, int fd);
void guard_forget_leader(struct guard *g);
/* How things stand, in every reply. */
void guard_fill_state(struct guard *g, struct guard_reply *r);

#endif
