/* SPDX-License-Identifier: MIT */
/* The bench, taken away by a mode in front of it and given back. */
#include "tui/bench/bench.h"

void bench_hold(struct tui *t)
{
	struct bench *b = bench_of(&t->app);

	if (b->held)
		return;
	b->ran = !app_is_stopped(session_snapshot(t->session));
	session_pause(t->session);
	b->held = true;
}

bool bench_is_held(const struct tui *t)
{
	return bench_of(&t->app)->held;
}

void bench_release(struct tui *t, const struct experiment *settings)
{
	struct bench *b = bench_of(&t->app);
	struct error error = {.code = ERROR_NONE};

	if (!b->held)
		return;
	b->held = false;
	if (t->quit)
		return;
	if (settings)
		b->apply_ns = 0;
	if ((settings && session_configure(t->session, settings, &error)) ||
	    (b->ran && session_run(t->session, &error)))
		app_say_error(&t->app, &error);
}
