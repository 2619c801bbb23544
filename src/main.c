/* SPDX-License-Identifier: MIT */

/*
 * tlblab: picks a subcommand and nothing else. The first word may also be a preset,
 * which opens the screen, or the rig's own word, by which this program runs itself as
 * the process that holds the workers.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "commands/help/help.h"
#include "commands/help/manual.h"
#include "tlblab/base/file.h"
#include "tlblab/base/version.h"
#include "tlblab/commands/command.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/rig/rig.h"

enum { STACK_BYTES = 1 << 20 };

static const struct command *find_command(const char *name)
{
	for (int i = 0; command_table[i]; i++)
		if (!strcmp(command_table[i]->name, name))
			return command_table[i];
	return NULL;
}

/* Before anything else is done: what a killed session left of the flush ceiling. */
static void mend(void)
{
	char line[400];

	if (guardian_mend(line, sizeof(line)))
		fprintf(stderr, "tlblab: %s\n", line);
}

static int run_words(int argc, char **argv)
{
	const struct command *command;

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

/* What was printed must have arrived: a full disk is no success. A reader that left
 * (head, a pager) has what it wanted, and is told nothing. */
static int finish(int status)
{
	struct error error = {.code = ERROR_NONE};
	char text[512];

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno != EPIPE) {
		if (errno)
			file_write_error(&error, "standard output", errno);
		else
			error_set(&error, ERROR_MACHINE, EIO, "standard output",
				  "part of the output could not be written",
				  "free some space or choose another file");
		fprintf(stderr, "tlblab: %s\n", error_text(&error, text, sizeof(text)));
	}
	return error_exit_status(&(struct error){.code = ERROR_MACHINE});
}

/* A descriptor that was closed is one that cannot be used, not the next file's. */
static void hold_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/* Read-only where it is written to and the other way round. */
		if (open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
			open("/", O_PATH);
	}
}

/* A stack that is too small ends a program without a word: it is raised, or said. */
static int check_stack(void)
{
	struct error error = {.code = ERROR_NONE};
	struct rlimit limit;
	char text[512];

	if (getrlimit(RLIMIT_STACK, &limit) || limit.rlim_cur >= STACK_BYTES)
		return 0;
	limit.rlim_cur = STACK_BYTES;
	if (limit.rlim_max < STACK_BYTES)
		limit.rlim_max = STACK_BYTES;
	if (!setrlimit(RLIMIT_STACK, &limit))
		return 0;
	error_set(&error, ERROR_MACHINE, ENOMEM, "stack", "its limit is below 1 MiB",
		  "raise it: ulimit -s 8192");
	fprintf(stderr, "tlblab: %s\n", error_text(&error, text, sizeof(text)));
	return error_exit_status(&error);
}

int main(int argc, char **argv)
{
	hold_standard_descriptors();
	if (check_stack())
		return 3;
	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	setlocale(LC_CTYPE, ""); /* characters only: numbers read and write the same */
	/* A reader that left and a file that may not grow are failures of a write. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	mend();
	return finish(run_words(argc, argv));
}
