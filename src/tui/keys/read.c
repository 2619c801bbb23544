/* SPDX-License-Identifier: MIT */
/* Scrolling and reading. */
#include "tui/keys/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_MOVING, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, NULL},
	{CONTEXT_MOVING, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", "↑↓", "scroll", NULL},
	{CONTEXT_PAGING, ACTION_PAGE_UP, {KEY_PAGE_UP, CONTROL('b')}, "PgUp", NULL, NULL,
	 NULL},
	{CONTEXT_PAGE | CONTEXT_MAP | CONTEXT_MODES, ACTION_PAGE_DOWN,
	 {KEY_PAGE_DOWN, CONTROL('f')}, "PgDn", NULL, NULL, NULL},
	{CONTEXT_READ, ACTION_PAGE_DOWN, {KEY_PAGE_DOWN, ' ', CONTROL('f')}, "space",
	 NULL, "page", NULL},
	{CONTEXT_PAGING | CONTEXT_ABOUT | CONTEXT_LESSON, ACTION_FIRST,
	 {'g', KEY_TO_START}, "Home g", NULL, NULL, "scroll to the top"},
	{CONTEXT_PAGING | CONTEXT_ABOUT | CONTEXT_LESSON, ACTION_LAST,
	 {'G', KEY_TO_END}, "End G", NULL, NULL, "scroll to the end"},
	{CONTEXT_READ, ACTION_CANCEL, {KEY_ESCAPE, KEY_RETURN, '\n', 'q', 'l'}, "Esc",
	 NULL, "close", NULL},
	{CONTEXT_READ, ACTION_CANCEL, {'?', 'd', 'm'}, "Esc", NULL, NULL, NULL},
};
/* clang-format on */

const struct binding_group keys_read = BINDING_GROUP(bindings);
