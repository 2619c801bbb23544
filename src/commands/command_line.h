/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_COMMAND_LINE_H
#define TLBLAB_SRC_COMMANDS_COMMAND_LINE_H

#include <stddef.h>

#include "tlblab/base/error.h"
#include "tlblab/base/param.h"

enum { COMMAND_LINE_BYTES = PARAM_TEXT_BYTES };

/* One more word of a command of the user's behind line, quoted so that the shell takes
 * it for one. */
int command_line_add(char *line, size_t line_bytes, const char *word,
		     struct error *error);

#endif
