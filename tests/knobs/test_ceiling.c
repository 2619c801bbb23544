/* SPDX-License-Identifier: MIT */
#include "tlblab/knobs/ceiling.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "knobs/ceiling_reason.h"
#include "support/scratch.h"
#include "tlblab/base/file.h"

static const struct {
	struct ceiling_circumstances c;
	const char *says;
} cases[] = {
	{{-ENOENT, false, true, true, true, ""}, "not x86"},
	{{-ENOENT, true, true, false, true, ""},
	 "debugfs is not mounted at /sys/kernel/debug; as root: mount -t debugfs none "
	 "/sys/kernel/debug"},
	{{-ENOENT, true, false, false, true, ""}, "this kernel has no debugfs"},
	{{-ENOENT, true, true, true, true, ""}, "no tlb_single_page_flush_ceiling"},
	{{-EACCES, true, true, true, false, ""}, "no permission: run with sudo"},
	{{-ENOENT, true, true, false, false, ""}, "no permission: run with sudo"},
	{{-EPERM, true, true, true, true, "integrity"},
	 "the kernel is locked down (integrity): it refuses debugfs even to root; boot with "
	 "lockdown=none or use make vm"},
	{{-EPERM, true, true, true, true, "confidentiality"}, "(confidentiality)"},
	/* Root in a container: refused, though nothing is locked down. */
	{{-EPERM, true, true, true, true, ""}, "root is refused"},
	{{-EROFS, true, true, true, true, ""}, "read-only"},
	/* Advising sudo under lockdown would send people round in a circle. */
	{{-EACCES, true, true, true, false, "integrity"}, "locked down (integrity)"},
	{{-EIO, true, true, true, true, ""}, "Input/output error"},
};

static void test_each_cause_has_its_reason(void **state)
{
	char text[192];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ceiling_reason(&cases[i].c, text, sizeof(text));
		if (!strstr(text, cases[i].says))
			fail_msg("case %zu says: %s", i, text);
	}
}

static void test_lockdown_word(void **state)
{
	char chosen[24];

	(void)state;
	ceiling_parse_lockdown("none [integrity] confidentiality", chosen,
			       sizeof(chosen));
	assert_string_equal(chosen, "integrity");
	ceiling_parse_lockdown("[none] integrity confidentiality", chosen,
			       sizeof(chosen));
	assert_string_equal(chosen, "");
	ceiling_parse_lockdown("", chosen, sizeof(chosen));
	assert_string_equal(chosen, "");
	ceiling_parse_lockdown("[a word that is far too long to be one of them]",
			       chosen, sizeof(chosen));
	assert_string_equal(chosen, "");
}

static void test_read_and_write(void **state)
{
	struct availability a = {0};
	struct scratch s;
	int64_t pages = 0;

	(void)state;
	scratch_make(&s);
	scratch_write(&s, CEILING_PATH, "33\n");
	assert_int_equal(ceiling_read(s.root, &pages, &a), 0);
	assert_int_equal(pages, 33);
	assert_true(a.available);
	assert_string_equal(a.source, CEILING_PATH);
	assert_int_equal(ceiling_write(s.root, 100, NULL), 0);
	assert_int_equal(ceiling_read(s.root, &pages, &a), 0);
	assert_int_equal(pages, 100);
	assert_int_equal(ceiling_write(s.root, 0, NULL), 0);
	scratch_remove(&s);
}

static void test_values_that_are_none(void **state)
{
	struct error error;
	struct scratch s;
	int64_t pages;

	(void)state;
	scratch_make(&s);
	scratch_write(&s, CEILING_PATH, "33\n");
	assert_int_equal(ceiling_write(s.root, -1, &error), -EINVAL);
	assert_int_equal(error.code, ERROR_INPUT);
	assert_int_equal(ceiling_write(s.root, 1LL << 31, &error), -EINVAL);
	assert_int_equal(ceiling_read(s.root, &pages, NULL), 0);
	assert_int_equal(pages, 33);
	scratch_write(&s, CEILING_PATH, "x\n");
	assert_int_equal(ceiling_read(s.root, &pages, NULL), -EINVAL);
	scratch_remove(&s);
}

static void test_captured_machine_under_lockdown(void **state)
{
	struct availability a = {0};
	struct scratch s;
	int64_t pages;

	(void)state;
	scratch_make(&s);
	scratch_write(&s, "/sys/kernel/security/lockdown",
		      "none [integrity] confidentiality\n");
	scratch_write(&s, "/proc/self/mounts",
		      "none /sys/kernel/debug debugfs rw,relatime 0 0\n");
	assert_int_equal(ceiling_read(s.root, &pages, &a), -ENOENT);
	assert_false(a.available);
	assert_string_not_equal(a.reason, "");
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_cause_has_its_reason),
		cmocka_unit_test(test_lockdown_word),
		cmocka_unit_test(test_read_and_write),
		cmocka_unit_test(test_values_that_are_none),
		cmocka_unit_test(test_captured_machine_under_lockdown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
