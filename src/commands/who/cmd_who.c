/* SPDX-License-Identifier: MIT */

/* tlblab who: whose flushes reach which CPUs of this machine, and why. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/help/help.h"
#include "commands/options.h"
#include "commands/signals.h"
#include "commands/who/view.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/privilege.h"
#include "tlblab/trace/tracefs.h"
#include "tlblab/tui/tui.h"

enum { WHO_FOR, WHO_PID, WHO_JSON, WHO_CSV, WHO_STREAM, WHO_FOLDED, WHO_WHOLE };

enum { WATCH_S = 10 };

static const struct command_option who_options[] = {
	[WHO_FOR] = {"--for", "S",
		     "watch for S seconds (default 10), without a screen"},
	[WHO_PID] = {"--pid", "P", "only the flushes that process P makes"},
	[WHO_JSON] = {"--json", "FILE", "write all figures as JSON"},
	[WHO_CSV] = {"--csv", "FILE", "write a row per task and cause"},
	[WHO_STREAM] = {"--stream", "FILE", "write a JSON line per second"},
	[WHO_FOLDED] = {"--folded", "FILE",
			"write folded kernel stacks for flame graph tools"},
	[WHO_WHOLE] = {"--whole", NULL,
		       "record all the time, even if it slows the machine down"},
	{NULL, NULL, NULL},
};

struct who_words {
	double for_s;
	int pid;
	const char *json, *csv, *stream, *folded;
	bool whole;
};

static int take_number(const char *value, const char *option, double max, double *out,
		       struct error *error)
{
	if (!text_to_double(value, out) && *out > 0 && *out <= max)
		return 0;
	return error_setf(error, ERROR_INPUT, EINVAL, option, "see tlblab who --help",
			  "\"%.40s\" is not a number from above 0 to %g", value, max);
}

static int who_take(void *into, int option, const char *value, struct error *error)
{
	struct who_words *w = into;
	double pid;

	switch (option) {
	case WHO_FOR: return take_number(value, "--for", 86400, &w->for_s, error);
	case WHO_PID:
		if (take_number(value, "--pid", 1 << 22, &pid, error))
			return -EINVAL;
		w->pid = (int)pid;
		return 0;
	case WHO_JSON: w->json = value; return 0;
	case WHO_CSV: w->csv = value; return 0;
	case WHO_STREAM: w->stream = value; return 0;
	case WHO_FOLDED: w->folded = value; return 0;
	case WHO_WHOLE: w->whole = true; return 0;
	default:
		return error_set(error, ERROR_INPUT, EINVAL, value,
				 "unexpected argument", "see tlblab who --help");
	}
}

static int check_outputs(const struct who_words *w, struct error *error)
{
	const char *const names[] = {w->json, w->csv, w->stream, w->folded};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t k = 0; k < i; k++)
			if (names[i] && names[k] && file_is_same(names[i], names[k]))
				return error_set(error, ERROR_INPUT, EINVAL, names[i],
						 "two outputs would go to this file",
						 "name another file for one of them");
	return 0;
}

static void put_line(struct line_file *stream, const struct who_view *v)
{
	struct json_writer w;
	char *line;

	json_writer_init(&w, JSON_COMPACT);
	who_put_json(&w, v, true);
	line = json_writer_take(&w, NULL);
	if (line)
		line_file_put(stream, line);
	free(line);
}

/* Until the time is over, a signal comes, or nobody reads the stream any more. */
static bool watch_loop(struct who_watch *watch, const struct who_words *words,
		       const struct who_view *v, struct line_file *stream,
		       int signal_fd)
{
	const uint64_t second_ns = 1000000000;
	uint64_t now_ns = clock_now_ns(), next_ns = now_ns + second_ns;
	uint64_t end_ns = now_ns + (uint64_t)(words->for_s * 1e9);
	bool interrupted = false;

	while (!interrupted && (now_ns = clock_now_ns()) < end_ns && !stream->err) {
		struct pollfd fd = {.fd = signal_fd, .events = POLLIN};
		int wait_ms = who_watch_tick(watch);
		uint64_t due_ns = next_ns < end_ns ? next_ns : end_ns;

		if (now_ns >= next_ns) {
			who_watch_interval(watch);
			next_ns += second_ns;
			if (stream->fd >= 0)
				put_line(stream, v);
			continue;
		}
		if ((uint64_t)wait_ms * 1000000 > due_ns - now_ns)
			wait_ms = (int)((due_ns - now_ns) / 1000000) + 1;
		interrupted = poll(&fd, 1, wait_ms) > 0;
	}
	who_watch_interval(watch);
	return interrupted;
}

static int write_text(const char *path, char *text, size_t bytes, struct error *error)
{
	int err = text ? file_write_whole(path, text, bytes, error)
		       : error_set(error, ERROR_MACHINE, ENOMEM, path, "out of memory",
				   "close other programs");

	free(text);
	return err;
}

