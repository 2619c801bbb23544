/* SPDX-License-Identifier: MIT */
/*
 * What a terminal is sent, read at its other end: nothing for a picture that is already
 * there, a few bytes for a cell that changed, all of it for other colours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include "tui/scene.h"
#include "tui/terminal.h"

enum { W = 120, H = 40, SETTLE_MS = 50 };

struct line {
	int master, slave, old_stdout;
	FILE *keys;
	struct terminal *terminal;
	struct canvas canvas;
};

/* How many bytes lie there. The terminal is written to before a call returns, so what
 * is not there after a moment does not come. */
static long bytes_sent(struct line *l)
{
	struct pollfd fd = {.fd = l->master, .events = POLLIN};
	char buf[65536];
	long total = 0;

	while (poll(&fd, 1, SETTLE_MS) > 0) {
		ssize_t n = read(l->master, buf, sizeof(buf));

		if (n <= 0)
			break;
		total += n;
	}
	return total;
}

static void line_open(struct line *l)
{
	struct winsize size = {.ws_row = H, .ws_col = W};
	struct fault fault = {.code = FAULT_NONE};

	setenv("TERM", "xterm-256color", 1);
	unsetenv("NO_COLOR");
	unsetenv("TLBLAB_GLYPHS");
	assert_int_equal(openpty(&l->master, &l->slave, NULL, NULL, &size), 0);
	fcntl(l->master, F_SETFL, O_NONBLOCK);
	fflush(stdout);
	l->old_stdout = dup(STDOUT_FILENO);
	dup2(l->slave, STDOUT_FILENO);
	l->keys = fdopen(dup(l->slave), "r");
	assert_non_null(l->keys);
	int err = terminal_open(&l->terminal, l->keys, &fault);

	assert_int_equal(err, 0);
	canvas_init(&l->canvas, terminal_glyphs(l->terminal));
	assert_int_equal(canvas_resize(&l->canvas, W, H), 0);
}

static void line_close(struct line *l)
{
	terminal_close(l->terminal);
	fflush(stdout);
	dup2(l->old_stdout, STDOUT_FILENO);
	close(l->old_stdout);
	fclose(l->keys);
	close(l->slave);
	close(l->master);
	canvas_fini(&l->canvas);
}

static void only_what_changed_is_sent(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct line l;
	long first, same, later, dressed, again;

	(void)state;
	line_open(&l);
	scene_size(s, W, H);
	bytes_sent(&l);
	screen_draw(&l.canvas, &s->snap, &s->app);
	terminal_show(l.terminal, &l.canvas);
	first = bytes_sent(&l);
	screen_draw(&l.canvas, &s->snap, &s->app);
	terminal_show(l.terminal, &l.canvas);
	same = bytes_sent(&l);
	s->snap.now_s += 0.1; /* one digit of the clock */
	screen_draw(&l.canvas, &s->snap, &s->app);
	terminal_show(l.terminal, &l.canvas);
	later = bytes_sent(&l);
	terminal_dress(l.terminal, &l.canvas, SCHEME_LIGHT);
	terminal_show(l.terminal, &l.canvas);
	dressed = bytes_sent(&l);
	terminal_dress(l.terminal, &l.canvas, SCHEME_LIGHT);
	terminal_show(l.terminal, &l.canvas);
	again = bytes_sent(&l);
	line_close(&l);
	assert_in_range(first, W * H / 4, 100000);
	assert_int_equal(same, 0);
	assert_in_range(later, 1, 60);
	assert_in_range(dressed, W * H, 200000); /* blanks too have a ground now */
	assert_int_equal(again, 0);
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_changed_is_sent),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
