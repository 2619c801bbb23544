/* SPDX-License-Identifier: MIT */

/*
 * Completions of bash, zsh and fish, from the command table: commands, their options,
 * files where an argument names one, presets by asking the program, and the words a
 * usage offers as one|two|three.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "commands/help/manual.h"
#include "tlblab/backends/session.h"
#include "tlblab/commands/command.h"

/* One name a line; the same for every shell. */
#define PRESET_NAMES "tlblab list presets 2>/dev/null | awk '/^[a-z]/ { print $1 }'"

static bool takes_file(const struct command_option *o)
{
	return o->argument &&
	       (!strcmp(o->argument, "FILE") || !strcmp(o->argument, "OUT") ||
		!strcmp(o->argument, "DIR"));
}

static bool takes_preset(const struct command *c)
{
	return strstr(c->usage, "PRESET") != NULL;
}

/* "presets|workloads" of "list presets|workloads [--json]" with blanks between; "" when
 * the usage offers no words. */
static const char *choices(const struct command *c, char *buf, size_t bytes)
{
	const char *from = strchr(c->usage, ' ');
	size_t n = from ? strspn(++from, "abcdefghijklmnopqrstuvwxyz|") : 0;

	buf[0] = '\0';
	if (!n || n >= bytes || !memchr(from, '|', n))
		return buf;
	for (size_t i = 0; i < n; i++)
		buf[i] = from[i] == '|' ? ' ' : from[i];
	buf[n] = '\0';
	return buf;
}

static void options_line(const struct command *c)
{
	for (const struct command_option *o = c->options; o && o->name; o++)
		printf("%s ", o->name);
	printf("--help");
}

/* Keys of --set with a "=", those of all workloads too. */
static void set_keys(void)
{
	struct catalogue catalogues[2];
	const struct catalogue *all = backends_catalogue(catalogues);
	int n;
	const struct param_desc *fields = experiment_fields(&n);

	for (int i = 0; i < n; i++)
		printf("%s= ", fields[i].key);
	for (const struct catalogue *c = all; c; c = c->next)
		for (int w = 0; w < c->n; w++)
			for (int p = 0; p < c->workloads[w]->n_params; p++)
				printf("params.%s= ", c->workloads[w]->params[p].key);
}

static bool takes_set(const struct command_option *o)
{
	return o->argument && !strcmp(o->argument, "KEY=VALUE");
}

