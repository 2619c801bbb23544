/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_DIARY_H
#define TLBLAB_SRC_TUI_DIARY_H

#include <stdbool.h>

#include "tlblab/backends/session.h"

/*
 * What the screen measures is also written down while it runs, as a stream in
 * $XDG_STATE_HOME/tlblab, and removed when the screen is left. One that is found at the
 * next start is what a crash left: it becomes last.jsonl and is offered at every start
 * until it was seen, for a week at most. Only a convenience: whatever fails here is
 * told once and changes nothing else.
 */
struct diary;

enum { DIARY_KEPT_S = 7 * 24 * 3600 };

struct diary_left {
	char path[400]; /* "": nothing is left */
	double age_s;	/* since it was last written */
};

/* NULL when there is nowhere to write; *left is filled in any case. */
struct diary *diary_open(struct diary_left *left);
/* It was seen: it is offered no more, but kept as seen.jsonl, whose path goes to left.
 */
void diary_seen(struct diary_left *left);
/* Appends what is new since the last call; cheap when nothing is. False once, when it
 * cannot be written on. */
bool diary_write(struct diary *j, const struct snapshot *snap,
		 const struct preset *preset);
/* The screen was left as it should be: nothing remains. NULL is fine. */
void diary_close(struct diary *j);

#endif
