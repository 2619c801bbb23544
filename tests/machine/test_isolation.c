/* SPDX-License-Identifier: MIT */
#include "tlblab/machine/isolation.h"

#include <string.h>

#include "support/check.h"

static int row(const char *pti, bool known, bool pcid, bool invpcid)
{
	static struct machine m;

	memset(&m, 0, sizeof(m));
	m.cpu.features_known = known;
	m.cpu.pcid = pcid;
	m.cpu.invpcid = invpcid;
	if (pti) {
		strcpy(m.settings[0].key, "pti");
		strcpy(m.settings[0].value, pti);
		m.n_settings = 1;
	}
	return isolation_of(&m);
}

static void test_every_machine_has_its_row(void **state)
{
	(void)state;
	assert_int_equal(row("off", true, true, true), 0);
	assert_int_equal(row("off", false, false, false), 0);
	assert_int_equal(row("on", true, false, true), 1);
	assert_int_equal(row("on", true, true, false), 2);
	assert_int_equal(row("on", true, true, true), 3);
}

static void test_what_is_not_known_has_none(void **state)
{
	(void)state;
	assert_int_equal(row(NULL, true, true, true), -1);
	assert_int_equal(row("on", false, true, true), -1);
}

/* Only with both is a page invalidated twice. */
static void test_only_pcid_and_invpcid_double_it(void **state)
{
	(void)state;
	for (int i = 0; i < ISOLATION_CASES; i++)
		assert_int_equal(strncmp(isolation_table[i].per_page, "two", 3) == 0,
				 i == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_machine_has_its_row),
		cmocka_unit_test(test_what_is_not_known_has_none),
		cmocka_unit_test(test_only_pcid_and_invpcid_double_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
