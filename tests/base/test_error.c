/* SPDX-License-Identifier: MIT */
#include "tlblab/base/error.h"

#include <errno.h>
#include <string.h>

#include "support/check.h"

static void says_what_why_and_todo(void **state)
{
	struct error f;
	char line[1024];

	(void)state;
	assert_int_equal(error_setf(&f, ERROR_INPUT, EINVAL, "a.json:3: pages",
				    "use 1 to 4096", "%d is too large", 5000),
			 -EINVAL);
	assert_string_equal(error_text(&f, line, sizeof(line)),
			    "a.json:3: pages: 5000 is too large; use 1 to 4096");
	error_set(&f, ERROR_INPUT, EINVAL, "pages", "too large", "");
	assert_string_equal(error_text(&f, line, sizeof(line)), "pages: too large");
	error_set(&f, ERROR_INPUT, EINVAL, "pages", NULL, NULL);
	assert_string_equal(error_text(&f, line, sizeof(line)), "pages");
	error_set(&f, ERROR_INPUT, EINVAL, NULL, "too large", "");
	assert_string_equal(error_text(&f, line, sizeof(line)), "too large");
	error_set(&f, ERROR_INPUT, EINVAL, "", "too large", "");
	assert_string_equal(error_text(&f, line, sizeof(line)),
			    "empty name: too large");
	error_clear(&f);
	assert_int_equal(f.code, ERROR_NONE);
	assert_string_equal(error_text(&f, line, sizeof(line)), "");
}

static void goes_without_an_error(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, ERROR_MACHINE, EPERM, "x", "y", "z"), -EPERM);
	assert_int_equal(error_setf(NULL, ERROR_MACHINE, EPERM, "x", "z", "%d", 1),
			 -EPERM);
}

static void stays_one_line(void **state)
{
	struct error f;
	char line[1024];

	(void)state;
	error_set(&f, ERROR_INPUT, EINVAL, "a\nb\033[2J", "c\td", "e\x7f");
	assert_string_equal(error_text(&f, line, sizeof(line)), "a?b?[2J: c?d; e?");
	error_set(&f, ERROR_INPUT, EINVAL, "a\xff\xe2\x82", "\xc2\x9b", "é");
	assert_string_equal(error_text(&f, line, sizeof(line)), "a???: ?; é");
}

static void shows_that_it_was_cut(void **state)
{
	struct error f;
	char name[1000];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	error_set(&f, ERROR_INPUT, ENOENT, name, name, name);
	assert_int_equal(strlen(f.what), sizeof(f.what) - 1);
	assert_string_equal(f.what + sizeof(f.what) - 1 - strlen("xx…"), "xx…");
	assert_string_equal(f.why + sizeof(f.why) - 1 - strlen("xx…"), "xx…");

	/* Two-byte characters that do not end where the buffer does. */
	for (int i = 0; i + 2 < (int)sizeof(name); i += 2)
		memcpy(name + i, "µ", 2);
	error_set(&f, ERROR_INPUT, ENOENT, name, "", "");
	assert_string_equal(f.what + strlen(f.what) - strlen("µ…"), "µ…");
}

static void may_be_built_from_itself(void **state)
{
	struct error f;
	char line[1024];

	(void)state;
	error_set(&f, ERROR_MACHINE, EPERM, "ceiling", "not root", "use sudo");
	error_set(&f, ERROR_INPUT, EINVAL, f.why, f.what, f.todo);
	assert_string_equal(error_text(&f, line, sizeof(line)),
			    "not root: ceiling; use sudo");
	assert_int_equal(f.code, ERROR_INPUT);
}

static void fits_any_buffer(void **state)
{
	struct error f;
	char line[16] = "unchanged";

	(void)state;
	error_set(&f, ERROR_MACHINE, EPERM, "ceiling", "not root", "use sudo");
	error_text(&f, line, 0);
	assert_string_equal(line, "unchanged");
	error_text(&f, line, 8);
	assert_string_equal(line, "ceiling");
	error_text(&f, line, 12);
	assert_string_equal(line, "ceiling: no");
}

static void decides_the_exit_status(void **state)
{
	static const int status[] = {[ERROR_NONE] = 0,
				     [ERROR_CHECK] = 1,
				     [ERROR_INPUT] = 2,
				     [ERROR_MACHINE] = 3,
				     [ERROR_INTERRUPTED] = 130};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(status); i++) {
		struct error f = {.code = (enum error_code)i};

		assert_int_equal(error_exit_status(&f), status[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_why_and_todo),
		cmocka_unit_test(goes_without_an_error),
		cmocka_unit_test(stays_one_line),
		cmocka_unit_test(shows_that_it_was_cut),
		cmocka_unit_test(may_be_built_from_itself),
		cmocka_unit_test(fits_any_buffer),
		cmocka_unit_test(decides_the_exit_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
