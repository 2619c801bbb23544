/* SPDX-License-Identifier: MIT */
#include "commands/tune/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/options.h"
#include "tlblab/base/text.h"

enum {
	TUNE_SET,
	TUNE_BUDGET,
	TUNE_METHOD,
	TUNE_MIX,
	TUNE_ONE,
	TUNE_EXEC,
	TUNE_ATTACH,
	TUNE_COUNTER,
	TUNE_CEILINGS,
	TUNE_WINDOW,
	TUNE_JSON,
	TUNE_APPLY,
	TUNE_QUIET,
};

const struct command_option tune_options[] = {
	[TUNE_SET] = {"--set", "KEY=VALUE",
		      "victims, placement, working_set_pages or seed; may be repeated"},
	[TUNE_BUDGET] = {"--budget", "SECONDS", "time limit in seconds (default 50)"},
	[TUNE_METHOD] = {"--method", "auto|span|knob",
			 "span needs no privilege; knob moves the ceiling"},
	[TUNE_MIX] =
		{"--mix", "PAGES:WEIGHT,…",
		 "how often flushes of each size happen; full:WEIGHT of those that "
		 "are always full"},
	[TUNE_ONE] = {"--one-set", NULL, "measure one working set only"},
	[TUNE_EXEC] = {"--exec", NULL,
		       "try ceilings on how long the command after -- takes"},
	[TUNE_ATTACH] = {"--attach", "PID",
			 "try ceilings on a running process, by its --counter; with "
			 "--method, use its mix of flush sizes"},
	[TUNE_COUNTER] =
		{"--counter", "NAME",
		 "its progress: instructions, minor_faults, switches, io_calls, "
		 "or file:PATH, a file that holds its count"},
	[TUNE_CEILINGS] =
		{"--ceilings", "PAGES,…",
		 "ceilings to try besides the current one (default 1,8,33,128)"},
	[TUNE_WINDOW] =
		{"--window", "SECONDS",
		 "try a ceiling for this long at a time (default 0.3), at least "
		 "one run of the command"},
	[TUNE_JSON] = {"--json", "FILE", "write the result; - is standard output"},
	[TUNE_APPLY] = {"--apply", NULL, "keep the recommended ceiling"},
	[TUNE_QUIET] = {"--quiet", NULL, "print no progress"},
	{NULL, NULL, NULL},
};

enum { DEFAULT_BUDGET_S = 50 };

static int tune_method(struct tune_words *w, const char *value, struct error *error)
{
	w->method_given = true;
	for (int m = TUNER_AUTO; m <= TUNER_KNOB; m++)
		if (!strcmp(value, tuner_method_name((enum tuner_method)m))) {
			w->method = (enum tuner_method)m;
			return 0;
		}
	return error_setf(error, ERROR_INPUT, EINVAL, "--method", "auto, span or knob",
			  "there is no method %s", value);
}

static int tune_counter(struct tune_words *w, const char *value, struct error *error)
{
	static const char file[] = "file:";

	if (!strncmp(value, file, sizeof(file) - 1) && value[sizeof(file) - 1]) {
		w->counter = PROGRAM_FILE;
		w->counter_path = value + sizeof(file) - 1;
		return 0;
	}
	for (int k = 0; k < PROGRAM_FILE; k++)
		if (!strcmp(value,
			    program_counter_name((enum program_counter_kind)k))) {
			w->counter = (enum program_counter_kind)k;
			return 0;
		}
	return error_setf(error, ERROR_INPUT, EINVAL, "--counter",
			  "instructions, minor_faults, switches, io_calls or file:PATH",
			  "there is no counter %s", value);
}

static int tune_ceilings(struct tune_words *w, const char *value, struct error *error)
{
	char copy[256], *rest;
	bool fits = text_copy(copy, sizeof(copy), value);

	w->n_ceilings = 0;
	for (char *word = strtok_r(copy, ",", &rest); word && fits;
	     word = strtok_r(NULL, ",", &rest)) {
		int64_t pages = -1;

		fits = w->n_ceilings < TRIAL_MAX_CEILINGS - 1 &&
		       !text_to_int(text_trim(word), false, &pages) && pages >= 0 &&
		       pages <= INT32_MAX;
		if (fits)
			w->ceilings[w->n_ceilings++] = pages;
	}
	if (fits && w->n_ceilings)
		return 0;
	return error_setf(error, ERROR_INPUT, EINVAL, "--ceilings",
			  "write pages, as in 1,8,33,128",
			  "\"%s\" is no list of at most %d", value,
			  TRIAL_MAX_CEILINGS - 1);
}

