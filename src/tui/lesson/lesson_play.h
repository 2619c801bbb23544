/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_LESSON_LESSON_PLAY_H
#define TLBLAB_SRC_TUI_LESSON_LESSON_PLAY_H

#include "tui/app/app.h"

/*
 * The loop's side of a lesson: sets steps up, hands them what was measured and, where
 * it plays by itself, presses Enter when there was time to read.
 */
struct lesson_play {
	bool by_itself;
	double read_s;	  /* no step is read longer; 0: as long as its words take */
	uint64_t told_ns; /* when the present phase began */
	int step;
	enum lesson_phase phase;
	bool over; /* played by itself to the end */
};

/* True when the screen changed. */
bool lesson_play_tick(struct lesson_play *p, struct app *a, struct session *session,
		      uint64_t now_ns);

#endif
