/* SPDX-License-Identifier: MIT */
/* The screen of `who`: where htop and vi have them. */
#include "tui/who/who_screen.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_WHO, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, "the row above"},
	{CONTEXT_WHO, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", NULL, NULL, "the row below"},
	{CONTEXT_WHO, ACTION_PAGE_UP, {KEY_PAGE_UP, CONTROL('b')}, "PgUp", NULL, NULL, "a page up"},
	{CONTEXT_WHO, ACTION_PAGE_DOWN, {KEY_PAGE_DOWN, CONTROL('f')}, "PgDn", NULL, NULL, "a page down"},
	{CONTEXT_WHO, ACTION_FIRST, {'g', KEY_TO_START}, "Home g", NULL, NULL, "the first row"},
	{CONTEXT_WHO, ACTION_LAST, {'G', KEY_TO_END}, "End G", NULL, NULL, "the last row"},
	{CONTEXT_WHO, ACTION_ACCEPT, {KEY_RETURN, '\n'}, "Enter", NULL, "details",
	 "details: causes, kernel stacks, and what would stop it"},
	{CONTEXT_WHO, ACTION_VIEW_NEXT, {KEY_TAB}, "Tab", NULL, "page", "the next page"},
	{CONTEXT_WHO, ACTION_VIEW_BEFORE, {KEY_TAB_BACK}, "Shift-Tab", NULL, NULL, "the page before"},
	{CONTEXT_WHO, ACTION_DIGIT_1, {'1'}, "1 to 6", NULL, NULL, "the page of that number"},
	{CONTEXT_WHO, ACTION_DIGIT_2, {'2'}, "2", NULL, NULL, NULL},
	{CONTEXT_WHO, ACTION_DIGIT_3, {'3'}, "3", NULL, NULL, NULL},
	{CONTEXT_WHO, ACTION_DIGIT_4, {'4'}, "4", NULL, NULL, NULL},
	{CONTEXT_WHO, ACTION_DIGIT_5, {'5'}, "5", NULL, NULL, NULL},
	{CONTEXT_WHO, ACTION_DIGIT_6, {'6'}, "6", NULL, NULL, NULL},
	{CONTEXT_WHO, ACTION_SEARCH, {'/', '\\', KEY_FUNCTION_4}, "/ F4", "/", "filter",
	 "show only rows with this text in name, number or cause"},
	{CONTEXT_WHO, ACTION_SORT_NEXT, {'>', '.', KEY_FUNCTION_6, KEY_ARROW_RIGHT}, "> → F6", "<>", "sort",
	 "sort by the next column"},
	{CONTEXT_WHO, ACTION_SORT_BEFORE, {'<', ',', KEY_ARROW_LEFT}, "< ←", NULL, NULL,
	 "sort by the column before"},
	{CONTEXT_WHO, ACTION_SORT_INVERT, {'I'}, "I", NULL, NULL, "sort the other way round"},
	{CONTEXT_WHO, ACTION_TREE, {'t', KEY_FUNCTION_5}, "t F5", "t", "tree", "threads under their processes"},
	{CONTEXT_WHO, ACTION_THREADS, {'H'}, "H", NULL, "threads", "a row for each thread, or one for each process"},
	{CONTEXT_WHO, ACTION_SINCE_START, {'a'}, "a", NULL, NULL, "figures since the start, or of the last second"},
	{CONTEXT_WHO, ACTION_RUN, {' ', 'Z'}, "space", NULL, "freeze",
	 "freeze the picture, and let it go on; counting goes on"},
	{CONTEXT_WHO, ACTION_EXPORT, {'e'}, "e", NULL, "export", "write everything seen so far to a JSON file here"},
	{CONTEXT_WHO, ACTION_SCHEME, {'C'}, "C", NULL, NULL,
	 "other colours: dark, light, contrast, safe, projector, mono"},
	{CONTEXT_WHO, ACTION_CANCEL, {KEY_ESCAPE}, "Esc", NULL, NULL, "back; then: no filter"},
	{CONTEXT_WHO, ACTION_HELP, {'?', KEY_FUNCTION_1}, "? F1", "?", "help", "this page"},
	{CONTEXT_WHO, ACTION_QUIT, {'q', KEY_FUNCTION_10}, "q F10", "q", "quit", "quit"},
};
/* clang-format on */

const struct binding_group who_keys = BINDING_GROUP(bindings);
