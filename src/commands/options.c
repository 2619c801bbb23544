/* SPDX-License-Identifier: MIT */
#include "commands/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

enum { OPTIONS_MAX = 32 };

void options_begin(struct options *o, const struct command *c, int argc, char **argv)
{
	*o = (struct options){.command = c, .argc = argc, .argv = argv, .next = 1};
}

int options_read(const struct command *c, int argc, char **argv, options_take_fn *take,
		 void *into, struct error *error)
{
	struct options o;
	const char *value;
	int err = 0;

	options_begin(&o, c, argc, argv);
	while (!err) {
		int got = options_next(&o, &value, error);

		if (got == OPTIONS_END)
			return 0;
		if (got == OPTIONS_HELP)
			return 1;
		err = got == OPTIONS_BAD ? -EINVAL : take(into, got, value, error);
	}
	return err;
}

static int options_unknown(const struct options *o, const char *word,
			   struct error *error)
{
	const char *names[OPTIONS_MAX];
	const struct command_option *table = o->command->options;
	char todo[128];
	int n = 0;

	while (table && table[n].name && n < OPTIONS_MAX) {
		names[n] = table[n].name;
		n++;
	}
	const char *near = text_nearest(word, names, n);

	if (near)
		snprintf(todo, sizeof(todo), "did you mean %s?", near);
	else
		snprintf(todo, sizeof(todo), "see tlblab %s --help", o->command->name);
	error_set(error, ERROR_INPUT, EINVAL, word, "no such option", todo);
	return OPTIONS_BAD;
}

int options_next(struct options *o, const char **value, struct error *error)
{
	const struct command_option *table = o->command->options;
	const char *word, *equals;
	size_t length;

	*value = NULL;
	if (o->next >= o->argc)
		return OPTIONS_END;
	word = o->argv[o->next++];
	if (!o->only_words && !strcmp(word, "--")) {
		o->only_words = true;
		return options_next(o, value, error);
	}
	if (o->only_words || word[0] != '-' || !word[1]) {
		*value = word;
		return OPTIONS_WORD;
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return OPTIONS_HELP;
	equals = strchr(word, '=');
	length = equals ? (size_t)(equals - word) : strlen(word);
	for (int i = 0; table && table[i].name; i++) {
		if (strlen(table[i].name) != length ||
		    strncmp(table[i].name, word, length) != 0)
			continue;
		if (!table[i].argument && equals)
			error_set(error, ERROR_INPUT, EINVAL, table[i].name,
				  "takes no value", "leave out what follows the =");
		else if (table[i].argument && !equals && o->next >= o->argc)
			error_set(error, ERROR_INPUT, EINVAL, table[i].name,
				  "needs a value", table[i].argument);
		else {
			if (table[i].argument)
				*value = equals ? equals + 1 : o->argv[o->next++];
			return i;
		}
		return OPTIONS_BAD;
	}
	return options_unknown(o, word, error);
}
