/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TUI_TUI_H
#define TLBLAB_TUI_TUI_H

#include "tlblab/backends/session.h"
#include "tlblab/lab/preset.h"

/* The screen. It holds a session at arm's length: input becomes an action through one
 * table, actions change an experiment, the session runs it, and drawing is a pure
 * function of the snapshot. Returns an exit status of the contract. */
struct tui_options {
	struct session *session;
	struct preset *preset; /* what is opened first; changed by o and s */
	const char *version;
};

int tui_run(const struct tui_options *options, struct fault *fault);

#endif
