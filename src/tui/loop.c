/* SPDX-License-Identifier: MIT */
/*
 * A signal only sets a flag, which the loop sees after poll returns; should it arrive
 * just before poll, the wait's own limit bounds the delay.
 */
#include "tui/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "tlblab/base/clock.h"
#include "tui/frame/mouse.h"
#include "tui/frame/screen.h"
#include "tui/frame/terminal.h"

enum { WAIT_MAX_MS = 250 };

static volatile sig_atomic_t stop_signal;
static const int stop_signals[TUI_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

static void on_stop(int signal_number)
{
	stop_signal = signal_number;
}

/* Without SA_RESTART, so that poll comes back. */
void tui_signals_take(struct sigaction old[TUI_SIGNALS])
{
	struct sigaction action = {.sa_handler = on_stop};

	stop_signal = 0;
	for (int i = 0; i < TUI_SIGNALS; i++)
		sigaction(stop_signals[i], &action, &old[i]);
}

void tui_signals_give_back(const struct sigaction old[TUI_SIGNALS])
{
	for (int i = 0; i < TUI_SIGNALS; i++)
		sigaction(stop_signals[i], &old[i], NULL);
}

bool tui_is_interrupted(void)
{
	return stop_signal != 0;
}

/* What is drawn: of the session or the replay. */
static const struct snapshot *tui_snapshot(struct tui *t)
{
	return t->replay ? replay_snapshot(t->replay) : session_snapshot(t->session);
}

static const struct mode_ops *front(const struct tui *t)
{
	return mode_table[app_mode(&t->app)];
}

static const struct mode_ops *bottom(const struct tui *t)
{
	return mode_table[app_bottom(&t->app)];
}

static void mode_begin(struct tui *t, enum mode mode, const char *text)
{
	struct error error = {.code = ERROR_NONE};

	if (mode_table[mode]->begin(t, text, &error))
		app_say_error(&t->app, &error);
}

static void mode_leave(struct tui *t)
{
	const struct mode_ops *m = front(t);

	app_mode_leave(&t->app);
	if (m->leave)
		m->leave(t);
}

void tui_act(struct tui *t, const struct effect *e)
{
	switch (e->kind) {
	case EFFECT_NONE: return;
	case EFFECT_QUIT: t->quit = true; return;
	case EFFECT_BEGIN: mode_begin(t, e->mode, e->text); return;
	case EFFECT_LEAVE: mode_leave(t); return;
	default: break;
	}
	if (front(t)->act && front(t)->act(t, e))
		return;
	if (bottom(t) != front(t) && bottom(t)->act)
		bottom(t)->act(t, e);
}

static int resize(struct tui *t)
{
	struct layout layout;
	int w, h;

	terminal_size(t->terminal, &w, &h);
	layout_make(&layout, w, h);
	t->app.layout = layout.kind;
	t->app.screen_w = w;
	t->app.screen_h = h;
	return canvas_resize(&t->canvas, w, h);
}

static void key_take(struct tui *t, int key)
{
	if (front(t)->screen) {
		front(t)->screen->key(t, key);
		return;
	}
	if (key == KEY_POINTED)
		key = mouse_key(&t->app, tui_snapshot(t), &t->canvas,
				terminal_pointed(t->terminal));
	clock_utc(t->app.utc, sizeof(t->app.utc));

	struct effect e = app_key(&t->app, tui_snapshot(t), key);

	tui_act(t, &e);
}

static void keys_take(struct tui *t)
{
	for (int key; (key = terminal_read_key(t->terminal)) != KEY_NOTHING;) {
		t->draw_now = true;
		if (key == KEY_SIZE_CHANGED)
			t->quit |= resize(t) != 0;
		else
			key_take(t, key);
		if (!t->terminal)
			return;
	}
}

/* The bottom first: what the front one looks at is what that has just measured. */
static int tick(struct tui *t)
{
	const struct mode_ops *modes[] = {bottom(t), front(t)};
	int wait_ms = WAIT_MAX_MS;

	for (int i = 0; i < (modes[0] == modes[1] ? 1 : 2); i++) {
		int wants_ms = modes[i]->tick ? modes[i]->tick(t) : WAIT_MAX_MS;

		wait_ms = wants_ms < wait_ms ? wants_ms : wait_ms;
	}
	return wait_ms;
}

/* A little early rather than a whole frame late. */
static bool frame_is_due(const struct tui *t, uint64_t now_ns)
{
	int ms = front(t)->frame_ms;

	return t->draw_now ||
	       (ms && now_ns - t->drawn_ns >= (uint64_t)(ms - 5) * 1000000);
}

static void draw(struct tui *t)
{
	struct app *a = &t->app;

	terminal_dress(t->terminal, &t->canvas, a->scheme);
	if (front(t)->screen) {
		front(t)->screen->draw(t);
	} else {
		app_plan_refresh(&a->plan, &a->draft, t->session ? a->machine : NULL);
		a->scroll_max = screen_draw(&t->canvas, tui_snapshot(t), a);
		if (a->scroll > a->scroll_max)
			a->scroll = a->scroll_max;
	}
	if (terminal_show(t->terminal, &t->canvas))
		t->quit = true;
	t->draw_now = false;
}

static void loop(struct tui *t, int keys_fd)
{
	while (!t->quit && !stop_signal) {
		int wait_ms = tick(t);
		uint64_t now_ns = clock_now_ns();

		if (frame_is_due(t, now_ns)) {
			draw(t);
			t->drawn_ns = now_ns;
		}
		struct pollfd fds[2] = {{.fd = keys_fd, .events = POLLIN},
					{.fd = t->event_fd, .events = POLLIN}};

		if (poll(fds, 2, t->quit ? 0 : wait_ms) < 0 && errno != EINTR)
			return;
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			return;
		t->event = t->event_fd >= 0 && fds[1].revents;
		keys_take(t); /* after EINTR too: a new size is a key */
	}
}

int tui_terminal_open(struct tui *t, FILE *keys, struct error *error)
{
	int err = terminal_open(&t->terminal, keys, error);

	if (err)
		return err;
	t->app.no_colours = !terminal_has_colours(t->terminal);
	canvas_init(&t->canvas, terminal_glyphs(t->terminal));
	if (resize(t))
		err = error_set(error, ERROR_MACHINE, ENOMEM, "the screen",
				"out of memory", "close other programs");
	if (err)
		tui_terminal_close(t);
	return err;
}

void tui_terminal_close(struct tui *t)
{
	terminal_close(t->terminal);
	t->terminal = NULL;
	canvas_fini(&t->canvas);
}

int tui_show(struct tui *t, FILE *keys, struct error *error)
{
	const struct mode_ops *m = bottom(t);
	struct sigaction old[TUI_SIGNALS];
	int err;

	t->event_fd = -1;
	t->draw_now = true;
	err = tui_terminal_open(t, keys, error);
	if (err)
		return err;
	tui_signals_take(old);
	err = m->begin(t, "", error);
	if (!err)
		loop(t, fileno(keys));
	t->quit = true;
	while (front(t) != m)
		mode_leave(t);
	if (m->leave)
		m->leave(t);
	if (t->terminal)
		tui_terminal_close(t);
	tui_signals_give_back(old);
	return err;
}