/* What a key may be, for those that have a list: bash cuts words at "=". */
static void set_values(void)
{
	int n;
	const struct param_desc *fields = experiment_fields(&n);

	printf("  if [ \"$cur\" = = ]; then cur= prev='='; fi\n"
	       "  if [ \"$prev\" = = ]; then\n"
	       "    case ${COMP_LINE%%%%=*} in\n");
	for (int i = 0; i < n; i++) {
		if (!fields[i].choices)
			continue;
		printf("      *--set\\ %s) words=\"", fields[i].key);
		for (int k = 0; fields[i].choices[k]; k++)
			printf("%s ", fields[i].choices[k]);
		printf("\" ;;\n");
	}
	printf("    esac\n"
	       "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	       "    return\n  fi\n");
}

void completions_bash(void)
{
	char words[256];

	printf("# bash completion for tlblab, made from the tables of --help\n"
	       "_tlblab() {\n"
	       "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	       "  local command=${COMP_WORDS[1]} words=\n"
	       "  COMPREPLY=()\n"
	       "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    words=\"");
	for (int i = 0; command_table[i]; i++)
		printf("%s ", command_table[i]->name);
	printf("--help --version $(%s)\"\n"
	       "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\"; compgen -f "
	       "-- \"$cur\")\n    return\n  fi\n",
	       PRESET_NAMES);
	set_values();
	printf("  case $command:$prev in\n    *:--set) compopt -o nospace\n"
	       "      mapfile -t COMPREPLY < <(compgen -W \"");
	set_keys();
	printf("\" -- \"$cur\"); return ;;\n");
	for (int i = 0; command_table[i]; i++)
		for (const struct command_option *o = command_table[i]->options;
		     o && o->name; o++)
			if (takes_file(o))
				printf("    %s:%s) mapfile -t COMPREPLY < <(compgen -f "
				       "-- \"$cur\"); return ;;\n",
				       command_table[i]->name, o->name);
			else if (o->argument && !takes_set(o))
				printf("    %s:%s) return ;;\n", command_table[i]->name,
				       o->name);
	printf("  esac\n  case $command in\n");
	for (int i = 0; command_table[i]; i++) {
		const struct command *c = command_table[i];

		printf("    %s) words=\"", c->name);
		options_line(c);
		printf(" %s", choices(c, words, sizeof(words)));
		if (takes_preset(c))
			printf(" $(%s)", PRESET_NAMES);
		printf("\" ;;\n");
	}
	printf("  esac\n"
	       "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	       "  if [[ $cur != -* ]]; then\n"
	       "    mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- "
	       "\"$cur\")\n  fi\n}\ncomplete -o filenames -F _tlblab tlblab\n");
}

/* Inside single quotes of zsh and fish; brackets and colons mean something to zsh. */
static void quoted(const char *text, bool zsh)
{
	for (; *text; text++) {
		if (*text == '\'')
			printf(zsh ? "'\\''" : "\\'");
		else if (zsh && strchr("[]:", *text))
			printf("\\%c", *text);
		else if (!zsh && *text == '\\')
			printf("\\\\");
		else
			putchar(*text);
	}
}

void completions_zsh(void)
{
	char words[256];

	printf("#compdef tlblab\n# made from the tables of --help\n"
	       "_tlblab_presets() {\n  local -a presets\n  presets=(${(f)\"$(%s)\"})\n"
	       "  _describe -t presets preset presets\n  _files\n}\n_tlblab() {\n"
	       "  local -a commands\n  commands=(\n",
	       PRESET_NAMES);
	for (int i = 0; command_table[i]; i++) {
		printf("    '%s:", command_table[i]->name);
		quoted(command_table[i]->summary, true);
		printf("'\n");
	}
	printf("  )\n  if (( CURRENT == 2 )); then\n"
	       "    _describe -t commands command commands\n    _tlblab_presets\n"
	       "    return\n  fi\n  local command=$words[2]\n  shift words\n"
	       "  (( CURRENT-- ))\n  case $command in\n");
	for (int i = 0; command_table[i]; i++) {
		const struct command *c = command_table[i];

		printf("    %s)\n      _arguments", c->name);
		for (const struct command_option *o = c->options; o && o->name; o++) {
			printf(" \\\n        '*%s[", o->name);
			quoted(o->help, true);
			printf("]");
			if (o->argument) {
				printf(":");
				quoted(o->argument, true);
				printf(":%s", takes_file(o) ? "_files" : "");
			}
			printf("'");
		}
		printf(" \\\n        '--help[print this help and exit]'");
		if (*choices(c, words, sizeof(words)))
			printf(" \\\n        '1:what:(%s)'", words);
		else
			printf(" \\\n        '*:file:%s'",
			       takes_preset(c) ? "_tlblab_presets" : "_files");
		printf("\n      ;;\n");
	}
	printf("  esac\n}\n_tlblab \"$@\"\n");
}

static void fish_option(const struct command *c, const struct command_option *o)
{
	bool is_short = o->name[1] != '-';

	printf("complete -c tlblab -n '__fish_seen_subcommand_from %s' -%c %s", c->name,
	       is_short ? 's' : 'l', o->name + (is_short ? 1 : 2));
	if (o->argument)
		printf(takes_file(o) ? " -r -F" : " -x");
	printf(" -d '");
	quoted(o->help, false);
	printf("'\n");
}

void completions_fish(void)
{
	char words[256];

	printf("# fish completion for tlblab, made from the tables of --help\n");
	for (int i = 0; command_table[i]; i++) {
		const struct command *c = command_table[i];

		printf("complete -c tlblab -n __fish_use_subcommand -a %s -d '",
		       c->name);
		quoted(c->summary, false);
		printf("'\n");
		for (const struct command_option *o = c->options; o && o->name; o++)
			fish_option(c, o);
		if (*choices(c, words, sizeof(words)))
			printf("complete -c tlblab -n '__fish_seen_subcommand_from %s' "
			       "-f -a '%s'\n",
			       c->name, words);
		if (takes_preset(c))
			printf("complete -c tlblab -n '__fish_seen_subcommand_from %s' "
			       "-a \"(%s)\"\n",
			       c->name,
			       "tlblab list presets 2>/dev/null | string match -r "
			       "'^[a-z]\\S*'");
	}
	printf("complete -c tlblab -n __fish_use_subcommand -l help -d 'print help'\n"
	       "complete -c tlblab -n __fish_use_subcommand -l version -d 'print the "
	       "version'\n");
}
