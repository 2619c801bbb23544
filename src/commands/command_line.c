/* SPDX-License-Identifier: MIT */
#include "commands/command_line.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const char special[] = " \t\n\"'\\$`*?[]{}()<>|&;#~!";

/* Appends text if it fits with its end. */
static bool put(char **at, const char *end, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(end - *at) <= n)
		return false;
	memcpy(*at, text, n + 1);
	*at += n;
	return true;
}

/* Between single quotes all is itself but a single quote: that stands outside. */
static bool put_quoted(char **at, const char *end, const char *word)
{
	bool fits = put(at, end, "'");

	for (; *word && fits; word++)
		fits = put(at, end,
			   *word == '\'' ? "'\\''" : (const char[]){*word, '\0'});
	return fits && put(at, end, "'");
}

int command_line_add(char *line, size_t line_bytes, const char *word,
		     struct error *error)
{
	char *at = line + strlen(line);
	const char *end = line + line_bytes;
	bool plain = *word && !word[strcspn(word, special)];

	if ((at == line || put(&at, end, " ")) &&
	    (plain ? put(&at, end, word) : put_quoted(&at, end, word)))
		return 0;
	return error_setf(error, ERROR_INPUT, E2BIG, "the command",
			  "put it into a script", "longer than %zu characters",
			  line_bytes - 1);
}
