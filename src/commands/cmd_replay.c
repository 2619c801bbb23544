/* SPDX-License-Identifier: MIT */

/* tlblab replay FILE|-: a result or a stream on the screen, as if it ran now. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/help/help.h"
#include "commands/options.h"
#include "commands/run/baseline.h"
#include "tlblab/backends/replay.h"
#include "tlblab/base/text.h"
#include "tlblab/base/version.h"
#include "tlblab/io/recording_read.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/tui/tui.h"

enum { REPLAY_SPEED, REPLAY_FROM, REPLAY_BASELINE, REPLAY_SCHEME };

static const struct command_option replay_options[] = {
	[REPLAY_SPEED] = {"--speed", "X", "speed, 0.1 to 100 (default 1)"},
	[REPLAY_FROM] = {"--from", "SECONDS", "start at this time"},
	[REPLAY_BASELINE] = {"--baseline", "FILE",
			     "draw another result or stream behind it"},
	[REPLAY_SCHEME] = {"--scheme", "NAME",
			   "colours: dark, light, contrast, safe, projector, mono"},
	{NULL, NULL, NULL},
};

struct replay_words {
	const char *path, *baseline;
	double speed, from_s;
	const char *scheme;
	int colours; /* of tui_scheme */
};

static int replay_number(const char *name, const char *value, double low, double high,
			 double *out, struct error *error)
{
	if (!text_to_double(value, out) && *out >= low && *out <= high)
		return 0;
	return error_setf(error, ERROR_INPUT, EINVAL, name, "see tlblab replay --help",
			  "%.40s is no number %g to %g", value, low, high);
}

static int replay_take(void *into, int option, const char *value, struct error *error)
{
	struct replay_words *w = into;

	if (option == REPLAY_SPEED)
		return replay_number("--speed", value, REPLAY_SPEED_MIN,
				     REPLAY_SPEED_MAX, &w->speed, error);
	if (option == REPLAY_FROM)
		return replay_number("--from", value, 0, 1e9, &w->from_s, error);
	if (option == REPLAY_BASELINE) {
		w->baseline = value;
		return 0;
	}
	if (option == REPLAY_SCHEME) {
		w->scheme = value;
		return 0;
	}
	if (w->path)
		return error_set(error, ERROR_INPUT, EINVAL, value, "one word too many",
				 "replay takes one FILE; see tlblab replay --help");
	w->path = value;
	return 0;
}

/* 0, 1 when only help was asked for, or -errno. */
static int replay_parse(int argc, char **argv, struct replay_words *w,
			struct error *error)
{
	*w = (struct replay_words){.speed = 1};
	int err = options_read(&command_replay, argc, argv, replay_take, w, error);

	if (!err && !w->path)
		err = error_set(error, ERROR_INPUT, EINVAL, "replay",
				"says not what to play",
				"name a result or a stream, or - for a pipe");
	if (!err)
		w->colours = tui_scheme(w->scheme, error);
	return w->colours < 0 ? w->colours : err;
}

static int replay_run_words(const struct replay_words *w, struct error *error)
{
	struct catalogue catalogues[2];
	const struct catalogue *c = backends_catalogue(catalogues);
	struct recording_reader *reader;
	struct tui_baseline baseline;
	int fd, status;

	if (baseline_open(&baseline, c, w->baseline, error))
		return error_exit_status(error);
	if (recording_reader_open(&reader, c, w->path, &fd, error)) {
		baseline_close(&baseline);
		return error_exit_status(error);
	}
	const struct tui_replay_options options = {
		.reader = reader,
		.fd = fd,
		.name = strcmp(w->path, "-") ? w->path : "standard input",
		.speed = w->speed,
		.from_s = w->from_s,
		.version = TLBLAB_VERSION,
		.scheme = w->colours,
		.baseline = baseline,
	};

	status = tui_replay(&options, error);
	if (fd >= 0)
		close(fd);
	recording_reader_free(reader);
	baseline_close(&baseline);
	return status;
}

static int replay_run_command(int argc, char **argv)
{
	struct error error = {.code = ERROR_NONE};
	struct guardian *guardian = NULL;
	struct replay_words words;
	int status = 0;
	int err = replay_parse(argc, argv, &words, &error);

	if (err > 0)
		return help_print(&command_replay);
	/* It is the guardian that makes root the invoking user, whose file this is. */
	if (!err && !guardian_start(&guardian, &error))
		status = replay_run_words(&words, &error);
	guardian_stop(guardian);
	return error.code != ERROR_NONE ? command_fail(&error) : status;
}

const struct command command_replay = {
	.name = "replay",
	.usage = "replay FILE|- [--speed X] [--from SECONDS] [--baseline FILE]",
	.summary = "play a result or a stream on the screen",
	.details =
		"Runs nothing and needs no privilege. FILE is what run --json, run "
		"--stream or the\nscreen's e wrote; - is standard input, to watch a run "
		"elsewhere:\n\n"
		"  ssh HOST tlblab run PRESET --stream - | tlblab replay -\n\n"
		"space plays and pauses, the arrows seek, , and . step, [ and ] go to "
		"the next\nmarker, < and > change the speed, ? lists every key. Unreadable "
		"lines are\nskipped and reported.",
	.options = replay_options,
	.run = replay_run_command,
};
