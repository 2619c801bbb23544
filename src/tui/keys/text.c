/* SPDX-License-Identifier: MIT */
/* Typing. */
#include "tui/keys/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_TEXT, ACTION_ACCEPT, {KEY_RETURN, '\n'}, "Enter", NULL, "accept", NULL},
	{CONTEXT_TEXT, ACTION_CANCEL, {KEY_ESCAPE}, "Esc", NULL, "leave", NULL},
	{CONTEXT_TEXT, ACTION_UP, {KEY_ARROW_UP}, "↑", NULL, NULL, NULL},
	{CONTEXT_TEXT, ACTION_DOWN, {KEY_ARROW_DOWN}, "↓", NULL, NULL, NULL},
	{CONTEXT_TEXT, ACTION_CURSOR_LEFT, {KEY_ARROW_LEFT}, "←", NULL, NULL, NULL},
	{CONTEXT_TEXT, ACTION_CURSOR_RIGHT, {KEY_ARROW_RIGHT}, "→", NULL, NULL, NULL},
	{CONTEXT_TEXT, ACTION_CURSOR_START, {KEY_TO_START, CONTROL('a')}, "Home", NULL,
	 NULL, NULL},
	{CONTEXT_TEXT, ACTION_CURSOR_END, {KEY_TO_END, CONTROL('e')}, "End", NULL, NULL,
	 NULL},
	{CONTEXT_TEXT, ACTION_ERASE, {KEY_ERASE, CONTROL('h')}, "Backspace", NULL, NULL,
	 NULL},
	{CONTEXT_TEXT, ACTION_DELETE, {KEY_DELETE}, "Delete", NULL, NULL, NULL},
	{CONTEXT_TEXT, ACTION_ERASE_ALL, {CONTROL('u')}, "^U", NULL, NULL, NULL},
};
/* clang-format on */

const struct binding_group keys_text = BINDING_GROUP(bindings);
