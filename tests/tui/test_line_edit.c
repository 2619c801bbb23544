/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "tui/app/line_edit.h"

static void a_line_is_edited_by_characters(void **state)
{
	struct line_edit e;

	(void)state;
	line_edit_start(&e, "3µ");
	line_edit_act(&e, ACTION_ERASE);
	assert_string_equal(e.text, "3");
	line_edit_type(&e, 0x65E5);
	line_edit_act(&e, ACTION_CURSOR_START);
	line_edit_type(&e, '1');
	assert_string_equal(e.text, "13日");
	line_edit_act(&e, ACTION_CURSOR_RIGHT);
	line_edit_act(&e, ACTION_DELETE);
	assert_string_equal(e.text, "13");
	line_edit_act(&e, ACTION_DELETE);
	line_edit_type(&e, 0x1B);
	assert_string_equal(e.text, "13");
	for (int i = 0; i < 2 * LINE_EDIT_BYTES; i++)
		line_edit_type(&e, 'x');
	assert_int_equal(strlen(e.text), LINE_EDIT_BYTES - 1);
	line_edit_act(&e, ACTION_ERASE_ALL);
	line_edit_act(&e, ACTION_ERASE);
	line_edit_act(&e, ACTION_CURSOR_LEFT);
	assert_string_equal(e.text, "");
}

static void the_first_character_replaces_what_was_offered(void **state)
{
	struct line_edit e;

	(void)state;
	line_edit_offer(&e, "2");
	line_edit_type(&e, '6');
	line_edit_type(&e, '4');
	assert_string_equal(e.text, "64");
	line_edit_offer(&e, "2");
	line_edit_act(&e, ACTION_CURSOR_END); /* an arrow keeps it */
	line_edit_type(&e, '6');
	assert_string_equal(e.text, "26");
	line_edit_offer(&e, "200");
	line_edit_act(&e, ACTION_ERASE);
	assert_string_equal(e.text, "");
	line_edit_offer(&e, "");
	line_edit_type(&e, '7');
	assert_string_equal(e.text, "7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_edited_by_characters),
		cmocka_unit_test(the_first_character_replaces_what_was_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
