/* SPDX-License-Identifier: MIT */

/*
 * tlblab: picks a subcommand and nothing else. The first word may also be a preset,
 * which opens the screen, or the rig's own word, by which this program runs itself as
 * the process that holds the workers.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands/help.h"
#include "commands/manual.h"
#include "tlblab/base/version.h"
#include "tlblab/commands/command.h"
#include "tlblab/rig/rig.h"

static const struct command *find_command(const char *name)
{
	for (int i = 0; command_table[i]; i++)
		if (!strcmp(command_table[i]->name, name))
			return command_table[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	setlocale(LC_CTYPE, ""); /* characters only: numbers read and write the same */
	signal(SIGPIPE, SIG_IGN);
	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
			 !strcmp(argv[1], "help")))
		return help_print_all();
	if (argc > 1 && (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))) {
		printf("tlblab %s\n", TLBLAB_VERSION);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], MANUAL_WORD))
		return manual_print(argv[2]);
	command = argc > 1 ? find_command(argv[1]) : NULL;
	if (command)
		return command->run(argc - 1, argv + 1);
	return find_command("open")->run(argc, argv);
}
