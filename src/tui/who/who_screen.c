/* SPDX-License-Identifier: MIT */
/* What the keys of `who` do, and which row stays chosen while the order changes. */
#include "tui/who/who_screen.h"

#include <stdlib.h>
#include <string.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tui/keys/keymap.h"
#include "tui/who/columns.h"

void who_screen_init(struct who_screen *s, const struct tui_who_options *options)
{
	*s = (struct who_screen){.options = options};
	s->choice = (struct who_choice){.pid = options->pid, .threads = true};
	for (int i = 0; i < WHO_PAGES; i++)
		s->sort[i] = who_columns_first_sort((enum who_page)i);
	s->choice.sort = s->sort[0];
}

void who_screen_fini(struct who_screen *s)
{
	who_rows_free(&s->rows);
}

static bool same_row(const struct who_screen *s, const struct who_row *a,
		     const struct who_row *b)
{
	if (s->choice.page == WHO_CAUSES)
		return a->cause == b->cause;
	if (s->choice.page == WHO_CPUS)
		return a->tid == b->tid;
	return a->pid == b->pid && a->tid == b->tid && a->task == b->task;
}

static void keep_in_sight(struct who_screen *s)
{
	int last = s->rows.n - 1;

	s->at = s->at > last ? last : s->at;
	s->at = s->at < 0 ? 0 : s->at;
	if (s->at < s->top)
		s->top = s->at;
	if (s->shown > 0 && s->at >= s->top + s->shown)
		s->top = s->at - s->shown + 1;
	if (s->top > s->rows.n - s->shown)
		s->top = s->rows.n - s->shown;
	if (s->top < 0)
		s->top = 0;
}

void who_screen_refresh(struct who_screen *s)
{
	s->choice.filter = s->over == WHO_FILTER ? s->edit.text : s->filter;
	if (who_rows_make(&s->rows, s->options->watch, &s->choice))
		text_copy(s->message, sizeof(s->message),
			  "memory is short: not all rows are shown");
	for (int i = 0; s->follows && i < s->rows.n; i++) {
		if (!same_row(s, &s->rows.row[i], &s->chosen))
			continue;
		s->at = i;
		break;
	}
	keep_in_sight(s);
}

/* The same row from now on, or none: then the first line, whoever stands there. */
static void choose(struct who_screen *s, int at)
{
	s->at = at;
	keep_in_sight(s);
	s->follows = s->at > 0 && s->at < s->rows.n;
	if (s->follows)
		s->chosen = s->rows.row[s->at];
}

static void turn_to(struct who_screen *s, int page)
{
	s->choice.page = (enum who_page)((page + WHO_PAGES) % WHO_PAGES);
	s->choice.sort = s->sort[s->choice.page];
	s->choice.ascending = s->ascending[s->choice.page];
	s->follows = false;
	s->at = s->top = s->scroll = 0;
	who_screen_refresh(s);
}

static void sort_by(struct who_screen *s, int step)
{
	int n;

	who_columns(s->choice.page, &n);
	if (!n)
		return;
	s->choice.sort = s->sort[s->choice.page] = (s->choice.sort + step + n) % n;
	who_screen_refresh(s);
}

static void export(struct who_screen *s)
{
	struct error error = {.code = ERROR_NONE};
	char utc[32], path[64] = "who-", line[200];

	clock_utc(utc, sizeof(utc));
	for (char *p = utc; *p; p++)
		if (*p == ':')
			*p = '-';
	text_append(path, sizeof(path), "%s.json", utc);
	s->message[0] = '\0';
	if (s->options->export(s->options->self, path, &error))
		text_append(s->message, sizeof(s->message), "%s",
			    error_text(&error, line, sizeof(line)));
	else
		text_append(s->message, sizeof(s->message), "written to %s", path);
}

static int *scrolled(struct who_screen *s)
{
	bool table = s->over == WHO_TABLE && s->choice.page != WHO_MATRIX &&
		     s->choice.page != WHO_DURATIONS;

	return table ? NULL : &s->scroll;
}

