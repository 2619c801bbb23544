/* SPDX-License-Identifier: MIT */
#include "tlblab/draw/utf8.h"

#include <string.h>

#include "support/check.h"

static const struct {
	const char *bytes;
	uint32_t first;
	int length; /* bytes that the first character takes */
} cases[] = {
	{"a", 'a', 1},
	{"\xC2\xB5", 0xB5, 2},
	{"\xE6\x97\xA5", 0x65E5, 3},
	{"\xF0\x9F\x98\x80", 0x1F600, 4},
	/* Longer than need be: a second way to write a character is a way around
	   checks. */
	{"\xC0\x80", 0xFFFD, 1},
	{"\xE0\x80\x80", 0xFFFD, 1},
	{"\xF0\x80\x80\xAF", 0xFFFD, 1},
	{"\xED\xA0\x80", 0xFFFD, 1},	 /* half of a pair */
	{"\xF4\x90\x80\x80", 0xFFFD, 1}, /* beyond the last */
	{"\x80", 0xFFFD, 1},
	{"\xE6\x97", 0xFFFD, 1}, /* cut short */
	{"\xFF", 0xFFFD, 1},
};

static void test_what_is_not_utf8_is_one_broken_character(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *at = cases[i].bytes;

		assert_int_equal(utf8_next(&at), cases[i].first);
		assert_int_equal(at - cases[i].bytes, cases[i].length);
	}
}

static void test_only_the_end_is_zero(void **state)
{
	const char *at = "";

	(void)state;
	assert_int_equal(utf8_next(&at), 0);
	assert_int_equal(*at, '\0');
}

static void test_what_is_written_reads_back(void **state)
{
	(void)state;
	for (uint32_t code = 1; code <= 0x10FFFF; code += code < 0x3000 ? 1 : 977) {
		char bytes[UTF8_BYTES + 1] = "";
		const char *at = bytes;

		if (code >= 0xD800 && code < 0xE000)
			continue;
		utf8_put(bytes, code);
		assert_int_equal(utf8_next(&at), code);
		assert_int_equal(*at, '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_utf8_is_one_broken_character),
		cmocka_unit_test(test_only_the_end_is_zero),
		cmocka_unit_test(test_what_is_written_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
