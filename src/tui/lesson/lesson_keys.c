/* SPDX-License-Identifier: MIT */
/* A lesson: its steps and its answers; the course. */
#include "tui/lesson/lesson.h"

#include <stddef.h>

/* One row a binding: clang-format would give each a paragraph. */
/* clang-format off */
static const struct binding bindings[] = {
	{CONTEXT_LESSON, ACTION_LESSON_NEXT, {KEY_RETURN, '\n', 'n'}, "Enter n", "Enter", "next",
	 "lesson: go on; at a question without a prediction, or with the chosen one"},
	{CONTEXT_BENCH, ACTION_LESSON_NEXT, {'n'}, "n", NULL, NULL,
	 "lesson: from the settings back to it"},
	{CONTEXT_LESSON, ACTION_LESSON_BACK, {'p'}, "p", NULL, "back",
	 "lesson: the step before"},
	{CONTEXT_LESSON, ACTION_DIGIT_1, {'1'}, "1 to 9", "1-9", "answer",
	 "lesson: predict this answer; in the course: open this lesson"},
	{CONTEXT_LESSON, ACTION_DIGIT_2, {'2'}, "2", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_DIGIT_3, {'3'}, "3", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_DIGIT_4, {'4'}, "4", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_DIGIT_5, {'5'}, "5", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_DIGIT_6, {'6'}, "6", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_DIGIT_7, {'7'}, "7", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_DIGIT_8, {'8'}, "8", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_DIGIT_9, {'9'}, "9", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_CANCEL, {KEY_ESCAPE}, "Esc", NULL, "bench",
	 "lesson: leave it; l comes back"},
	{CONTEXT_LESSON, ACTION_UP, {KEY_ARROW_UP, 'k'}, "↑ k", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_DOWN, {KEY_ARROW_DOWN, 'j'}, "↓ j", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_LESS, {KEY_ARROW_LEFT, 'h'}, "← h", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_MORE, {KEY_ARROW_RIGHT, 'L'}, "→ L", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_PAGE_UP, {KEY_PAGE_UP}, "PgUp", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_PAGE_DOWN, {KEY_PAGE_DOWN}, "PgDn", NULL, NULL, NULL},
	{CONTEXT_LESSON, ACTION_BEGIN(MODE_LESSON), {'0'}, "0", NULL, "course", NULL},
	{CONTEXT_MAIN & ~CONTEXT_LESSON, ACTION_BEGIN(MODE_LESSON), {'0'}, "0", NULL, NULL,
	 "the course: all lessons in their order"},
};
/* clang-format on */

const struct binding_group lesson_keys = BINDING_GROUP(bindings);
