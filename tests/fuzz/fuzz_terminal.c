/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what a terminal sends: keys, replies nobody asked for, the mouse, half a
 * sequence. The screen's reader makes of them characters, keys it has a name for, or
 * nothing, never ends up waiting, and leaves nothing behind.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "tui/frame/terminal.h"
#include "tui/keys/keymap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

enum { COLUMNS = 120, ROWS = 40, BYTES_MAX = 512, UNICODE_END = 0x110000 };

static int master = -1;
static struct terminal *terminal;

static void open_terminal(void)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLUMNS};
	struct error error = {0};
	struct termios modes;
	FILE *keys;

	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TLBLAB_MOUSE", "1", 1);
	master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (master < 0 || grantpt(master) || unlockpt(master) ||
	    ioctl(master, TIOCSWINSZ, &size))
		abort();
	keys = fopen(ptsname(master), "r+");
	/* A Control-S would hold what the screen writes until the next Control-Q. */
	if (!keys || tcgetattr(fileno(keys), &modes))
		abort();
	modes.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
	if (tcsetattr(fileno(keys), TCSANOW, &modes) ||
	    dup2(fileno(keys), STDOUT_FILENO) < 0 ||
	    terminal_open(&terminal, keys, &error))
		abort();
}

/* Whatever the screen says to the terminal; unread, it would block. */
static void drain(void)
{
	char buf[4096];

	while (read(master, buf, sizeof(buf)) > 0)
		;
}

static int next_key(void)
{
	int key = terminal_read_key(terminal), w, h;

	if (key < KEY_NOTHING || key > KEY_POINTED)
		abort();
	if (key == KEY_POINTED) {
		struct mouse_event e = terminal_pointed(terminal);

		if (e.x < 0 || e.y < 0 || e.button > MOUSE_WHEEL_DOWN)
			abort();
	}
	terminal_size(terminal, &w, &h);
	if (w < 1 || h < 1)
		abort();
	return key;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	size_t n = bytes < BYTES_MAX ? bytes : BYTES_MAX, left = 2 * BYTES_MAX;

	if (master < 0)
		open_terminal();
	if (write(master, data, n) < 0)
		abort();
	/* An Escape at the end is one only after a while: this letter ends it. */
	if (write(master, "q", 1) != 1)
		abort();
	while (next_key() != KEY_NOTHING)
		if (!left--)
			abort();
	drain();
	/* What a broken character makes curses leave for the next look. */
	tcflush(STDOUT_FILENO, TCIFLUSH);
	return 0;
}
