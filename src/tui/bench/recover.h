/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_BENCH_RECOVER_H
#define TLBLAB_SRC_TUI_BENCH_RECOVER_H

#include <stddef.h>

#include "tlblab/base/error.h"

/* Shows what a session that was cut off had measured, in the terminal that the bench
 * has left. Returns what tui_replay does, with its error. */
int recover_show(const char *path, const char *version, struct error *error);
/* "5 min", "3 h", "2 days". Returns buf. */
const char *recover_age(double age_s, char *buf, size_t bytes);

#endif
