/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_REPLAY_PLAYHEAD_H
#define TLBLAB_SRC_TUI_REPLAY_PLAYHEAD_H

#include "tlblab/backends/replay.h"
#include "tui/keys/keymap.h"

/* What the keys of a replay do; shown_s: seconds that the time axis shows, 0 for all.
 * False when the action is none of them. */
bool playhead_act(struct replay *r, enum action action, double shown_s);

#endif
