/* SPDX-License-Identifier: MIT */
/* Choosing from a list. */
#include "tui/keys/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_LIST, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, NULL},
	{CONTEXT_LIST, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", "↑↓", "choose", NULL},
	{CONTEXT_LIST, ACTION_PAGE_UP, {KEY_PAGE_UP}, "PgUp", NULL, NULL, NULL},
	{CONTEXT_LIST, ACTION_PAGE_DOWN, {KEY_PAGE_DOWN}, "PgDn", NULL, NULL, NULL},
	{CONTEXT_LIST, ACTION_FIRST, {'g', KEY_TO_START}, "Home g", NULL, NULL, NULL},
	{CONTEXT_LIST, ACTION_LAST, {'G', KEY_TO_END}, "End G", NULL, NULL, NULL},
	{CONTEXT_LIST, ACTION_ACCEPT, {KEY_RETURN, '\n', KEY_ARROW_RIGHT, 'l'}, "Enter",
	 NULL, "open", NULL},
	{CONTEXT_LIST, ACTION_SEARCH, {'/'}, "/", NULL, "search", NULL},
	{CONTEXT_LIST, ACTION_CANCEL, {KEY_ESCAPE, 'q', 'o', KEY_ARROW_LEFT, 'h'},
	 "Esc", NULL, "leave", NULL},
};
/* clang-format on */

const struct binding_group keys_list = BINDING_GROUP(bindings);
