/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_REPLAY_PLAYHEAD_H
#define TLBLAB_SRC_TUI_REPLAY_PLAYHEAD_H

#include "tlblab/backends/replay.h"
#include "tui/keys/binding.h"

/* Whether the action is one of the playhead's. */
bool playhead_has(enum action action);
/* Does it; shown_s: seconds that the time axis shows, 0 for all. */
void playhead_act(struct replay *r, enum action action, double shown_s);

#endif
