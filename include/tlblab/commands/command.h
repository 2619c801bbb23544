/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_COMMANDS_COMMAND_H
#define TLBLAB_COMMANDS_COMMAND_H

#include "tlblab/base/version.h"

/* One subcommand: its words for --help and what it does. */
struct command_option {
	const char *name;     /* "--json" */
	const char *argument; /* "FILE", or NULL for a switch */
	const char *help;
};

struct command {
	const char *name;  /* "run" */
	const char *usage; /* what follows the name */
	const char *summary;
	const char *details;		      /* further help text, may be NULL */
	const struct command_option *options; /* ends with a NULL name */
	/* argv[0] is the command's name. Returns the process's exit status. */
	int (*run)(int argc, char **argv);
};

extern const struct command *const command_table[];

#endif
