/* SPDX-License-Identifier: MIT */
#include "commands/command_line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int command_line_add(char *line, size_t line_bytes, const char *word,
		     struct fault *fault)
{
	const char *quote =
		!*word || word[strcspn(word, " \t\n\"'\\$`*?[]{}()<>|&;#~!")] ? "'"
									      : "";
	size_t used = strlen(line);
	int n = snprintf(line + used, line_bytes - used, "%s%s%s%s", used ? " " : "",
			 quote, word, quote);

	if (!strchr(word, '\'') && n >= 0 && (size_t)n < line_bytes - used)
		return 0;
	return fault_set(fault, FAULT_INPUT, EINVAL, word,
			 "too long, or with a quote of its own",
			 "put the command into a script");
}
