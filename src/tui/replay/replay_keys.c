/* SPDX-License-Identifier: MIT */
/* A recording instead of a bench. */
#include "tui/replay/replay.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_REPLAY, ACTION_SEEK_BACK, {KEY_ARROW_LEFT, 'h'}, "← h", NULL, NULL,
	 "back by a twentieth of what is shown"},
	{CONTEXT_REPLAY, ACTION_SEEK_ON, {KEY_ARROW_RIGHT, 'L'}, "→ L", "←→", "seek",
	 "on by as much"},
	{CONTEXT_REPLAY, ACTION_LEAP_BACK, {KEY_PAGE_UP}, "PgUp", NULL, NULL,
	 "back by a tenth of the recording"},
	{CONTEXT_REPLAY, ACTION_LEAP_ON, {KEY_PAGE_DOWN}, "PgDn", NULL, NULL,
	 "on by a tenth of the recording"},
	{CONTEXT_REPLAY, ACTION_STEP_BACK, {','}, ",", NULL, NULL,
	 "the interval before"},
	{CONTEXT_REPLAY, ACTION_STEP_ON, {'.'}, ".", ",.", "step",
	 "the interval after"},
	{CONTEXT_REPLAY, ACTION_SKIP_BACK, {'['}, "[", NULL, NULL,
	 "to the marker or run before"},
	{CONTEXT_REPLAY, ACTION_SKIP_ON, {']'}, "]", "[]", "marker",
	 "to the marker or run after"},
	{CONTEXT_REPLAY, ACTION_SLOWER, {'<'}, "<", NULL, NULL,
	 "slower, down to 0.1x"},
	{CONTEXT_REPLAY, ACTION_FASTER, {'>'}, ">", "<>", "speed",
	 "faster, up to 100x"},
	{CONTEXT_REPLAY, ACTION_TO_START, {KEY_TO_START}, "Home", NULL, NULL,
	 "to the start"},
	{CONTEXT_REPLAY, ACTION_TO_END, {KEY_TO_END}, "End", NULL, NULL,
	 "to the end"},
	{CONTEXT_REPLAY, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, NULL},
	{CONTEXT_REPLAY, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", NULL, NULL, NULL},
};
/* clang-format on */

const struct binding_group replay_keys = BINDING_GROUP(bindings);
