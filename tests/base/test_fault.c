/* SPDX-License-Identifier: MIT */
#include "tlblab/base/fault.h"

#include <errno.h>
#include <string.h>

#include "support/check.h"

static void says_what_why_and_todo(void **state)
{
	struct fault f;
	char line[1024];

	(void)state;
	assert_int_equal(fault_setf(&f, FAULT_INPUT, EINVAL, "a.json:3: pages",
				    "use 1 to 4096", "%d is too large", 5000),
			 -EINVAL);
	assert_string_equal(fault_text(&f, line, sizeof(line)),
			    "a.json:3: pages: 5000 is too large; use 1 to 4096");
	fault_set(&f, FAULT_INPUT, EINVAL, "pages", "too large", "");
	assert_string_equal(fault_text(&f, line, sizeof(line)), "pages: too large");
	fault_set(&f, FAULT_INPUT, EINVAL, "pages", NULL, NULL);
	assert_string_equal(fault_text(&f, line, sizeof(line)), "pages");
	fault_set(&f, FAULT_INPUT, EINVAL, "", "too large", "");
	assert_string_equal(fault_text(&f, line, sizeof(line)), "too large");
	fault_clear(&f);
	assert_int_equal(f.code, FAULT_NONE);
	assert_string_equal(fault_text(&f, line, sizeof(line)), "");
}

static void goes_without_a_fault(void **state)
{
	(void)state;
	assert_int_equal(fault_set(NULL, FAULT_MACHINE, EPERM, "x", "y", "z"), -EPERM);
	assert_int_equal(fault_setf(NULL, FAULT_MACHINE, EPERM, "x", "z", "%d", 1),
			 -EPERM);
}

static void stays_one_line(void **state)
{
	struct fault f;
	char line[1024];

	(void)state;
	fault_set(&f, FAULT_INPUT, EINVAL, "a\nb\033[2J", "c\td", "e\x7f");
	assert_string_equal(fault_text(&f, line, sizeof(line)), "a?b?[2J: c?d; e?");
}

static void shows_that_it_was_cut(void **state)
{
	struct fault f;
	char name[1000];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	fault_set(&f, FAULT_INPUT, ENOENT, name, name, name);
	assert_int_equal(strlen(f.what), sizeof(f.what) - 1);
	assert_string_equal(f.what + sizeof(f.what) - 1 - strlen("xx…"), "xx…");
	assert_string_equal(f.why + sizeof(f.why) - 1 - strlen("xx…"), "xx…");

	/* Two-byte characters that do not end where the buffer does. */
	for (int i = 0; i + 2 < (int)sizeof(name); i += 2)
		memcpy(name + i, "µ", 2);
	fault_set(&f, FAULT_INPUT, ENOENT, name, "", "");
	assert_string_equal(f.what + strlen(f.what) - strlen("µ…"), "µ…");
}

static void may_be_built_from_itself(void **state)
{
	struct fault f;
	char line[1024];

	(void)state;
	fault_set(&f, FAULT_MACHINE, EPERM, "ceiling", "not root", "use sudo");
	fault_set(&f, FAULT_INPUT, EINVAL, f.why, f.what, f.todo);
	assert_string_equal(fault_text(&f, line, sizeof(line)),
			    "not root: ceiling; use sudo");
	assert_int_equal(f.code, FAULT_INPUT);
}

static void fits_any_buffer(void **state)
{
	struct fault f;
	char line[16] = "unchanged";

	(void)state;
	fault_set(&f, FAULT_MACHINE, EPERM, "ceiling", "not root", "use sudo");
	fault_text(&f, line, 0);
	assert_string_equal(line, "unchanged");
	fault_text(&f, line, 8);
	assert_string_equal(line, "ceiling");
	fault_text(&f, line, 12);
	assert_string_equal(line, "ceiling: no");
}

static void decides_the_exit_status(void **state)
{
	static const int status[] = {[FAULT_NONE] = 0,
				     [FAULT_CHECK] = 1,
				     [FAULT_INPUT] = 2,
				     [FAULT_MACHINE] = 3,
				     [FAULT_INTERRUPTED] = 130};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(status); i++) {
		struct fault f = {.code = (enum fault_code)i};

		assert_int_equal(fault_exit_status(&f), status[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_why_and_todo),
		cmocka_unit_test(goes_without_a_fault),
		cmocka_unit_test(stays_one_line),
		cmocka_unit_test(shows_that_it_was_cut),
		cmocka_unit_test(may_be_built_from_itself),
		cmocka_unit_test(fits_any_buffer),
		cmocka_unit_test(decides_the_exit_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
