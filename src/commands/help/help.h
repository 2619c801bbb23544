/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_HELP_HELP_H
#define TLBLAB_SRC_COMMANDS_HELP_HELP_H

#include "tlblab/base/error.h"
#include "tlblab/commands/command.h"

/* Help is generated from the command table; both return the exit status 0. */
int help_print_all(void);
int help_print(const struct command *c);

/* The one place where an error becomes a line on standard error; returns the exit
 * status the contract gives it. */
int command_fail(const struct error *error);

#endif
