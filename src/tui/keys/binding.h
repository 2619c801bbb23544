/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_KEYS_BINDING_H
#define TLBLAB_SRC_TUI_KEYS_BINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/modes.h"

/* Keys as the terminal hands them over: a character's code point, or one of these,
 * which lie beyond Unicode. */
enum {
	KEY_NOTHING = -1,
	KEY_TAB = '\t',
	KEY_RETURN = '\r',
	KEY_ESCAPE = 0x1B,
	KEY_ERASE = 0x7F, /* backspace */
	KEY_ARROW_UP = 0x110000,
	KEY_ARROW_DOWN,
	KEY_ARROW_LEFT,
	KEY_ARROW_RIGHT,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_TO_START,
	KEY_TO_END,
	KEY_DELETE,
	KEY_TAB_BACK,
	KEY_SIZE_CHANGED,
	KEY_FUNCTION_1,
	KEY_FUNCTION_4,
	KEY_FUNCTION_5,
	KEY_FUNCTION_6,
	KEY_FUNCTION_10,
	KEY_STRANGE, /* one without a name here */
	KEY_POINTED, /* the mouse */
};

/* Where a key is pressed decides what it means: a view of the bench, something over it,
 * or a mode. */
#define CONTEXT_OF(mode) (1 << (16 + (mode)))

enum context {
	CONTEXT_BENCH = 1,   /* the overview, a field of the form in focus */
	CONTEXT_PAGE = 2,    /* the other views */
	CONTEXT_LIST = 4,    /* choosing a preset */
	CONTEXT_TEXT = 8,    /* typing a value or a name */
	CONTEXT_READ = 16,   /* help, notes, explanations */
	CONTEXT_SMALL = 32,  /* the terminal is too small to show anything */
	CONTEXT_MAP = 128,   /* the machine view, a CPU under the cursor */
	CONTEXT_ZOOM = 256,  /* a plot that fills the overview */
	CONTEXT_ABOUT = 512, /* explanations, beside their list */
	CONTEXT_REPLAY = CONTEXT_OF(MODE_REPLAY),
	CONTEXT_LESSON = CONTEXT_OF(MODE_LESSON),
	CONTEXT_WHO = CONTEXT_OF(MODE_WHO),

	/* Several at once. */
	CONTEXT_MAIN = CONTEXT_BENCH | CONTEXT_PAGE | CONTEXT_MAP | CONTEXT_ZOOM |
		       CONTEXT_LESSON,
	CONTEXT_ANY = CONTEXT_MAIN | CONTEXT_REPLAY,
	/* Whatever takes the place of the bench and gives it back. */
	CONTEXT_MODES = (CONTEXT_OF(MODE_N) - CONTEXT_OF(0)) &
			~(CONTEXT_OF(MODE_BENCH) | CONTEXT_REPLAY | CONTEXT_LESSON |
			  CONTEXT_WHO),
	CONTEXT_MOVING = CONTEXT_PAGE | CONTEXT_READ | CONTEXT_MODES,
	CONTEXT_PAGING = CONTEXT_MOVING | CONTEXT_MAP,
};

enum action {
	ACTION_NONE,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_LESS,
	ACTION_MORE,
	ACTION_BOX_BEFORE,
	ACTION_BOX_NEXT,
	ACTION_PICK,
	ACTION_PICK_BOX,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_RUN,
	ACTION_EDIT,
	ACTION_OPEN,
	ACTION_SAVE,
	ACTION_EXPORT,
	ACTION_BASELINE,
	ACTION_BASELINE_CLEAR,
	ACTION_TWIN,
	ACTION_NOTES,
	ACTION_LESSON_NEXT,
	ACTION_LESSON_BACK,
	ACTION_DIGIT_1,
	ACTION_DIGIT_2,
	ACTION_DIGIT_3,
	ACTION_DIGIT_4,
	ACTION_DIGIT_5,
	ACTION_DIGIT_6,
	ACTION_DIGIT_7,
	ACTION_DIGIT_8,
	ACTION_DIGIT_9,
	ACTION_VIEW_NEXT,
	ACTION_VIEW_BEFORE,
	ACTION_PLOT_NEXT,
	ACTION_SCALE,
	ACTION_ZOOM_IN,
	ACTION_ZOOM_OUT,
	ACTION_PLOT_BEFORE,
	ACTION_ZOOM,
	ACTION_TIME_BACK,
	ACTION_TIME_ON,
	ACTION_TIME_NOW,
	ACTION_TIME_FIRST,
	ACTION_CURSOR_BACK,
	ACTION_CURSOR_ON,
	ACTION_CURSOR_STEP_BACK,
	ACTION_CURSOR_STEP_ON,
	ACTION_CURSOR_SKIP_BACK,
	ACTION_CURSOR_SKIP_ON,
	ACTION_CURSOR_FIRST,
	ACTION_CLEAR,
	ACTION_DOCTOR,
	ACTION_TRIGGER,
	ACTION_CONTROL,
	ACTION_UNDO,
	ACTION_MESSAGES,
	ACTION_ABOUT,
	ACTION_SEARCH,
	ACTION_SCHEME,
	ACTION_SWEEP,
	ACTION_RECOVER,
	ACTION_TUNE,
	ACTION_TUNE_WAIT,
	ACTION_STOP,
	ACTION_HELP,
	ACTION_QUIT,
	ACTION_ACCEPT,
	ACTION_CANCEL,
	ACTION_CURSOR_LEFT,
	ACTION_CURSOR_RIGHT,
	ACTION_CURSOR_START,
	ACTION_CURSOR_END,
	ACTION_ERASE,
	ACTION_DELETE,
	ACTION_SEEK_BACK,
	ACTION_SEEK_ON,
	ACTION_LEAP_BACK,
	ACTION_LEAP_ON,
	ACTION_STEP_BACK,
	ACTION_STEP_ON,
	ACTION_SKIP_BACK,
	ACTION_SKIP_ON,
	ACTION_SLOWER,
	ACTION_FASTER,
	ACTION_TO_START,
	ACTION_TO_END,
	ACTION_ERASE_ALL,
	ACTION_SORT_NEXT,
	ACTION_SORT_BEFORE,
	ACTION_SORT_INVERT,
	ACTION_TREE,
	ACTION_THREADS,
	ACTION_SINCE_START,
	ACTION_N
};

/* A key of the bench that begins a mode, with nothing typed for it. */
#define ACTION_BEGIN(mode) ((enum action)(ACTION_N + 1 + (mode)))

enum { BINDING_KEYS = 5 };

struct binding {
	unsigned int contexts;
	enum action action;
	int keys[BINDING_KEYS]; /* 0 ends */
	const char *keys_text;	/* as help shows them */
	const char *foot_keys;	/* as the footer does, NULL: the same */
	const char *foot;	/* one word for the footer, NULL: only in help */
	const char *help;	/* a line for the help screen, NULL: understood */
};

#endif
