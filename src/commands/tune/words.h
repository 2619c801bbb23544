/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_TUNE_WORDS_H
#define TLBLAB_SRC_COMMANDS_TUNE_WORDS_H

#include <sys/types.h>

#include "commands/command_line.h"
#include "tlblab/backends/program_trial.h"
#include "tlblab/backends/tuner.h"
#include "tlblab/commands/command.h"

/* What the command line of `tune` says. */
enum { TUNE_MAX_SETS = 64 };

struct tune_words {
	const char *sets[TUNE_MAX_SETS];
	int n_sets;
	double budget_s;
	enum tuner_method method;
	bool method_given, mix_given;
	struct tune_mix mix;
	const char *json;
	bool apply, quiet, one_set;
	/* Of a program. */
	bool exec;
	char command[COMMAND_LINE_BYTES];
	pid_t pid; /* 0: none */
	enum program_counter_kind counter;
	const char *counter_path;
	int64_t ceilings[TRIAL_MAX_CEILINGS];
	int n_ceilings;
	double window_s;
};

extern const struct command_option tune_options[];

/* 0, 1 when only help was asked for, or -errno. */
int tune_words_parse(int argc, char **argv, struct tune_words *w, struct error *error);
/* Whether ceilings are tried on the program itself; else a process that was named only
 * says how often flushes of each size happen. */
bool tune_words_try_program(const struct tune_words *w);

#endif
