/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_BENCH_RECOVERY_LOG_H
#define TLBLAB_SRC_TUI_BENCH_RECOVERY_LOG_H

#include <stdbool.h>

#include "tlblab/backends/session.h"

/*
 * What the screen measures is also written down while it runs, as a stream in
 * $XDG_STATE_HOME/tlblab, and removed when the screen is left. One that is found at the
 * next start is what a crash left: it becomes last.jsonl and is offered at every start
 * until it was seen, for a week at most. Only a convenience: whatever fails here is
 * told once and changes nothing else.
 */
struct recovery_log;

enum { RECOVERY_LOG_KEPT_S = 7 * 24 * 3600 };

struct recovery_log_left {
	char path[400]; /* "": nothing is left */
	double age_s;	/* since it was last written */
};

/* NULL when there is nowhere to write; *left is filled in any case. */
struct recovery_log *recovery_log_open(struct recovery_log_left *left);
/* It was seen: it is offered no more, but kept as seen.jsonl, whose path goes to left.
 */
void recovery_log_seen(struct recovery_log_left *left);
/* Appends what is new since the last call; cheap when nothing is. False once, when it
 * cannot be written on. */
bool recovery_log_write(struct recovery_log *j, const struct snapshot *snap,
			const struct preset *preset);
/* The screen was left as it should be: nothing remains. NULL is fine. */
void recovery_log_close(struct recovery_log *j);

#endif
