/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/base/stats.h"
#include "tlblab/base/text.h"

static void expect(double value, const char *unit, const char *want)
{
	char buf[32];

	assert_string_equal(text_quantity(buf, sizeof(buf), value, unit), want);
}

static void shows_three_digits(void **state)
{
	(void)state;
	expect(14900, "ns", "14.9 µs");
	expect(134000, "", "134 k");
	expect(134000, "/s", "134 k/s");
	expect(0.021, "%", "0.021 %");
	expect(252.018, "%", "252 %");
	expect(1234, "%", "1234 %");
	expect(222, "ns", "222 ns");
	expect(1.7, "ns", "1.70 ns");
	expect(19.68e6, "ns", "19.7 ms");
	expect(3e9, "ns", "3.00 s");
	expect(7200e9, "ns", "7200 s");
	expect(0.25, "s", "250 ms");
	expect(1500, "us", "1.50 ms");
	expect(31.4, "ns/page", "31.4 ns/page");
	expect(3140, "ns/page", "3.14 µs/page");
	expect(1, "", "1.00");
	expect(0.5, "", "0.500");
	expect(2.3e9, "Hz", "2.30 GHz");
	expect(1200, "pages", "1.20 k pages");
	expect(33, "pages", "33.0 pages");
	expect(12, "/s", "12.0 /s");
	expect(3.5e12, "", "3.50 T");
	expect(1e21, "", "1.00e+06 P");
}

static void carries_into_the_next_prefix(void **state)
{
	(void)state;
	expect(999.4, "ns", "999 ns");
	expect(999.7, "ns", "1.00 µs");
	expect(999999, "", "1.00 M");
	expect(9.996, "", "10.0");
	expect(99.96, "", "100");
	expect(0.9996, "", "1.00");
	expect(999.6, "/s", "1.00 k/s");
}

static void tells_zero_small_missing_and_endless_apart(void **state)
{
	(void)state;
	expect(0, "ns", "0 ns");
	expect(-0.0, "", "0");
	expect(0, "/s", "0 /s");
	expect(0.0004, "", "<0.001");
	expect(0.0001, "ns", "<0.001 ns");
	expect(-0.0004, "%", ">-0.001 %");
	expect(NAN, "ns", "–");
	expect(INFINITY, "ns", "∞ ns");
	expect(-INFINITY, "", "-∞");
	expect(-14900, "ns", "-14.9 µs");
	expect(-134000, "/s", "-134 k/s");
}

/* From one unit up, a positive value takes at most four columns for its digits and
 * reads back within half of its last digit. */
static void keeps_its_width_and_its_value(void **state)
{
	static const char *const prefixes[] = {"", "k", "M", "G"};
	struct rng r = {1};

	(void)state;
	for (int i = 0; i < 20000; i++) {
		double value = pow(10, 11 * rng_unit(&r)), factor = 1;
		char buf[32], *end;

		text_quantity(buf, sizeof(buf), value, "");
		double digits = strtod(buf, &end);

		assert_in_range(end - buf, 3, 4);
		for (size_t p = 1; p < COUNT_OF(prefixes); p++)
			if (*end && !strcmp(end + 1, prefixes[p]))
				factor = pow(1000, (double)p);
		assert_near(digits * factor / value, 1, 0.00503);
	}
}

static void cuts_to_the_buffer(void **state)
{
	char buf[5] = "####";

	(void)state;
	text_quantity(buf, sizeof(buf), 14900, "ns");
	assert_string_equal(buf, "14.9");
}

static void shows_bytes(void **state)
{
	static const struct {
		double bytes;
		const char *want;
	} cases[] = {
		{0, "0 B"},
		{512, "512 B"},
		{4096, "4 KiB"},
		{1536, "1.50 KiB"},
		{128.0 * (1 << 20), "128 MiB"},
		{1048575, "1.00 MiB"},
		{0x1p40, "1 TiB"},
		{3.5 * 0x1p50, "3.50 PiB"},
		{-4096, "-4 KiB"},
		{NAN, "–"},
	};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(text_bytes(buf, sizeof(buf), cases[i].bytes),
				    cases[i].want);
}

static void shows_elapsed_time(void **state)
{
	static const struct {
		double seconds;
		const char *want;
	} cases[] = {
		{0, "00:00.0"},	       {12.4, "00:12.4"},    {59.96, "01:00.0"},
		{3599.9, "59:59.9"},   {3599.96, "1:00:00"}, {3723, "1:02:03"},
		{360000, "100:00:00"}, {-1.5, "-00:01.5"},   {NAN, "–"},
		{INFINITY, "–"},
	};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(text_elapsed(buf, sizeof(buf), cases[i].seconds),
				    cases[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_three_digits),
		cmocka_unit_test(carries_into_the_next_prefix),
		cmocka_unit_test(tells_zero_small_missing_and_endless_apart),
		cmocka_unit_test(keeps_its_width_and_its_value),
		cmocka_unit_test(cuts_to_the_buffer),
		cmocka_unit_test(shows_bytes),
		cmocka_unit_test(shows_elapsed_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
