/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "support/check.h"
#include "tlblab/lab/kernel_changes.h"

static const struct kernel_change *found[KERNEL_CHANGES_MAX];

static int between(const char *a, const char *b)
{
	return kernel_changes_between(a, b, found);
}

static void changes_lie_between_two_releases(void **state)
{
	(void)state;
	assert_int_equal(between("6.1.0-13-amd64", "6.1.90"), 0);
	assert_int_equal(between("6.14.2", "6.15.0-rc1"), 1);
	assert_non_null(strstr(found[0]->what, "broadcast"));
	assert_int_equal(between("6.8.0-31-generic", "6.18.5"), 3);
	assert_int_equal(found[0]->minor, 9);
	assert_int_equal(found[2]->minor, 17);
	assert_int_equal(between("5.12", "6.18"), 6);
}

static void either_may_be_the_older(void **state)
{
	(void)state;
	assert_int_equal(between("6.18.5", "6.8.0"), 3);
	assert_int_equal(between("5.19.0", "5.18.9"), 1);
	assert_non_null(strstr(found[0]->what, "mprotect"));
}

static void what_is_no_release_is_no_change(void **state)
{
	(void)state;
	assert_int_equal(between("", "6.18"), 0);
	assert_int_equal(between("6.18", "unknown"), 0);
	assert_int_equal(between("6", "5.1"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_lie_between_two_releases),
		cmocka_unit_test(either_may_be_the_older),
		cmocka_unit_test(what_is_no_release_is_no_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
