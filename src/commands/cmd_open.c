/* SPDX-License-Identifier: MIT */

/* tlblab [PRESET]: the screen. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/help/help.h"
#include "commands/lab.h"
#include "commands/lesson/auto.h"
#include "commands/options.h"
#include "commands/run/baseline.h"
#include "tlblab/base/text.h"
#include "tlblab/base/version.h"
#include "tlblab/io/preset_file.h"
#include "tlblab/tui/tui.h"

enum {
	OPEN_SCHEME,
	OPEN_SET,
	OPEN_BASELINE,
	OPEN_NO_TRACE,
	OPEN_AUTO,
	OPEN_STEP_SECONDS
};

static const struct command_option open_options[] = {
	[OPEN_SCHEME] = {"--scheme", "NAME",
			 "colours: dark, light, contrast, safe, projector, mono"},
	[OPEN_SET] = {"--set", "KEY=VALUE",
		      "change a key of the preset; may be repeated"},
	[OPEN_BASELINE] = {"--baseline", "FILE",
			   "draw a result or a stream behind the run"},
	[OPEN_NO_TRACE] = {"--no-trace", NULL, "do not count tlb:tlb_flush"},
	[OPEN_AUTO] = {"--auto", NULL,
		       "play the lesson by itself, without a terminal as text; exit 1 "
		       "if a step did not complete"},
	[OPEN_STEP_SECONDS] = {"--step-seconds", "S",
			       "with --auto: limit each step to S seconds"},
	{NULL, NULL, NULL},
};

enum { OPEN_MAX_SETS = 64 };

struct open_words {
	const char *preset;
	const char *sets[OPEN_MAX_SETS];
	int n_sets;
	const char *baseline;
	bool trace, play;
	const char *scheme;
	double step_s; /* 0: as long as the lesson says */
};

static int open_take(void *into, int option, const char *value, struct error *error)
{
	struct open_words *w = into;

	if (option == OPEN_SCHEME)
		w->scheme = value;
	else if (option == OPEN_NO_TRACE)
		w->trace = false;
	else if (option == OPEN_AUTO)
		w->play = true;
	else if (option == OPEN_STEP_SECONDS)
		return lesson_step_seconds(value, &w->step_s, error);
	else if (option == OPEN_SET && w->n_sets < OPEN_MAX_SETS)
		w->sets[w->n_sets++] = value;
	else if (option == OPEN_BASELINE)
		w->baseline = value;
	else if (option == OPEN_SET || w->preset)
		return error_set(error, ERROR_INPUT, EINVAL, value, "one word too many",
				 "tlblab takes one PRESET; see tlblab --help");
	else
		w->preset = value;
	return 0;
}

/* "tlblab rn": a word that is no preset may have been meant as a command. */
static void suggest_command(const char *word, struct error *error)
{
	const char *names[16], *near;
	int n = 0;

	for (int i = 0; command_table[i] && n < 16; i++)
		names[n++] = command_table[i]->name;
	near = text_nearest(word, names, n);
	if (near)
		snprintf(error->todo, sizeof(error->todo),
			 "did you mean the command \"tlblab %s\"?", near);
}

/* The preset that the words name, or the first lesson, with their settings. */
static int open_preset(struct preset *preset, const struct catalogue *c,
		       const struct open_words *words, struct error *error)
{
	int err = preset_load(preset, c, words->preset ? words->preset : PRESET_DEFAULT,
			      error);

	if (err == -ENOENT && words->preset &&
	    strncmp(error->todo, "did you mean", strlen("did you mean")) != 0)
		suggest_command(words->preset, error);
	for (int i = 0; !err && i < words->n_sets; i++)
		err = preset_set(preset, c, words->sets[i], error);
	if (!err && words->play)
		err = lesson_check(preset, error);
	return err;
}

static int open_run(int argc, char **argv)
{
	struct error error = {.code = ERROR_NONE};
	struct preset preset = {.n_axes = 0};
	struct open_words words = {.trace = true};
	struct lab lab;
	int err = options_read(&command_open, argc, argv, open_take, &words, &error);

	int scheme = err ? 0 : tui_scheme(words.scheme, &error);

	if (err > 0)
		return help_print(&command_open);
	if (err < 0 || scheme < 0)
		return command_fail(&error);
	if (lab_open(&lab, words.trace, &error))
		return command_fail(&error);
	const struct catalogue *c = session_catalogue(lab.session);

	err = open_preset(&preset, c, &words, &error);
	struct tui_baseline baseline = {.path = NULL};
	struct lesson_result results[LESSON_MAX_STEPS] = {{0}};
	int status = 0;

	if (!err)
		err = baseline_open(&baseline, c, words.baseline, &error);
	if (!err && words.play && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))) {
		status = lesson_auto(&lab, &preset, words.step_s, &error);
	} else if (!err) {
		const struct tui_options options = {
			.session = lab.session,
			.guardian = lab.guardian,
			.preset = &preset,
			.version = TLBLAB_VERSION,
			.scheme = scheme,
			.baseline = baseline,
			.first_lesson = !words.preset,
			.play = words.play,
			.step_s = words.step_s,
			.results = words.play ? results : NULL,
		};
		status = tui_run(&options, &error);
		if (!status && words.play)
			status = lesson_report(&preset, results, &error);
	}
	baseline_close(&baseline);
	lab_close(&lab, &error);
	preset_fini(&preset);
	return error.code != ERROR_NONE ? command_fail(&error) : status;
}

const struct command command_open = {
	.name = "open",
	.usage =
		"[PRESET] [--scheme NAME] [--set KEY=VALUE]… [--baseline FILE] [--auto [--step-seconds S]]",
	.summary = "open the screen (default command)",
	.details =
		"PRESET is a name (see tlblab list presets) or a file; default: " PRESET_DEFAULT
		".",
	.options = open_options,
	.run = open_run,
};
