/* SPDX-License-Identifier: MIT */
#include "tlblab/trace/tracepoint.h"

#include <errno.h>
#include <string.h>

#include "support/check.h"

/* As Linux 6.18 prints it. */
static const char flush_format[] =
	"name: tlb_flush\n"
	"ID: 188\n"
	"format:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
	"\n"
	"\tfield:int reason;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:unsigned long pages;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\n"
	"print fmt: \"pages:%ld reason:%s (%d)\", REC->pages\n";

static const char *const flush_fields[] = {"reason", "pages"};

static void test_fields_are_where_the_format_says(void **state)
{
	struct tracepoint t;

	(void)state;
	assert_int_equal(tracepoint_parse(flush_format, flush_fields, 2, &t), 0);
	assert_int_equal(t.id, 188);
	assert_int_equal(t.field[0].offset, 8);
	assert_int_equal(t.field[0].bytes, 4);
	assert_true(t.field[0].is_signed);
	assert_int_equal(t.field[1].offset, 16);
	assert_int_equal(t.field[1].bytes, 8);
	assert_false(t.field[1].is_signed);
}

static void test_pointers_arrays_and_strangers(void **state)
{
	static const char *const fields[] = {"csd", "name", "gone", "id"};
	static const char format[] =
		"ID: 7\nformat:\n"
		"\tfield:void * csd;\toffset:32;\tsize:8;\tsigned:0;\n"
		"\tfield:char name[16];\toffset:8;\tsize:16;\tsigned:1;\n"
		"\tfield:int grid;\toffset:4;\tsize:4;\tsigned:1;\n";
	struct tracepoint t;

	(void)state;
	assert_int_equal(tracepoint_parse(format, fields, 4, &t), 0);
	assert_int_equal(t.field[0].offset, 32);
	assert_int_equal(t.field[1].bytes, 16);
	assert_int_equal(t.field[2].bytes, 0); /* the event has no such field */
	assert_int_equal(t.field[3].bytes, 0); /* "grid" is not "id" */
}

static void test_what_is_no_format_is_refused(void **state)
{
	struct tracepoint t;

	(void)state;
	assert_int_equal(tracepoint_parse("", flush_fields, 2, &t), -EINVAL);
	assert_int_equal(tracepoint_parse("ID: nine\n", flush_fields, 2, &t), -EINVAL);
	assert_int_equal(
		tracepoint_parse("ID: 3\n\tfield:int reason;\toffset:-8;\tsize:4;\n",
				 flush_fields, 2, &t),
		0);
	assert_int_equal(t.field[0].bytes, 0);
}

static void test_values_are_read_within_the_record(void **state)
{
	const struct tracepoint_field reason = {8, 4, true}, pages = {16, 8, false};
	unsigned char raw[24] = {0};
	int32_t minus_two = -2;
	uint64_t all = ~UINT64_C(0);
	int64_t value;

	(void)state;
	memcpy(raw + 8, &minus_two, sizeof(minus_two));
	memcpy(raw + 16, &all, sizeof(all));
	assert_true(tracepoint_value(&reason, raw, sizeof(raw), &value));
	assert_int_equal(value, -2);
	assert_true(tracepoint_value(&pages, raw, sizeof(raw), &value));
	assert_int_equal(value, -1); /* the kernel's mark for the whole TLB */
	assert_false(tracepoint_value(&pages, raw, 23, &value));
	assert_int_equal(value, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_are_where_the_format_says),
		cmocka_unit_test(test_pointers_arrays_and_strangers),
		cmocka_unit_test(test_what_is_no_format_is_refused),
		cmocka_unit_test(test_values_are_read_within_the_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
