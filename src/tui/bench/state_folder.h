/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_BENCH_STATE_FOLDER_H
#define TLBLAB_SRC_TUI_BENCH_STATE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* Where the screen keeps what outlives it: $XDG_STATE_HOME/tlblab, or
 * ~/.local/state/tlblab. Created when it is not there; false when it cannot be. */
bool state_folder(char *buf, size_t buf_bytes);

#endif
