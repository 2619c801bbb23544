/* SPDX-License-Identifier: MIT */
/*
 * The loop of `who`: the watch does what is due, a second ends an interval unless the
 * picture is frozen, and a key is answered at once.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "tlblab/base/clock.h"
#include "tlblab/draw/theme.h"
#include "tui/frame/terminal.h"
#include "tui/who/who_screen.h"

enum { WAIT_MAX_MS = 250, EXIT_INTERRUPTED = 130 };

static volatile sig_atomic_t stop_signal;

struct who_loop {
	struct terminal *terminal;
	struct canvas canvas;
	struct who_screen screen;
	int scheme;
	bool draw_now, quit;
};

static void on_stop(int signal_number)
{
	stop_signal = signal_number;
}

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { N_STOP_SIGNALS = sizeof(stop_signals) / sizeof(stop_signals[0]) };

static bool resize(struct who_loop *l)
{
	int w, h;

	terminal_size(l->terminal, &w, &h);
	return !canvas_resize(&l->canvas, w, h);
}

static void keys(struct who_loop *l)
{
	for (int key; (key = terminal_read_key(l->terminal)) != KEY_NOTHING;) {
		l->draw_now = true;
		if (key == KEY_SIZE_CHANGED)
			l->quit |= !resize(l);
		else if (key == KEY_POINTED)
			continue;
		else if (l->screen.over != WHO_FILTER &&
			 keymap_action(CONTEXT_WHO, key) == ACTION_SCHEME)
			l->scheme = (l->scheme + 1) % SCHEME_N;
		else if (!who_screen_key(&l->screen, key))
			l->quit = true;
	}
}

static void run(struct who_loop *l, struct who_watch *watch)
{
	const uint64_t second_ns = 1000000000;
	uint64_t next_ns = clock_now_ns() + second_ns;

	while (!l->quit && !stop_signal) {
		struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
		int wait_ms = who_watch_tick(watch);
		uint64_t now_ns = clock_now_ns();

		if (now_ns >= next_ns) {
			next_ns = now_ns + second_ns;
			if (!l->screen.frozen) {
				who_watch_interval(watch);
				who_screen_refresh(&l->screen);
				l->draw_now = true;
			}
		}
		if (l->draw_now) {
			terminal_dress(l->terminal, &l->canvas, (enum scheme)l->scheme);
			who_screen_draw(&l->canvas, &l->screen);
			if (terminal_show(l->terminal, &l->canvas))
				return;
			l->draw_now = false;
		}
		wait_ms = wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS;
		if (poll(&fd, 1, wait_ms) < 0 && errno != EINTR)
			return;
		if (fd.revents & (POLLHUP | POLLERR | POLLNVAL))
			return;
		keys(l);
	}
}

int tui_who(const struct tui_who_options *options, struct error *error)
{
	struct sigaction action = {.sa_handler = on_stop}, old[N_STOP_SIGNALS];
	struct who_loop l = {.scheme = options->scheme, .draw_now = true};

	if (terminal_open(&l.terminal, stdin, error))
		return error_exit_status(error);
	stop_signal = 0;
	for (int i = 0; i < N_STOP_SIGNALS; i++)
		sigaction(stop_signals[i], &action, &old[i]);
	canvas_init(&l.canvas, terminal_glyphs(l.terminal));
	who_screen_init(&l.screen, options);
	if (resize(&l))
		run(&l, options->watch);
	who_screen_fini(&l.screen);
	canvas_fini(&l.canvas);
	terminal_close(l.terminal);
	for (int i = 0; i < N_STOP_SIGNALS; i++)
		sigaction(stop_signals[i], &old[i], NULL);
	return stop_signal ? EXIT_INTERRUPTED : 0;
}
