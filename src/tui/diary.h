/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_DIARY_H
#define TLBLAB_SRC_TUI_DIARY_H

#include <stdbool.h>

#include "tlblab/backends/session.h"

/*
 * What the screen measures is also written down while it runs, as a stream in
 * $XDG_STATE_HOME/tlblab, and removed when the screen is left. One that is found at the
 * next start is what a crash left: it becomes last.jsonl, for tlblab replay. Only a
 * convenience: whatever fails here is told once and changes nothing else.
 */
struct diary;

/* NULL when there is nowhere to write. *left: the path of what a crash left, "" when
 * nothing did. */
struct diary *diary_open(char *left, size_t left_bytes);
/* Appends what is new since the last call; cheap when nothing is. False once, when it
 * cannot be written on. */
bool diary_write(struct diary *j, const struct snapshot *snap,
		 const struct preset *preset);
/* The screen was left as it should be: nothing remains. NULL is fine. */
void diary_close(struct diary *j);

#endif
