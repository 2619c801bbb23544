/* SPDX-License-Identifier: MIT */
#include "tlblab/trace/symbols.h"

#include <errno.h>
#include <string.h>

#include "support/check.h"

static const char text[] = "ffffffff81000000 T _stext\n"
			   "ffffffff81000000 T _text\n"
			   "ffffffff8134b720 T flush_tlb_mm_range\n"
			   "ffffffff8134a820 t do_flush_tlb_all\n"
			   "ffffffff82000000 D some_data\n"
			   "ffffffffc0001000 t helper\t[nfs]\n";

static struct kernel_symbols *parse(const char *lines)
{
	struct kernel_symbols *s = NULL;

	assert_int_equal(kernel_symbols_parse(&s, lines, strlen(lines)), 0);
	return s;
}

static void test_an_address_is_in_the_function_before_it(void **state)
{
	struct kernel_symbols *s = parse(text);
	uint64_t offset = 0;

	(void)state;
	assert_string_equal(kernel_symbols_name(s, 0xffffffff8134b720, &offset),
			    "flush_tlb_mm_range");
	assert_int_equal(offset, 0);
	assert_string_equal(kernel_symbols_name(s, 0xffffffff8134b71f, &offset),
			    "do_flush_tlb_all");
	assert_int_equal(offset, 0xeff);
	assert_string_equal(kernel_symbols_name(s, 0xffffffff81000010, NULL), "_stext");
	assert_string_equal(kernel_symbols_name(s, 0xffffffffc0001010, NULL), "helper");
	assert_null(kernel_symbols_name(s, 0xffffffff80ffffff, NULL));
	assert_null(kernel_symbols_name(s, 0xffffffff83000000, NULL)); /* far beyond */
	kernel_symbols_free(s);
}

static void test_addresses_by_name(void **state)
{
	struct kernel_symbols *s = parse(text);

	(void)state;
	assert_int_equal(kernel_symbols_address(s, "do_flush_tlb_all"),
			 0xffffffff8134a820);
	assert_int_equal(kernel_symbols_address(s, "some_data"), 0);
	assert_int_equal(kernel_symbols_address(NULL, "helper"), 0);
	kernel_symbols_free(s);
}

static void test_hidden_addresses_are_no_symbols(void **state)
{
	static const char hidden[] = "0000000000000000 T _stext\n"
				     "0000000000000000 T flush_tlb_mm_range\n";
	struct kernel_symbols *s = NULL;

	(void)state;
	assert_int_equal(kernel_symbols_parse(&s, hidden, strlen(hidden)), -EACCES);
	assert_null(s);
	assert_null(kernel_symbols_name(NULL, 1, NULL));
}

static void test_odd_lines_are_passed_over(void **state)
{
	struct kernel_symbols *s = parse("\n\nffffffff81000000\nffffffff81000000 T\n"
					 "ffffffff81000000 T \nxyz T no\n"
					 "ffffffff81000020 t last");

	(void)state;
	assert_string_equal(kernel_symbols_name(s, 0xffffffff81000021, NULL), "last");
	assert_null(kernel_symbols_name(s, 0xffffffff81000001, NULL));
	kernel_symbols_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_address_is_in_the_function_before_it),
		cmocka_unit_test(test_addresses_by_name),
		cmocka_unit_test(test_hidden_addresses_are_no_symbols),
		cmocka_unit_test(test_odd_lines_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
