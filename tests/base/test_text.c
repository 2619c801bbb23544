/* SPDX-License-Identifier: MIT */
#include "tlblab/base/text.h"

#include <errno.h>
#include <string.h>

#include "support/check.h"

static void copies_whole_characters(void **state)
{
	char buf[6] = "#####";

	(void)state;
	assert_true(text_copy(buf, sizeof(buf), "12345"));
	assert_string_equal(buf, "12345");
	assert_false(text_copy(buf, sizeof(buf), "123456"));
	assert_string_equal(buf, "12345");
	assert_true(text_copy(buf, sizeof(buf), "…µ"));
	assert_string_equal(buf, "…µ");
	assert_false(text_copy(buf, sizeof(buf), "12µs…"));
	assert_string_equal(buf, "12µs");
	assert_false(text_copy(buf, sizeof(buf), "1234µ"));
	assert_string_equal(buf, "1234");
	assert_false(text_copy(buf, 1, "1"));
	assert_string_equal(buf, "");
	assert_false(text_copy(buf, 0, ""));
}

static void appends_whole_characters(void **state)
{
	char buf[8] = "";

	(void)state;
	assert_true(text_append(buf, sizeof(buf), "%s%d", "ab", 12));
	assert_true(text_append(buf, sizeof(buf), "…"));
	assert_string_equal(buf, "ab12…");
	assert_false(text_append(buf, sizeof(buf), "x"));
	assert_string_equal(buf, "ab12…");
	strcpy(buf, "abcdef");
	assert_false(text_append(buf, sizeof(buf), "µ"));
	assert_string_equal(buf, "abcdef");
	strcpy(buf, "abcd");
	assert_false(text_append(buf, sizeof(buf), "µ…"));
	assert_string_equal(buf, "abcdµ");
}

static void trims_in_place(void **state)
{
	char s[] = " \t a b \n", blank[] = " \n ", none[] = "";

	(void)state;
	assert_string_equal(text_trim(s), "a b");
	assert_string_equal(text_trim(blank), "");
	assert_string_equal(text_trim(none), "");
}

static void parses_integers_strictly(void **state)
{
	static const struct {
		const char *text;
		bool binary;
		int64_t want;
	} good[] = {
		{"0", false, 0},
		{"-1", false, -1},
		{"+7", false, 7},
		{"1_000_000", false, 1000000},
		{"33", true, 33},
		{"4k", false, 4000},
		{"4k", true, 4096},
		{"4K", true, 4096},
		{"128M", true, INT64_C(128) << 20},
		{"128 MiB", true, INT64_C(128) << 20},
		{"2Gi", true, INT64_C(2) << 30},
		{"512 B", true, 512},
		{"-2G", false, INT64_C(-2000000000)},
		{"9223372036854775807", false, INT64_MAX},
		{"-9223372036854775808", false, INT64_MIN},
	};
	static const char *const bad[] = {
		"",    "-",  "+",  " 1",   "1 ", "1 k",	 "0x10", "1.5", "k",
		"1kk", "1_", "_1", "1__0", "1m", "4KiB", "--1",	 "1e3", "1k ",
	};
	static const char *const large[] = {
		"9223372036854775808", "-9223372036854775809", "9223372036854775807k",
		"99999999999999999999999999999", "18446744073709551617"};
	int64_t n;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_int_equal(text_to_int(good[i].text, good[i].binary, &n), 0);
		assert_true(n == good[i].want);
	}
	n = 42;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(text_to_int(bad[i], false, &n), -EINVAL);
	for (size_t i = 0; i < COUNT_OF(large); i++)
		assert_int_equal(text_to_int(large[i], false, &n), -ERANGE);
	assert_true(n == 42);
}

static void parses_reals_and_words_strictly(void **state)
{
	static const char *const bad[] = {"",	 " 1",	"1 ", "nan", "inf",
					  "0x1", "1,5", "e",  ".",   "1e"};
	static const char *const yes[] = {"yes", "true", "on", "1", "YES"};
	static const char *const no[] = {"no", "false", "off", "0", "Off"};
	double x = 42;
	bool flag;

	(void)state;
	assert_int_equal(text_to_double("-1.5e3", &x), 0);
	assert_true(x == -1500);
	assert_int_equal(text_to_double(".5", &x), 0);
	assert_true(x == 0.5);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(text_to_double(bad[i], &x), -EINVAL);
	assert_int_equal(text_to_double("1e999", &x), -ERANGE);
	assert_true(x == 0.5);
	for (size_t i = 0; i < COUNT_OF(yes); i++) {
		assert_int_equal(text_to_bool(yes[i], &flag), 0);
		assert_true(flag);
		assert_int_equal(text_to_bool(no[i], &flag), 0);
		assert_false(flag);
	}
	assert_int_equal(text_to_bool("2", &flag), -EINVAL);
	assert_int_equal(text_to_bool("", &flag), -EINVAL);
	assert_int_equal(text_to_bool("yess", &flag), -EINVAL);
}

static void finds_the_nearest_word(void **state)
{
	static const char *const words[] = {"madvise", "mmap1",	 "mprotect",
					    "release", "malloc", "thp"};
	const int n = COUNT_OF(words);

	(void)state;
	assert_string_equal(text_nearest("madvize", words, n), "madvise");
	assert_string_equal(text_nearest("Mmap1", words, n), "mmap1");
	assert_string_equal(text_nearest("mmpa1", words, n), "mmap1");
	assert_string_equal(text_nearest("mprot", words, n), "mprotect");
	assert_string_equal(text_nearest("htp", words, n), "thp");
	assert_null(text_nearest("shootdown", words, n));
	assert_null(text_nearest("", words, n));
	assert_null(text_nearest("madvise", words, 0));
	assert_null(text_nearest("a-word-that-is-longer-than-any-word-that-anybody-"
				 "would-ever-name-a-workload",
				 words, n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_whole_characters),
		cmocka_unit_test(appends_whole_characters),
		cmocka_unit_test(trims_in_place),
		cmocka_unit_test(parses_integers_strictly),
		cmocka_unit_test(parses_reals_and_words_strictly),
		cmocka_unit_test(finds_the_nearest_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
