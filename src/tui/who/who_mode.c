/* SPDX-License-Identifier: MIT */
/*
 * `who` as a mode: the watch does what is due, a second ends an interval unless the
 * picture is frozen.
 */
#include <errno.h>
#include <stdlib.h>

#include "tlblab/base/clock.h"
#include "tlblab/draw/theme.h"
#include "tui/keys/keymap.h"
#include "tui/loop.h"
#include "tui/who/who_screen.h"

enum { SECOND_NS = 1000000000 };

struct who_mode {
	const struct tui_who_options *options;
	struct who_screen screen;
	uint64_t next_ns; /* when the interval ends */
};

static struct who_mode *who_of(const struct tui *t)
{
	return t->app.state[MODE_WHO];
}

static int begin(struct tui *t, const char *text, struct error *error)
{
	struct who_mode *w = who_of(t);

	(void)text;
	(void)error;
	who_screen_init(&w->screen, w->options);
	w->next_ns = clock_now_ns() + SECOND_NS;
	return 0;
}

static int tick(struct tui *t)
{
	struct who_mode *w = who_of(t);
	int wait_ms = who_watch_tick(w->options->watch);
	uint64_t now_ns = clock_now_ns();

	if (now_ns < w->next_ns)
		return wait_ms;
	w->next_ns = now_ns + SECOND_NS;
	if (!w->screen.frozen) {
		who_watch_interval(w->options->watch);
		who_screen_refresh(&w->screen);
		t->draw_now = true;
	}
	return wait_ms;
}

static void key_take(struct tui *t, int key)
{
	struct who_screen *s = &who_of(t)->screen;

	if (key == KEY_POINTED)
		return;
	if (s->over != WHO_FILTER && keymap_action(CONTEXT_WHO, key) == ACTION_SCHEME)
		t->app.scheme = (enum scheme)((t->app.scheme + 1) % SCHEME_N);
	else if (!who_screen_key(s, key))
		t->quit = true;
}

static void draw(struct tui *t)
{
	who_screen_draw(&t->canvas, &who_of(t)->screen);
}

static void leave(struct tui *t)
{
	who_screen_fini(&who_of(t)->screen);
}

static const struct mode_screen screen = {.key = key_take, .draw = draw};
static const struct binding_group *const keys[] = {&who_keys, NULL};

const struct mode_ops mode_who = {
	.keys = keys,
	.begin = begin,
	.tick = tick,
	.leave = leave,
	.screen = &screen,
};

int tui_who(const struct tui_who_options *options, struct error *error)
{
	struct who_mode w = {.options = options};
	struct tui *t = calloc(1, sizeof(*t));
	int err;

	if (!t) {
		error_set(error, ERROR_MACHINE, ENOMEM, "the screen", "out of memory",
			  "close other programs");
		return error_exit_status(error);
	}
	/* No experiment, so of the app only the mode and the colours. */
	app_bottom_set(&t->app, MODE_WHO);
	t->app.state[MODE_WHO] = &w;
	t->app.scheme = (enum scheme)options->scheme;
	err = tui_show(t, stdin, error);
	free(t);
	if (err)
		return error_exit_status(error);
	return tui_is_interrupted() ? EXIT_INTERRUPTED : 0;
}
