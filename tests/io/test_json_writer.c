/* SPDX-License-Identifier: MIT */
#include <float.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

#include "io/json/scan.h"
#include "tlblab/base/stats.h"
#include "tlblab/io/json_writer.h"

static void write_all_kinds(struct json_writer *w)
{
	json_begin_object(w);
	json_put_string(w, "text", "a\"b\\c\n\t\x01\x7f/ü");
	json_put_string(w, "none", NULL);
	json_put_number(w, "half", 0.5);
	json_put_number(w, "nan", NAN);
	json_put_number(w, "infinite", -INFINITY);
	json_put_int(w, "least", INT64_MIN);
	json_put_uint(w, "most", UINT64_MAX);
	json_put_bool(w, "yes", true);
	json_put_null(w, "null");
	json_put_known(w, "unknown", -1);
	json_put_known(w, "zero", 0);
	json_key(w, "empty");
	json_begin_array(w);
	json_end_array(w);
	json_key(w, "line");
	json_begin_line_array(w);
	json_int(w, 1);
	json_begin_object(w);
	json_put_int(w, "a", 1);
	json_put_int(w, "b", 2);
	json_end_object(w);
	json_end_array(w);
	json_key(w, "list");
	json_begin_array(w);
	json_int(w, 1);
	json_int(w, 2);
	json_end_array(w);
	json_end_object(w);
}

static void test_the_pretty_form(void **state)
{
	static const char expected[] = "{\n"
				       "  \"text\": "
				       "\"a\\\"b\\\\c\\n\\t\\u0001\x7f/ü\",\n"
				       "  \"none\": null,\n"
				       "  \"half\": 0.5,\n"
				       "  \"nan\": null,\n"
				       "  \"infinite\": null,\n"
				       "  \"least\": -9223372036854775808,\n"
				       "  \"most\": 18446744073709551615,\n"
				       "  \"yes\": true,\n"
				       "  \"null\": null,\n"
				       "  \"unknown\": null,\n"
				       "  \"zero\": 0,\n"
				       "  \"empty\": [],\n"
				       "  \"line\": [1, {\"a\": 1, \"b\": 2}],\n"
				       "  \"list\": [\n"
				       "    1,\n"
				       "    2\n"
				       "  ]\n"
				       "}\n";
	struct json_writer w;
	size_t bytes;
	char *text;

	(void)state;
	json_writer_init(&w, JSON_PRETTY);
	write_all_kinds(&w);
	text = json_writer_take(&w, &bytes);
	assert_string_equal(text, expected);
	assert_int_equal(bytes, strlen(expected));
	free(text);
}

static void test_the_compact_form_is_one_line(void **state)
{
	struct json_writer w;
	struct json_error error;
	char *text;

	(void)state;
	json_writer_init(&w, JSON_COMPACT);
	write_all_kinds(&w);
	text = json_writer_take(&w, NULL);
	assert_non_null(text);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_true(json_scan_check(text, strlen(text), &error));
	assert_non_null(strstr(text, "\"line\":[1,{\"a\":1,\"b\":2}],\"list\":[1,2]}"));
	free(text);
}

static void test_bytes_that_are_not_utf8_are_replaced(void **state)
{
	static const char *const broken[] = {"\xff",
					     "\xc0\x80",
					     "\xed\xa0\x80",
					     "\xf4\x90\x80\x80",
					     "\xe2\x82",
					     "a\xfe\xfe"
					     "b"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		struct json_writer w;
		struct json_error error;
		char *text;

		json_writer_init(&w, JSON_COMPACT);
		json_string(&w, broken[i]);
		text = json_writer_take(&w, NULL);
		assert_true(json_scan_check(text, strlen(text), &error));
		assert_non_null(strstr(text, "\xef\xbf\xbd"));
		free(text);
	}
}