static int write_files(const struct who_words *words, const struct who_view *v,
		       struct error *error)
{
	struct json_writer w;
	size_t bytes = 0;
	char *text;
	int err = 0;

	if (words->json) {
		json_writer_init(&w, JSON_PRETTY);
		who_put_json(&w, v, false);
		text = json_writer_take(&w, &bytes);
		err = write_text(words->json, text, bytes, error);
	}
	if (words->csv && !err) {
		text = who_csv(v, &bytes);
		err = write_text(words->csv, text, bytes, error);
	}
	if (words->folded && !err) {
		text = who_folded(v, &bytes);
		err = write_text(words->folded, text, bytes, error);
	}
	return err;
}

static bool to_stdout(const struct who_words *w)
{
	const char *const names[] = {w->json, w->csv, w->stream, w->folded};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i] && !strcmp(names[i], "-"))
			return true;
	return false;
}

/* Watches, and says what was seen: 0, 130, or the status of an error that was printed.
 */
static int watch_and_tell(const struct who_words *words, struct who_view *v,
			  struct who_watch *watch)
{
	struct error error = {.code = ERROR_NONE};
	struct line_file stream = {.fd = -1};
	struct stop_signals signals;
	bool interrupted;
	int err = words->stream ? line_file_open(&stream, words->stream, &error) : 0;

	if (err || stop_signals_take(&signals, &error))
		return command_fail(&error);
	interrupted = watch_loop(watch, words, v, &stream, signals.fd);
	stop_signals_give_back(&signals);
	err = write_files(words, v, &error);
	if (words->stream && line_file_close(&stream) && !err)
		err = file_write_error(&error, words->stream, stream.err);
	if (err)
		return command_fail(&error);
	if (!to_stdout(words))
		who_print(stdout, v);
	return interrupted ? 130 : 0;
}

/* A screen where there is a terminal and nothing else was asked for. */
static bool wants_screen(const struct who_words *w)
{
	return w->for_s == 0.0 && !w->json && !w->csv && !w->stream && !w->folded &&
	       isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static int export_seen(void *self, const char *path, struct error *error)
{
	const struct who_words words = {.json = path};

	return write_files(&words, self, error);
}

static int show(const struct who_words *words, struct who_view *v,
		struct who_watch *watch)
{
	struct error error = {.code = ERROR_NONE};
	const struct tui_who_options options = {
		.watch = watch,
		.machine = v->machine,
		.pid = words->pid,
		.scheme = tui_scheme(NULL, &error),
		.export = export_seen,
		.self = v,
	};
	int status;

	if (options.scheme < 0)
		return command_fail(&error);
	status = tui_who(&options, &error);
	return error.code == ERROR_NONE ? status : command_fail(&error);
}

static int who_run(int argc, char **argv)
{
	struct who_words words = {.for_s = 0};
	struct error error = {.code = ERROR_NONE};
	static struct machine machine;
	struct who_watch *watch = NULL;
	int status,
		err = options_read(&command_who, argc, argv, who_take, &words, &error);

	if (err > 0)
		return help_print(&command_who);
	if (err || check_outputs(&words, &error) || machine_read(&machine, "", &error))
		return command_fail(&error);
	struct cpumask online;

	cpumask_clear(&online);
	for (int i = 0; i < machine.topology.n_cpus; i++)
		if (machine.topology.cpus[i].online)
			cpumask_set(&online, machine.topology.cpus[i].id);
	const struct who_watch_options options = {
		.root = "",
		.n_cpus = machine.topology.max_cpu_id + 1,
		.cpus = &online,
		.whole = words.whole,
	};
	struct who_view view = {.machine = &machine, .pid = words.pid};

	tracefs_show();
	if (who_watch_open(&watch, &options, &error) || privilege_leave(&error)) {
		status = command_fail(&error);
	} else {
		view.watch = watch;
		if (wants_screen(&words)) {
			status = show(&words, &view, watch);
		} else {
			words.for_s = words.for_s > 0 ? words.for_s : WATCH_S;
			status = watch_and_tell(&words, &view, watch);
		}
	}
	who_watch_close(watch);
	machine_fini(&machine);
	return status;
}

const struct command command_who = {
	.name = "who",
	.usage = "who [--for S] [--pid P] [--json FILE] [--csv FILE] [--stream FILE] "
		 "[--folded FILE] [--whole]",
	.summary = "who flushes on this machine, why, and whom it reaches",
	.details =
		"Watches the whole machine, on a screen or, without a terminal or with --for, "
		"for some seconds: initiators, the cause of their flushes by the "
		"kernel's stack,\nwho was running where they were received, how long a "
		"flush takes, and what would stop it.\nNeeds root: the kernel shows its "
		"trace events to nobody else.",
	.options = who_options,
	.run = who_run,
};
