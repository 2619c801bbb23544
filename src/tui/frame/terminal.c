/* SPDX-License-Identifier: MIT */
/*
 * The only file that knows ncurses. The canvas shown last is kept, and only the cells
 * that differ are handed on; ncurses then finds the cheapest way to send them. Roles
 * become colour pairs once, at the start.
 *
 * curses defines KEY_DOWN and its like; none of ours bears such a name.
 */
#define NCURSES_WIDECHAR 1
#include "tui/frame/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <term.h>
#include <unistd.h>

#include "tlblab/base/text.h"
#include "tui/keys/keymap.h"

enum {
	ESCAPE_DELAY_MS = 20,
	SHOWN_NOTHING = 0xFF,
	/* What is drawn at most; a terminal may say that it has 65,535 columns. */
	COLUMNS_MAX = 1024,
	ROWS_MAX = 512,
	CELLS_MAX = COLUMNS_MAX * ROWS_MAX,
};

struct terminal {
	SCREEN *screen;
	FILE *keys; /* ours, or NULL */
	const struct glyphs *glyphs;
	bool colours;
	enum scheme scheme;
	struct canvas shown;
	attr_t attributes[ROLE_N];
	short pairs[ROLE_N];
	struct mouse_event pointed;
};

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT};
enum { N_CRASH_SIGNALS = sizeof(crash_signals) / sizeof(crash_signals[0]) };

/* Gives the terminal back; the default action (a core) follows, since the handler is
 * gone and the fault happens again. */
static void on_crash(int signal_number)
{
	endwin();
	raise(signal_number);
}

static void crash_handlers(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler,
				   .sa_flags = (int)SA_RESETHAND};

	for (int i = 0; i < N_CRASH_SIGNALS; i++)
		sigaction(crash_signals[i], &action, NULL);
}

static void styles_init(struct terminal *t)
{
	int colours = t->colours ? COLORS : 0;

	for (int role = 0; role < ROLE_N; role++) {
		const struct style *s =
			theme_style(t->scheme, colours, (enum role)role);

		t->attributes[role] = (s->bold ? A_BOLD : 0) | (s->dim ? A_DIM : 0) |
				      (s->reverse ? A_REVERSE : 0) |
				      (s->underline ? A_UNDERLINE : 0);
		t->pairs[role] = 0;
		if (t->scheme == SCHEME_MONO ||
		    (s->foreground < 0 && s->background < 0))
			continue;
		t->pairs[role] = (short)(role + 1);
		init_pair(t->pairs[role], (short)s->foreground, (short)s->background);
	}
}

static void colours_init(struct terminal *t)
{
	const char *no_colour = getenv("NO_COLOR");

	t->colours = !(no_colour && *no_colour) && has_colors() && start_color() == OK;
	if (t->colours)
		use_default_colors();
	t->scheme = theme_choose(SCHEME_DARK, !t->colours, t->colours ? COLORS : 0);
	styles_init(t);
}

bool terminal_has_colours(const struct terminal *t)
{
	return t->colours;
}

void terminal_dress(struct terminal *t, struct canvas *c, enum scheme scheme)
{
	scheme = theme_choose(scheme, !t->colours, t->colours ? COLORS : 0);
	if (scheme != t->scheme) {
		t->scheme = scheme;
		styles_init(t);
		t->shown.w = t->shown.h = 0; /* every cell looks different now */
	}
	c->glyphs = t->glyphs;
	if (scheme_table[scheme].thick && t->glyphs == glyphs_get(GLYPHS_BRAILLE))
		c->glyphs = glyphs_get(GLYPHS_BLOCK);
}

/* Presses alone: with nothing to wait for, each is told at once. Unasked, the terminal
 * keeps the mouse to itself, for selecting text. */
static void mouse_init(void)
{
	const char *wanted = getenv("TLBLAB_MOUSE");

	if (wanted && strcmp(wanted, "0") == 0)
		return;
	mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
}

static int refuse(struct error *error, const char *why, const char *todo)
{
	return error_set(error, ERROR_MACHINE, ENOTTY, "the screen", why, todo);
}

static const struct glyphs *choose_glyphs(const char *term)
{
	setlocale(LC_CTYPE, "");
	return glyphs_get(glyphs_choose(strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
					term, getenv("TLBLAB_GLYPHS")));
}

