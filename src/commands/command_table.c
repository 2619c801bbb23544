/* SPDX-License-Identifier: MIT */

/* Every subcommand; adding one is one file and one line here. */
#include <stddef.h>

#include "commands/commands.h"

const struct command *const command_table[] = {
	&command_open,	 &command_run,	  &command_tune, &command_compare,
	&command_replay, &command_report, &command_list, &command_machine,
	&command_doctor, &command_who,	  NULL,
};
