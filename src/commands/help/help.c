/* SPDX-License-Identifier: MIT */
#include "commands/help/help.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 24, HELP_WIDTH = 80, USAGE_INDENT = 6 };

/* Up to the next blank that is not within brackets. */
static int piece_bytes(const char *text)
{
	int depth = 0, n = 0;

	for (; text[n] && (text[n] != ' ' || depth > 0); n++)
		depth += (text[n] == '[') - (text[n] == ']');
	return n;
}

/* From column `at` on; further lines are indented. What is in brackets stays together.
 */
static void put_wrapped(int at, int indent, const char *text)
{
	for (bool first = true; *text; first = false) {
		int bytes = piece_bytes(text), columns = 0;

		for (int i = 0; i < bytes; i++)
			columns += ((unsigned char)text[i] & 0xC0) != 0x80;
		if (!first && at + 1 + columns > HELP_WIDTH) {
			printf("\n%*s", indent, "");
			at = indent;
		} else if (!first) {
			at += printf(" ");
		}
		printf("%.*s", bytes, text);
		at += columns;
		text += bytes + (text[bytes] == ' ');
	}
	printf("\n");
}

static const struct command_option common[] = {
	{"--help", NULL, "print this help and exit"},
	{NULL, NULL, NULL},
};

static void help_options(const struct command_option *o)
{
	for (; o && o->name; o++) {
		int n = printf("  %s%s%s", o->name, o->argument ? " " : "",
			       o->argument ? o->argument : "");

		n += printf("%*s", n < HELP_COLUMN ? HELP_COLUMN - n : 1, "");
		put_wrapped(n, HELP_COLUMN, o->help);
	}
}

int help_print(const struct command *c)
{
	put_wrapped(printf("usage: tlblab "), USAGE_INDENT, c->usage);
	printf("\n%s\n", c->summary);
	if (c->details)
		printf("\n%s\n", c->details);
	printf("\nOptions\n");
	help_options(c->options);
	help_options(common);
	return 0;
}

int help_print_all(void)
{
	printf("tlblab: a laboratory for TLB flushes and shootdowns\n\n"
	       "With no arguments, it opens the lessons next to a running experiment.\n"
	       "tlblab madvise-scaling opens an experiment. On the screen, ? shows the "
	       "keys.\n\nusage:\n");
	for (int i = 0; command_table[i]; i++)
		put_wrapped(printf("  tlblab "), USAGE_INDENT, command_table[i]->usage);
	printf("  tlblab --help, --version, COMMAND --help\n\n");
	for (int i = 0; command_table[i]; i++)
		printf("  %-10s %s\n", command_table[i]->name,
		       command_table[i]->summary);
	printf("\nExit status: 0 done; 1 a comparison or check failed; 2 bad usage or "
	       "input;\n3 the machine or its permissions do not allow it; 130 "
	       "interrupted.\n");
	return 0;
}

int command_fail(const struct error *error)
{
	char line[800];

	fprintf(stderr, "tlblab: %s\n", error_text(error, line, sizeof(line)));
	return error_exit_status(error);
}
