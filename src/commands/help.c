/* SPDX-License-Identifier: MIT */
#include "commands/help.h"

#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 24 };

static const struct command_option common[] = {
	{"--help", NULL, "print this and leave"},
	{NULL, NULL, NULL},
};

static void help_options(const struct command_option *o)
{
	for (; o && o->name; o++) {
		int n = printf("  %s%s%s", o->name, o->argument ? " " : "",
			       o->argument ? o->argument : "");

		printf("%*s%s\n", n < HELP_COLUMN ? HELP_COLUMN - n : 1, "", o->help);
	}
}

int help_print(const struct command *c)
{
	printf("usage: tlblab %s\n\n%s\n", c->usage, c->summary);
	if (c->details)
		printf("\n%s\n", c->details);
	printf("\nOptions\n");
	help_options(c->options);
	help_options(common);
	return 0;
}

int help_print_all(void)
{
	printf("tlblab: a laboratory for TLB flushes and shootdowns\n\nusage:\n");
	for (int i = 0; command_table[i]; i++)
		printf("  tlblab %s\n", command_table[i]->usage);
	printf("  tlblab --help, --version, COMMAND --help\n\n");
	for (int i = 0; command_table[i]; i++)
		printf("  %-10s %s\n", command_table[i]->name,
		       command_table[i]->summary);
	printf("\nExit status: 0 done; 1 a comparison or check failed; 2 bad usage or "
	       "input;\n3 the machine or its permissions do not allow it; 130 "
	       "interrupted.\n");
	return 0;
}

int command_fail(const struct fault *fault)
{
	char line[800];

	fprintf(stderr, "tlblab: %s\n", fault_text(fault, line, sizeof(line)));
	return fault_exit_status(fault);
}
