/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_FRAME_MOUSE_H
#define TLBLAB_SRC_TUI_FRAME_MOUSE_H

#include "tlblab/draw/canvas.h"
#include "tui/app/app.h"

/*
 * The mouse is a shorter way to keys: whatever it does, keys do too. Who draws
 * something that can be clicked leaves a spot on the canvas, so that what is clicked is
 * what was seen.
 */
enum spot_kind {
	SPOT_COVER,  /* hides the spots below */
	SPOT_KEY,    /* which: the key that it stands for */
	SPOT_FIELD,  /* of the form */
	SPOT_ENTRY,  /* of the presets */
	SPOT_PLOT,   /* which: its trace */
	SPOT_TIME,   /* the columns of a zoomed plot, over the time shown */
	SPOT_SCRUB,  /* the bar of a replay, over the recording */
	SPOT_LESSON, /* of the lesson's words; which: the key they stand for */
};

enum mouse_button { MOUSE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse_event {
	int x, y; /* cells */
	enum mouse_button button;
};

/* Does what no key can, such as to choose a field among many, and returns the key that
 * does the rest; KEY_NOTHING when nothing is left to do. */
int mouse_key(struct app *a, const struct snapshot *snap, const struct canvas *shown,
	      struct mouse_event e);

#endif
