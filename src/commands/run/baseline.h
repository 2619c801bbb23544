/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_RUN_BASELINE_H
#define TLBLAB_SRC_COMMANDS_RUN_BASELINE_H

#include "tlblab/tui/tui.h"

/* Reads what --baseline named; path NULL leaves none. 0 or -errno with an error. */
int baseline_open(struct tui_baseline *b, const struct catalogue *c, const char *path,
		  struct error *error);
void baseline_close(struct tui_baseline *b);

#endif