static void numbers_read_back_equal(void)
{
	static const double chosen[] = {0,
					-0.0,
					1,
					-1,
					0.1,
					1.0 / 3,
					2419.6875,
					1e21,
					1e-7,
					DBL_MAX,
					DBL_MIN,
					4.9e-324,
					-123.25,
					9007199254740993.0,
					0.30000000000000004,
					1e15,
					123456789012345678.0};
	struct rng rng = {1};
	char text[JSON_NUMBER_BYTES];
	struct json_error error;

	for (int i = 0; i < 20000; i++) {
		uint64_t bits = rng_next(&rng);
		double value;

		memcpy(&value, &bits, sizeof(value));
		if (i < (int)COUNT_OF(chosen))
			value = chosen[i];
		if (!isfinite(value))
			continue;
		assert_true(json_number_text(text, value) == strlen(text));
		if (!json_scan_check(text, strlen(text), &error))
			fail_msg("%s is no JSON number", text);
		/* strtod follows the locale; so does the text it is given. */
		char *point = strchr(text, '.');

		if (point)
			*point = *localeconv()->decimal_point;
		if (strtod(text, NULL) != value)
			fail_msg("%a became %s", value, text);
	}
	assert_int_equal(json_number_text(text, 0.1), 3);
	assert_string_equal(text, "0.1");
	json_number_text(text, 5e-324);
	assert_string_equal(text, "4.94065645841247e-324");
	assert_int_equal(json_number_text(text, NAN), 0);
	assert_int_equal(json_number_text(text, INFINITY), 0);
}

static void test_numbers_read_back_equal(void **state)
{
	(void)state;
	numbers_read_back_equal();
}

static void test_numbers_do_not_follow_the_locale(void **state)
{
	static const char *const commas[] = {"de_DE.utf8", "de_DE.UTF-8", "fr_FR.utf8"};
	size_t i = 0;

	(void)state;
	while (i < COUNT_OF(commas) && !setlocale(LC_NUMERIC, commas[i]))
		i++;
	if (i == COUNT_OF(commas))
		skip();
	assert_string_equal(localeconv()->decimal_point, ",");
	numbers_read_back_equal();
	setlocale(LC_NUMERIC, "C");
}

static void misuse_value_without_key(struct json_writer *w)
{
	json_begin_object(w);
	json_int(w, 1);
	json_end_object(w);
}

static void misuse_key_without_value(struct json_writer *w)
{
	json_begin_object(w);
	json_key(w, "a");
	json_end_object(w);
}

static void misuse_key_in_array(struct json_writer *w)
{
	json_begin_array(w);
	json_put_int(w, "a", 1);
	json_end_array(w);
}

static void misuse_wrong_end(struct json_writer *w)
{
	json_begin_array(w);
	json_end_object(w);
}

static void misuse_open_end(struct json_writer *w)
{
	json_begin_array(w);
}

static void misuse_end_of_nothing(struct json_writer *w)
{
	json_int(w, 1);
	json_end_array(w);
}

static void misuse_two_values(struct json_writer *w)
{
	json_int(w, 1);
	json_int(w, 2);
}

static void misuse_depth(struct json_writer *w)
{
	for (int i = 0; i < JSON_WRITER_DEPTH; i++)
		json_begin_array(w);
	for (int i = 0; i < JSON_WRITER_DEPTH; i++)
		json_end_array(w);
}

static void test_misuse_gives_no_text(void **state)
{
	static void (*const misuses[])(struct json_writer *) = {
		misuse_value_without_key, misuse_key_without_value,
		misuse_key_in_array,	  misuse_wrong_end,
		misuse_open_end,	  misuse_end_of_nothing,
		misuse_two_values,	  misuse_depth};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(misuses); i++) {
		struct json_writer w;

		json_writer_init(&w, JSON_PRETTY);
		misuses[i](&w);
		assert_null(json_writer_take(&w, NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_pretty_form),
		cmocka_unit_test(test_the_compact_form_is_one_line),
		cmocka_unit_test(test_bytes_that_are_not_utf8_are_replaced),
		cmocka_unit_test(test_numbers_read_back_equal),
		cmocka_unit_test(test_numbers_do_not_follow_the_locale),
		cmocka_unit_test(test_misuse_gives_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
