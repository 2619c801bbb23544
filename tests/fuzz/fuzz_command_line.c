/* SPDX-License-Identifier: MIT */
/*
 * Any words (NUL between them) behind every command's name: each word is an option of
 * its table, a plain word, or refused with an error of three parts; joined to a line
 * for the shell they fit, or are refused as too long.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command_line.h"
#include "commands/options.h"
#include "tlblab/commands/command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

enum { WORDS_MAX = 24 };

struct seen {
	const struct command *command;
	int n;
};

static int take(void *into, int option, const char *value, struct error *error)
{
	struct seen *s = into;

	(void)error;
	if (option == OPTIONS_WORD ? !value
				   : !!s->command->options[option].argument != !!value)
		abort();
	s->n++;
	return 0;
}

static void check_options(const struct command *c, int argc, char **argv)
{
	struct seen seen = {.command = c};
	struct error error = {0};
	int err = options_read(c, argc, argv, take, &seen, &error);

	if (err > 1 || seen.n > argc)
		abort();
	if (err < 0 &&
	    (error.code != ERROR_INPUT || !*error.what || !*error.why || !*error.todo))
		abort();
}

/* The line takes every word, or says that it is too long. */
static void check_quoting(int argc, char **argv)
{
	char line[COMMAND_LINE_BYTES] = "";
	struct error error = {0};
	size_t before;

	for (int i = 1; i < argc; i++) {
		before = strlen(line);
		if (command_line_add(line, sizeof(line), argv[i], &error)) {
			if (!*error.what || !*error.why || !*error.todo)
				abort();
			return;
		}
		if (strlen(line) < before + strlen(argv[i]))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char *text = malloc(bytes + 1), name[] = "tlblab";
	char *argv[WORDS_MAX + 2] = {name};
	int argc = 1;

	if (!text)
		abort();
	memcpy(text, data, bytes);
	text[bytes] = '\0';
	for (size_t at = 0; at < bytes && argc <= WORDS_MAX;
	     at += strlen(text + at) + 1)
		argv[argc++] = text + at;
	for (int i = 0; command_table[i]; i++)
		check_options(command_table[i], argc, argv);
	check_quoting(argc, argv);
	free(text);
	return 0;
}
