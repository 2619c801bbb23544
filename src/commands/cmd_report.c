/* SPDX-License-Identifier: MIT */

/* tlblab report FILE… -o OUT: results as a page or a picture to take home. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/help/help.h"
#include "commands/options.h"
#include "tlblab/backends/session.h"
#include "tlblab/base/file.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/report/report.h"

enum { REPORT_OUT, REPORT_OUTPUT };

static const struct command_option report_options[] = {
	[REPORT_OUT] =
		{"-o", "OUT",
		 "what to write: OUT.html or OUT.svg; - is HTML on standard output"},
	[REPORT_OUTPUT] = {"--output", "OUT", "the same"},
	{NULL, NULL, NULL},
};

enum { REPORT_MAX_FILES = 64 };

struct report_words {
	const char *files[REPORT_MAX_FILES];
	int n_files;
	const char *out;
	bool svg;
};

static int report_kind(struct report_words *w, struct error *error)
{
	const char *dot;

	if (!w->out)
		return error_set(error, ERROR_INPUT, EINVAL, "report",
				 "says not where to", "give -o OUT.html or -o OUT.svg");
	dot = strrchr(w->out, '.');
	w->svg = dot && !strcmp(dot, ".svg");
	if (!w->svg && strcmp(w->out, "-") != 0 &&
	    (!dot || (strcmp(dot, ".html") != 0 && strcmp(dot, ".htm") != 0)))
		return error_set(error, ERROR_INPUT, EINVAL, w->out,
				 "is neither .html nor .svg",
				 "name the file so that its kind is seen");
	return 0;
}

static int report_take(void *into, int option, const char *value, struct error *error)
{
	struct report_words *w = into;

	if ((option == REPORT_OUT || option == REPORT_OUTPUT) && w->out)
		return error_set(error, ERROR_INPUT, EINVAL, value,
				 "a second file to write",
				 "write one report at a time");
	if (option == REPORT_OUT || option == REPORT_OUTPUT)
		w->out = value;
	else if (w->n_files == REPORT_MAX_FILES)
		return error_setf(error, ERROR_INPUT, E2BIG, value,
				  "report fewer at a time", "more than %d files",
				  REPORT_MAX_FILES);
	else
		w->files[w->n_files++] = value;
	return 0;
}

/* 0, 1 when only help was asked for, or -errno. */
static int report_parse(int argc, char **argv, struct report_words *w,
			struct error *error)
{
	*w = (struct report_words){.n_files = 0};
	int err = options_read(&command_report, argc, argv, report_take, w, error);

	if (err)
		return err;
	if (!w->n_files)
		return error_set(error, ERROR_INPUT, EINVAL, "report",
				 "says not of what",
				 "name results of tlblab run --json or tune --json");
	return report_kind(w, error);
}

static int report_write(const struct report_words *w, const struct report_file *files,
			const struct catalogue *c, struct error *error)
{
	struct buffer out = {.data = NULL};
	int err;

	if (w->svg)
		report_put_svg(&out, files, w->n_files, c);
	else
		report_put_html(&out, files, w->n_files, c);
	if (out.error)
		err = error_set(error, ERROR_MACHINE, -out.error, w->out,
				strerror(-out.error),
				"close other programs and try again");
	else
		err = file_write_whole(w->out, out.data, out.bytes, error);
	buffer_free(&out);
	return err;
}

static int report_files(const struct report_words *w, struct error *error)
{
	struct catalogue catalogues[2];
	const struct catalogue *c = backends_catalogue(catalogues);
	struct result_data *data = calloc((size_t)w->n_files, sizeof(*data));
	struct report_file files[REPORT_MAX_FILES];
	int n = 0, err = 0;

	if (!data)
		return error_set(error, ERROR_MACHINE, ENOMEM, "report",
				 "out of memory", "close other programs");
	for (; n < w->n_files && !err; n += !err) {
		err = result_load(&data[n], c, w->files[n], error);
		files[n] = (struct report_file){w->files[n], &data[n]};
	}
	if (!err)
		err = report_write(w, files, c, error);
	for (int i = 0; i < n; i++)
		result_data_fini(&data[i]);
	free(data);
	return err;
}

static int report_run(int argc, char **argv)
{
	struct error error = {.code = ERROR_NONE};
	struct guardian *guardian = NULL;
	struct report_words words;
	int err = report_parse(argc, argv, &words, &error);

	if (err > 0)
		return help_print(&command_report);
	/* It is the guardian that makes root the invoking user, whose files these are.
	 */
	if (!err && !guardian_start(&guardian, &error))
		report_files(&words, &error);
	guardian_stop(guardian);
	return error.code != ERROR_NONE ? command_fail(&error) : 0;
}

const struct command command_report = {
	.name = "report",
	.usage = "report FILE.json… -o OUT.html|OUT.svg",
	.summary = "write results as one page with plots, to keep and to print",
	.details =
		"FILE is what run --json, run --stream or tune --json wrote. The others "
		"are compared\nwith the first. The page loads nothing from the network "
		"and follows the reader's\nlight or dark theme.",
	.options = report_options,
	.run = report_run,
};
