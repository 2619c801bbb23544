/* SPDX-License-Identifier: MIT */
/* Opens the screen on the bench; what runs there is in bench/, its loop in loop.c. */
#include "tlblab/tui/tui.h"

#include <errno.h>
#include <stdlib.h>

#include "tlblab/base/text.h"
#include "tui/bench/bench.h"
#include "tui/frame/terminal.h"
#include "tui/lesson/lesson.h"

int tui_scheme(const char *name, struct error *error)
{
	const char *asked = name ? name : getenv("TLBLAB_SCHEME");
	char all[128] = "use ";
	enum scheme found = SCHEME_DARK;

	if (asked && *asked)
		found = scheme_find(asked);
	if (found < SCHEME_N)
		return found;
	for (int i = 0; i < SCHEME_N; i++)
		text_append(all, sizeof(all), "%s%s", i ? ", " : "",
			    scheme_table[i].name);
	return error_setf(error, ERROR_INPUT, EINVAL,
			  name ? "--scheme" : "TLBLAB_SCHEME", all,
			  "there are no colours called %.40s", asked);
}

void tui_availability(struct availability *out)
{
	terminal_availability(out);
}

int tui_run(const struct tui_options *options, struct error *error)
{
	struct tui *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		goto no_memory;
	t->session = options->session;
	t->guardian = options->guardian;
	err = app_init(&t->app, session_catalogue(t->session),
		       session_snapshot(t->session)->machine, options->preset,
		       options->version);
	if (err)
		goto no_memory;
	t->app.scheme = (enum scheme)options->scheme;
	bench_of(&t->app)->options = options;
	lesson_options_take(&t->app, options);
	err = tui_show(t, stdin, error);
	lesson_results_give(&t->app, options->results);
	app_fini(&t->app);
	free(t);
	if (err)
		return error_exit_status(error);
	return tui_is_interrupted() ? EXIT_INTERRUPTED : 0;
no_memory:
	if (t)
		app_fini(&t->app);
	free(t);
	error_set(error, ERROR_MACHINE, ENOMEM, "the screen", "out of memory",
		  "close other programs");
	return error_exit_status(error);
}