void terminal_availability(struct availability *out)
{
	const char *term = getenv("TERM");
	int status;

	*out = (struct availability){.available = false};
	if (!term || !*term || strcmp(term, "dumb") == 0) {
		text_copy(out->reason, sizeof(out->reason),
			  "TERM says that the terminal cannot move its cursor");
		return;
	}
	if (setupterm(term, STDOUT_FILENO, &status) != OK) {
		snprintf(out->reason, sizeof(out->reason),
			 "TERM is %s, which has no terminfo entry here (ncurses-term)",
			 term);
		return;
	}
	out->available = true;
	snprintf(out->source, sizeof(out->source), "%s, %d colours, plots in %s", term,
		 tigetnum("colors") > 0 ? tigetnum("colors") : 0,
		 choose_glyphs(term)->name);
	del_curterm(cur_term);
}

/* curses allocates every cell that the terminal claims to have; past a bound it is told
 * a size, in the way in which a person could. */
static void size_bound(void)
{
	struct winsize size;
	char text[16];

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 ||
	    (long)size.ws_col * size.ws_row <= CELLS_MAX)
		return;
	snprintf(text, sizeof(text), "%d", COLUMNS_MAX);
	setenv("COLUMNS", text, 1);
	snprintf(text, sizeof(text), "%d", ROWS_MAX);
	setenv("LINES", text, 1);
}

/*
 * The same terminal opened once more, so that reads do not wait: curses reads a mouse
 * event, once begun, to its end. It would wait for one that was cut off, and the flag
 * on the caller's own descriptor would be its writers' too. NULL where it cannot be.
 */
static FILE *open_unwaiting(FILE *keys)
{
	const char *name = ttyname(fileno(keys));
	int fd = name ? open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
	struct stat ours, theirs;
	FILE *file;

	if (fd < 0)
		return NULL;
	file = !fstat(fd, &ours) && !fstat(fileno(keys), &theirs) &&
			       ours.st_rdev == theirs.st_rdev
		       ? fdopen(fd, "r+")
		       : NULL;
	if (!file)
		close(fd);
	return file;
}

int terminal_open(struct terminal **out, FILE *keys, struct error *error)
{
	const char *term = getenv("TERM");
	struct terminal *t;

	if (!isatty(fileno(keys)) || !isatty(STDOUT_FILENO))
		return refuse(error, "standard input and output are not a terminal",
			      "start it in one, or use tlblab run PRESET");
	if (!term || !*term || strcmp(term, "dumb") == 0)
		return refuse(error,
			      "TERM says that the terminal cannot move its cursor",
			      "set TERM, for instance to xterm-256color, or use tlblab "
			      "run PRESET");
	t = calloc(1, sizeof(*t));
	if (!t)
		return error_set(error, ERROR_MACHINE, ENOMEM, "the screen",
				 "out of memory", "close other programs");
	t->glyphs = choose_glyphs(term);
	size_bound();
	t->keys = open_unwaiting(keys);
	t->screen = newterm(NULL, stdout, t->keys ? t->keys : keys);
	if (!t->screen) {
		if (t->keys)
			fclose(t->keys);
		free(t);
		return refuse(
			error, "the terminal that TERM names is not known here",
			"set TERM, for instance to xterm, or install its terminfo "
			"entry (ncurses-term)");
	}
	crash_handlers(on_crash);
	set_escdelay(ESCAPE_DELAY_MS);
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	mouse_init();
	colours_init(t);
	canvas_init(&t->shown, t->glyphs);
	*out = t;
	return 0;
}

void terminal_close(struct terminal *t)
{
	if (!t)
		return;
	crash_handlers(SIG_DFL);
	endwin();
	delscreen(t->screen);
	if (t->keys)
		fclose(t->keys);
	canvas_fini(&t->shown);
	free(t);
}

const struct glyphs *terminal_glyphs(const struct terminal *t)
{
	return t->glyphs;
}

void terminal_size(const struct terminal *t, int *w, int *h)
{
	(void)t;
	*w = COLS < COLUMNS_MAX ? COLS : COLUMNS_MAX;
	*h = LINES < ROWS_MAX ? LINES : ROWS_MAX;
}

struct mouse_event terminal_pointed(const struct terminal *t)
{
	return t->pointed;
}

