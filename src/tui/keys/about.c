/* SPDX-License-Identifier: MIT */
/* Explanations, beside the list of what can be explained. */
#include "tui/keys/keys.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_ABOUT, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, NULL},
	{CONTEXT_ABOUT, ACTION_DOWN, {KEY_ARROW_DOWN, 'j', KEY_TAB}, "↓ j", "↑↓",
	 "what to explain", NULL},
	{CONTEXT_ABOUT, ACTION_PAGE_UP, {KEY_PAGE_UP}, "PgUp", NULL, NULL, NULL},
	{CONTEXT_ABOUT, ACTION_PAGE_DOWN, {KEY_PAGE_DOWN, ' '}, "space", NULL, "page",
	 NULL},
	{CONTEXT_ABOUT, ACTION_CANCEL, {KEY_ESCAPE, KEY_RETURN, '\n', 'q', 'x'}, "Esc",
	 NULL, "close", NULL},
};
/* clang-format on */

const struct binding_group keys_about = BINDING_GROUP(bindings);