/* Up and down, in rows or, where text is open, in lines. */
static void move(struct who_screen *s, enum action action)
{
	int *scroll = scrolled(s), page = s->shown > 1 ? s->shown - 1 : 1;
	int at = scroll ? *scroll : s->at;

	switch (action) {
	case ACTION_UP: at--; break;
	case ACTION_DOWN: at++; break;
	case ACTION_PAGE_UP: at -= page; break;
	case ACTION_PAGE_DOWN: at += page; break;
	case ACTION_FIRST: at = 0; break;
	default: at = scroll ? s->scroll_max : s->rows.n - 1; break;
	}
	if (!scroll) {
		choose(s, at);
		return;
	}
	at = at > s->scroll_max ? s->scroll_max : at;
	*scroll = at < 0 ? 0 : at;
}

static void switch_choice(struct who_screen *s, enum action action)
{
	switch (action) {
	case ACTION_TREE: s->choice.tree = !s->choice.tree; break;
	case ACTION_THREADS: s->choice.threads = !s->choice.threads; break;
	case ACTION_SINCE_START: s->choice.since_start = !s->choice.since_start; break;
	default:
		s->choice.ascending = s->ascending[s->choice.page] =
			!s->choice.ascending;
		break;
	}
	who_screen_refresh(s);
}

/* Esc: out of what is open, then of the filter. */
static void back(struct who_screen *s)
{
	if (s->over == WHO_TABLE)
		s->filter[0] = '\0';
	s->over = WHO_TABLE;
	s->scroll = 0;
	who_screen_refresh(s);
}

static void open_over(struct who_screen *s, enum who_over over)
{
	s->over = s->over == over ? WHO_TABLE : over;
	s->scroll = 0;
}

static void filter_key(struct who_screen *s, int key)
{
	enum action action = keymap_action(CONTEXT_TEXT, key);

	if (action == ACTION_ACCEPT) {
		text_copy(s->filter, sizeof(s->filter), s->edit.text);
		s->over = WHO_TABLE;
	} else if (action == ACTION_CANCEL) {
		s->over = WHO_TABLE;
	} else if (action != ACTION_NONE) {
		line_edit_act(&s->edit, action);
	} else if (key >= ' ' && key < KEY_ARROW_UP) {
		line_edit_type(&s->edit, (uint32_t)key);
	}
	who_screen_refresh(s);
}

static void act(struct who_screen *s, enum action action)
{
	switch (action) {
	case ACTION_UP:
	case ACTION_DOWN:
	case ACTION_PAGE_UP:
	case ACTION_PAGE_DOWN:
	case ACTION_FIRST:
	case ACTION_LAST: move(s, action); break;
	case ACTION_ACCEPT:
		if (s->rows.n && !scrolled(s))
			open_over(s, WHO_DETAIL);
		else if (s->over != WHO_TABLE)
			back(s);
		break;
	case ACTION_VIEW_NEXT: turn_to(s, (int)s->choice.page + 1); break;
	case ACTION_VIEW_BEFORE: turn_to(s, (int)s->choice.page - 1); break;
	case ACTION_SEARCH:
		s->over = WHO_FILTER;
		line_edit_offer(&s->edit, s->filter);
		break;
	case ACTION_SORT_NEXT: sort_by(s, 1); break;
	case ACTION_SORT_BEFORE: sort_by(s, -1); break;
	case ACTION_SORT_INVERT:
	case ACTION_TREE:
	case ACTION_THREADS:
	case ACTION_SINCE_START: switch_choice(s, action); break;
	case ACTION_RUN: s->frozen = !s->frozen; break;
	case ACTION_EXPORT: export(s); break;
	case ACTION_CANCEL: back(s); break;
	case ACTION_HELP: open_over(s, WHO_HELP); break;
	default:
		if (action >= ACTION_DIGIT_1 && action <= ACTION_DIGIT_6)
			turn_to(s, (int)(action - ACTION_DIGIT_1));
		break;
	}
}

bool who_screen_key(struct who_screen *s, int key)
{
	enum action action;

	if (s->over == WHO_FILTER) {
		filter_key(s, key);
		return true;
	}
	action = keymap_action(CONTEXT_WHO, key);
	s->message[0] = '\0';
	if (action == ACTION_QUIT && s->over == WHO_TABLE)
		return false;
	if (action == ACTION_QUIT)
		back(s);
	else if (action == ACTION_NONE && key != KEY_POINTED)
		text_copy(s->message, sizeof(s->message),
			  "that key does nothing here: ? lists those that do");
	else
		act(s, action);
	return true;
}