/* False for what is not asked for, such as releases, or lies outside. */
static bool mouse_read(struct mouse_event *out)
{
	MEVENT e;

	if (getmouse(&e) != OK || e.x < 0 || e.y < 0 || e.x >= COLS || e.y >= LINES)
		return false;
	*out = (struct mouse_event){e.x, e.y, MOUSE_CLICK};
	if (e.bstate & BUTTON4_PRESSED)
		out->button = MOUSE_WHEEL_UP;
	else if (e.bstate & BUTTON5_PRESSED)
		out->button = MOUSE_WHEEL_DOWN;
	return (e.bstate & (BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED)) != 0;
}

/* A key that curses has a name for; KEY_NOTHING for one that is not to be told. */
static int named_key(struct terminal *t, wint_t code)
{
	switch (code) {
	case KEY_UP: return KEY_ARROW_UP;
	case KEY_DOWN: return KEY_ARROW_DOWN;
	case KEY_LEFT: return KEY_ARROW_LEFT;
	case KEY_RIGHT: return KEY_ARROW_RIGHT;
	case KEY_PPAGE: return KEY_PAGE_UP;
	case KEY_NPAGE: return KEY_PAGE_DOWN;
	case KEY_HOME: return KEY_TO_START;
	case KEY_END: return KEY_TO_END;
	case KEY_DC: return KEY_DELETE;
	case KEY_BTAB: return KEY_TAB_BACK;
	case KEY_ENTER: return KEY_RETURN;
	case KEY_BACKSPACE: return KEY_ERASE;
	case KEY_F(1): return KEY_FUNCTION_1;
	case KEY_F(4): return KEY_FUNCTION_4;
	case KEY_F(5): return KEY_FUNCTION_5;
	case KEY_F(6): return KEY_FUNCTION_6;
	case KEY_F(10): return KEY_FUNCTION_10;
	case KEY_RESIZE: t->shown.w = t->shown.h = 0; return KEY_SIZE_CHANGED;
	case KEY_MOUSE: return mouse_read(&t->pointed) ? KEY_POINTED : KEY_NOTHING;
	default: return KEY_STRANGE;
	}
}

int terminal_read_key(struct terminal *t)
{
	wint_t code;
	int kind, key;

	if (mouse_read(&t->pointed)) /* of a burst, which has one key */
		return KEY_POINTED;
	while ((kind = get_wch(&code)) != ERR) {
		if (kind == OK && code == '\b')
			return KEY_ERASE;
		if (kind == OK) /* bytes that are no text may come as anything */
			return code < KEY_ARROW_UP ? (int)code : KEY_STRANGE;
		key = named_key(t, code);
		if (key != KEY_NOTHING)
			return key;
	}
	return KEY_NOTHING;
}

static void cell_send(struct terminal *t, const struct canvas *c, int x, int y)
{
	const struct cell *cell = canvas_at(c, x, y);
	wchar_t text[3] = {(wchar_t)canvas_code(c, cell), (wchar_t)cell->mark, 0};
	cchar_t complex;

	if (text[0] == 0) /* drawn with its left half */
		return;
	setcchar(&complex, text, t->attributes[cell->role], t->pairs[cell->role], NULL);
	mvadd_wch(y, x, &complex);
}

int terminal_show(struct terminal *t, const struct canvas *c)
{
	if (t->shown.w != c->w || t->shown.h != c->h) {
		if (canvas_resize(&t->shown, c->w, c->h))
			return -ENOMEM;
		/* No cell compares equal to these. */
		memset(t->shown.cells, SHOWN_NOTHING,
		       (size_t)c->w * (size_t)c->h * sizeof(*c->cells));
		erase();
		clearok(stdscr, TRUE);
	}
	for (int y = 0; y < c->h; y++) {
		size_t row = (size_t)y * (size_t)c->w;

		if (memcmp(&t->shown.cells[row], &c->cells[row],
			   (size_t)c->w * sizeof(*c->cells)) == 0)
			continue;
		for (int x = 0; x < c->w; x++)
			if (memcmp(&t->shown.cells[row + (size_t)x],
				   &c->cells[row + (size_t)x], sizeof(*c->cells)) != 0)
				cell_send(t, c, x, y);
		memcpy(&t->shown.cells[row], &c->cells[row],
		       (size_t)c->w * sizeof(*c->cells));
	}
	refresh();
	return 0;
}
