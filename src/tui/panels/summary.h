/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_PANELS_SUMMARY_H
#define TLBLAB_SRC_TUI_PANELS_SUMMARY_H

#include "tui/panels/panels.h"

/* What the figures say, in sentences that a teacher can read aloud: computed from the
 * present window and the one before the last change, never from what theory expects.
 * Where figures do not allow a statement, none is made. */
void summary_write(const struct view *v, char *buf, size_t buf_bytes);

#endif