static int tune_seconds(const char *option, const char *value, double low, double high,
			double *out, struct error *error)
{
	if (!text_to_double(value, out) && *out >= low && *out <= high)
		return 0;
	return error_setf(error, ERROR_INPUT, EINVAL, option,
			  "give a number of seconds",
			  "is no number of seconds from %g to %g", low, high);
}

static int tune_pid(struct tune_words *w, const char *value, struct error *error)
{
	int64_t pid;

	if (!text_to_int(value, false, &pid) && pid > 0 && pid <= INT32_MAX) {
		w->pid = (pid_t)pid;
		return 0;
	}
	return error_setf(error, ERROR_INPUT, EINVAL, "--attach",
			  "give the number of a process", "%s is none", value);
}

static int tune_word(struct tune_words *w, const char *value, struct error *error)
{
	if (w->exec)
		return command_line_add(w->command, sizeof(w->command), value, error);
	return error_set(error, ERROR_INPUT, EINVAL, value, "one word too many",
			 "tune takes options only; see tlblab tune --help");
}

static int tune_take(void *into, int option, const char *value, struct error *error)
{
	struct tune_words *w = into;

	switch (option) {
	case TUNE_SET:
		if (w->n_sets == TUNE_MAX_SETS)
			return error_set(error, ERROR_INPUT, E2BIG, "--set",
					 "given too often",
					 "put the settings into a preset");
		w->sets[w->n_sets++] = value;
		return 0;
	case TUNE_BUDGET:
		return tune_seconds("--budget", value, 1, 86400, &w->budget_s, error);
	case TUNE_WINDOW:
		return tune_seconds("--window", value, 0.01, 3600, &w->window_s, error);
	case TUNE_METHOD: return tune_method(w, value, error);
	case TUNE_MIX:
		w->mix_given = true;
		return tune_mix_parse(&w->mix, value, error);
	case TUNE_ONE: w->one_set = true; return 0;
	case TUNE_EXEC: w->exec = true; return 0;
	case TUNE_ATTACH: return tune_pid(w, value, error);
	case TUNE_COUNTER: return tune_counter(w, value, error);
	case TUNE_CEILINGS: return tune_ceilings(w, value, error);
	case TUNE_JSON: w->json = value; return 0;
	case TUNE_APPLY: w->apply = true; return 0;
	case TUNE_QUIET: w->quiet = true; return 0;
	default: return tune_word(w, value, error);
	}
}

static int tune_check(const struct tune_words *w, struct error *error)
{
	if (w->exec && !w->command[0])
		return error_set(error, ERROR_INPUT, EINVAL, "--exec",
				 "no command follows", "give it behind --");
	if (w->exec && w->pid)
		return error_set(error, ERROR_INPUT, EINVAL, "--attach",
				 "cannot be given beside --exec", "choose one program");
	if (w->exec && w->method_given)
		return error_set(
			error, ERROR_INPUT, EINVAL, "--method",
			"a command is tried under ceilings, by no other method",
			"leave it out");
	if (w->pid && w->mix_given)
		return error_set(error, ERROR_INPUT, EINVAL, "--mix",
				 "is recorded from the process",
				 "leave one of them out");
	if (tune_words_try_program(w) && (w->n_sets || w->mix_given))
		return error_set(error, ERROR_INPUT, EINVAL, "--set and --mix",
				 "a program brings its own flushes",
				 "leave them out, or the program");
	return 0;
}

int tune_words_parse(int argc, char **argv, struct tune_words *w, struct error *error)
{
	*w = (struct tune_words){.budget_s = DEFAULT_BUDGET_S,
				 .window_s = program_trial_window_s,
				 .n_ceilings = PROGRAM_TRIAL_CANDIDATES};
	memcpy(w->ceilings, program_trial_candidates, sizeof(program_trial_candidates));
	tune_mix_default(&w->mix);
	int err = options_read(&command_tune, argc, argv, tune_take, w, error);

	return err ? err : tune_check(w, error);
}

bool tune_words_try_program(const struct tune_words *w)
{
	return w->exec || (w->pid && !w->method_given);
}
