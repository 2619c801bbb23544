/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_GUARDIAN_PRIV_H
#define TLBLAB_SRC_KNOBS_GUARDIAN_PRIV_H

#include "knobs/guardian_link.h"
#include "knobs/guardian_process.h"

/* The client's side of it. */
struct guardian {
	struct guardian_place place;
	struct guard_link link;
	struct availability ceiling;
	/* Pages; -1 unknown. left: what may be in force by this session's doing, -1
	 * nothing; owed: what is to be put back then. */
	int64_t original, left, owed;
	bool dropped;
	struct perf_opener opener;
	int leader_fd; /* a group may be built on it; -1 none */
	uint32_t leader;
};

/* The guardian did not answer, or is gone: then a new one takes its place where this
 * process may start one. Fills an error that says how the ceiling stands. */
int guardian_bury(struct guardian *g, int err, struct error *error);

int guardian_open_counter(void *self, struct perf_event_attr *attr, pid_t tid, int cpu,
			  int group_fd, const char *filter);
int guardian_read_tracefs(void *self, const char *which, char *buf,
			  unsigned long buf_bytes);

#endif
