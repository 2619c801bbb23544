/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_MODES_H
#define TLBLAB_SRC_TUI_MODES_H

/*
 * Every mode, one line each; the order is that of their keys in help and footer. To add
 * one, write src/tui/NAME/ with a `const struct mode_ops mode_NAME` (mode.h says what
 * is in it) and add its line here. The line makes MODE_NAME, the table and, for the
 * mode's keys, CONTEXT_OF(MODE_NAME).
 */
#define MODES(MODE)                                                                    \
	MODE(LESSON, lesson) /* next to the plots of the bench */                      \
	MODE(REPLAY, replay) /* a recording, with the bench's views */                 \
	MODE(BENCH, bench)   /* the experiment that runs */                            \
	MODE(SWEEP, sweep)                                                             \
	MODE(TUNE, tune)                                                               \
	MODE(TRIAL, trial)                                                             \
	MODE(WHO, who)

enum mode {
#define MODE_ID(NAME, name) MODE_##NAME,
	MODES(MODE_ID)
#undef MODE_ID
		MODE_N
};

#endif
