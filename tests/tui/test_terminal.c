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
#include <pthread.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tui/frame/terminal.h"
#include "tui/keys/keymap.h"
#include "tui/scene.h"

enum { W = 120, H = 40, PATIENCE_MS = 60000 };

/* A byte that curses never sends. */
static const char end_mark = '\x1F';

struct line {
	int master, slave, old_stdout;
	pthread_t reader;
	int mark[2]; /* a pipe: how many bytes came before each mark */
	FILE *keys;
	struct terminal *terminal;
	struct canvas canvas;
};

/* Reads all the time, as a terminal does: a line holds 64 KiB, and a picture may be
 * more. Tells the bytes before each mark. */
static void *read_all(void *arg)
{
	struct line *l = arg;
	char buf[4096];
	long total = 0;
	ssize_t n;

	while ((n = read(l->master, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] != end_mark) {
				total++;
			} else {
				if (write(l->mark[1], &total, sizeof(total)) < 0)
					return NULL;
				total = 0;
			}
		}
	return NULL;
}

/* How many bytes were sent; those of a mark of our own, written behind them, end them,
 * however long the kernel takes to bring them over. */
static long bytes_sent(struct line *l)
{
	struct pollfd fd = {.fd = l->mark[0], .events = POLLIN};
	long total;

	assert_int_equal(write(l->slave, &end_mark, 1), 1);
	if (poll(&fd, 1, PATIENCE_MS) <= 0 ||
	    read(l->mark[0], &total, sizeof(total)) != sizeof(total))
		return -1;
	return total;
}

/* Writes as the terminal would, until all of it can be read at once. */
static bool type(struct line *l, const char *keys)
{
	int bytes = (int)strlen(keys), there = 0;

	if (write(l->master, keys, (size_t)bytes) != bytes)
		return false;
	for (int i = 0; i < PATIENCE_MS && there < bytes; i++) {
		if (ioctl(l->slave, FIONREAD, &there))
			return false;
		if (there < bytes)
			poll(NULL, 0, 1);
	}
	return there == bytes;
}

static void line_open(struct line *l)
{
	struct winsize size = {.ws_row = H, .ws_col = W};
	struct error error = {.code = ERROR_NONE};

	setenv("TERM", "xterm-256color", 1);
	unsetenv("NO_COLOR");
	unsetenv("TLBLAB_MOUSE");
	unsetenv("TLBLAB_GLYPHS");
	assert_int_equal(openpty(&l->master, &l->slave, NULL, NULL, &size), 0);
	assert_int_equal(pipe(l->mark), 0);
	assert_int_equal(pthread_create(&l->reader, NULL, read_all, l), 0);
	fflush(stdout);
	l->old_stdout = dup(STDOUT_FILENO);
	dup2(l->slave, STDOUT_FILENO);
	l->keys = fdopen(dup(l->slave), "r");
	assert_non_null(l->keys);
	int err = terminal_open(&l->terminal, l->keys, &error);

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
	close(l->slave); /* which ends the reader */
	pthread_join(l->reader, NULL);
	close(l->master);
	close(l->mark[0]);
	close(l->mark[1]);
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

/* What xterm sends for a press, its release, and the wheel, which may come in bursts.
 */
static void the_mouse_is_read(void **state)
{
	static const struct {
		const char *sent;
		struct mouse_event expected;
		int n;
	} cases[] = {
		{"\033[<0;5;3M\033[<0;5;3mq", {4, 2, MOUSE_CLICK}, 1},
		{"\033[<64;7;8Mq", {6, 7, MOUSE_WHEEL_UP}, 1},
		{"\033[<65;1;1M\033[<65;1;1Mq", {0, 0, MOUSE_WHEEL_DOWN}, 2},
	};
	enum { N = sizeof(cases) / sizeof(cases[0]) };
	struct mouse_event read[N];
	int counts[N] = {0}, last[N] = {0};
	struct line l;

	(void)state;
	line_open(&l);
	for (int i = 0; i < N; i++) {
		int key = KEY_POINTED;

		if (!type(&l, cases[i].sent))
			break;
		for (; key == KEY_POINTED && counts[i] < 5; counts[i]++) {
			key = terminal_read_key(l.terminal);
			if (key == KEY_POINTED)
				read[i] = terminal_pointed(l.terminal);
		}
		last[i] = key;
	}
	line_close(&l);
	for (int i = 0; i < N; i++) {
		assert_int_equal(counts[i], cases[i].n + 1);
		assert_memory_equal(&read[i], &cases[i].expected, sizeof(read[i]));
		assert_int_equal(last[i], 'q');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_changed_is_sent),
		cmocka_unit_test(the_mouse_is_read),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
