/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_LESSON_COURSE_H
#define TLBLAB_SRC_TUI_LESSON_COURSE_H

#include "tlblab/lab/catalogue.h"
#include "tui/lesson/lesson.h"

/* The lessons in their order, and which were played: names, one a line, in
 * $XDG_STATE_HOME/tlblab/course (~/.local/state). A state that cannot be written is
 * forgotten, no more. */
int course_list(const struct catalogue *c, struct course_entry out[COURSE_MAX]);
/* Whether the index was never shown to this user; from now on it was. */
bool course_is_new(void);
void course_note_done(const char *name);

#endif
