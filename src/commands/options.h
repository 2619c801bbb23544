/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_OPTIONS_H
#define TLBLAB_SRC_COMMANDS_OPTIONS_H

#include <stdbool.h>

#include "tlblab/base/error.h"
#include "tlblab/commands/command.h"

/*
 * Command lines are read through the same table that prints --help: "--name VALUE",
 * "--name=VALUE", switches, and plain words anywhere; "--" ends the options.
 */
struct options {
	const struct command *command;
	int argc;
	char **argv;
	int next;
	bool only_words; /* after "--" */
};

enum { OPTIONS_END = -1, OPTIONS_WORD = -2, OPTIONS_HELP = -3, OPTIONS_BAD = -4 };

void options_begin(struct options *o, const struct command *c, int argc, char **argv);
/* Takes one option or OPTIONS_WORD of a command line: 0, or -errno with its error. */
typedef int options_take_fn(void *into, int option, const char *value,
			    struct error *error);
/* Reads a whole command line through take: 0, 1 when only help was asked for, or
 * -errno. */
int options_read(const struct command *c, int argc, char **argv, options_take_fn *take,
		 void *into, struct error *error);
/* The index of the next option in the command's table with its *value (NULL for a
 * switch), OPTIONS_WORD with the word in *value, or one of the others. */
int options_next(struct options *o, const char **value, struct error *error);

#endif
