/* SPDX-License-Identifier: MIT */

/* tlblab(1), from the command table. */
#include "commands/help/manual.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "commands/help/help.h"
#include "tlblab/base/version.h"
#include "tlblab/commands/command.h"

/* Text as roff wants it: no request at the start of a line, hyphens that can be copied,
 * and an empty line is a paragraph. */
static void roff(const char *text)
{
	bool at_start = true;

	for (; *text; text++) {
		if (at_start && (*text == '.' || *text == '\''))
			printf("\\&");
		if (*text == '\n' && text[1] == '\n') {
			printf("\n.PP");
			at_start = false;
			continue;
		}
		if (!strncmp(text, "…", 3)) { /* not every groff has it */
			printf("...");
			text += 2;
		} else if (*text == '\\')
			printf("\\e");
		else if (*text == '-')
			printf("\\-");
		else
			putchar(*text);
		at_start = *text == '\n';
	}
}

static void roff_options(const struct command_option *o)
{
	for (; o && o->name; o++) {
		printf(".TP\n.B ");
		roff(o->name);
		if (o->argument) {
			printf(" \\fI");
			roff(o->argument);
			printf("\\fP");
		}
		printf("\n");
		roff(o->help);
		printf("\n");
	}
}

static void roff_command(const struct command *c)
{
	printf(".SS tlblab ");
	roff(c->usage);
	printf("\n");
	roff(c->summary);
	printf(".\n");
	if (c->details) {
		printf(".PP\n.nf\n");
		roff(c->details);
		printf("\n.fi\n");
	}
	roff_options(c->options);
}

static void roff_pairs(const char *title, const char *const pairs[][2])
{
	printf(".SH %s\n", title);
	for (int i = 0; pairs[i][0]; i++) {
		printf(".TP\n.B ");
		roff(pairs[i][0]);
		printf("\n");
		roff(pairs[i][1]);
		printf("\n");
	}
}

static void man_print(void)
{
	static const char *const files[][2] = {
		{"$XDG_CONFIG_HOME/tlblab/presets", "presets saved with s"},
		{"$XDG_STATE_HOME/tlblab/last.jsonl",
		 "what the last screen measured, if it ended unexpectedly; see replay"},
		{NULL, NULL}};
	static const char *const environment[][2] = {
		{"TLBLAB_PRESET_PATH", "folders to search for presets first"},
		{"TLBLAB_GLYPHS", "characters for plots: braille, block or ascii"},
		{"TLBLAB_SCHEME", "colours, as --scheme takes them"},
		{"TLBLAB_MOUSE", "0: leave the mouse to the terminal"},
		{"NO_COLOR", "if set, use no colours, whatever --scheme says"},
		{NULL, NULL}};
	static const char *const status[][2] = {
		{"0", "done"},
		{"1", "a comparison or check failed"},
		{"2", "bad usage or bad input"},
		{"3",
		 "the machine or its permissions do not allow it, output was not written, or "
		 "the ceiling could not be restored"},
		{"130", "interrupted; knobs restored, partial results written"},
		{NULL, NULL}};

	printf(".TH TLBLAB 1 \"%s\" \"tlblab %s\" \"User Commands\"\n", TLBLAB_RELEASED,
	       TLBLAB_VERSION);
	printf(".SH NAME\ntlblab \\- a laboratory for TLB flushes and shootdowns\n");
	printf(".SH SYNOPSIS\n");
	for (int i = 0; command_table[i]; i++) {
		printf(i ? "\n.br\n\\fBtlblab\\fP " : "\\fBtlblab\\fP ");
		roff(command_table[i]->usage);
	}
	printf("\n.SH DESCRIPTION\nMeasures what TLB flushes cost on Linux x86, and "
	       "shows runtime, shootdowns and page\nwalks live while you change workload, "
	       "threads, placement and\ntlb_single_page_flush_ceiling. Every number names "
	       "its source. What cannot be measured\nhas a reason and is never shown as 0. "
	       "How flushes reach other CPUs is judged by counts:\nipi, paravirt, "
	       "broadcast, hypercall or unknown. Where the TLB row does not count\nthem, "
	       "CPUs told to flush come from traced requests, the hypervisor's "
	       "tracepoint or\nthe victims' stalls. Lessons that have no source here say "
	       "\"Not measurable here\".\nOn the screen, ? or F1 lists every key; q or F10 "
	       "quits.\n.SH COMMANDS\n");
	for (int i = 0; command_table[i]; i++)
		roff_command(command_table[i]);
	roff_pairs("EXIT STATUS", status);
	roff_pairs("FILES", files);
	roff_pairs("ENVIRONMENT", environment);
	printf(".SH SEE ALSO\n.BR madvise (2),\n.BR membarrier (2),\n.BR perf\\-stat (1)\n");
}

int manual_print(const char *kind)
{
	static const struct {
		const char *kind;
		void (*print)(void);
	} kinds[] = {{"man", man_print},
		     {"bash", completions_bash},
		     {"zsh", completions_zsh},
		     {"fish", completions_fish}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kind, kinds[i].kind)) {
			kinds[i].print();
			return 0;
		}
	struct error error;

	error_set(&error, ERROR_INPUT, EINVAL, kind, "no such page",
		  "man, bash, zsh and fish are there");
	return command_fail(&error);
}
