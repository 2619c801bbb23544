/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_TUNE_RECORD_H
#define TLBLAB_SRC_COMMANDS_TUNE_RECORD_H

#include <stdbool.h>

#include "tlblab/base/error.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/lab/tune.h"

enum { TUNE_MIX_SOURCE_BYTES = 160 };

/* Counts what the process flushes for a while, until signal_fd is readable at most, and
 * says what was counted. 0, -EINTR after a signal, or another -errno with its error. */
int tune_record_mix(struct guardian *guardian, pid_t pid, double seconds, int signal_fd,
		    struct tune_mix *mix, char source[TUNE_MIX_SOURCE_BYTES],
		    struct error *error);

#endif
