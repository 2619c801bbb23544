/* SPDX-License-Identifier: MIT */
/* One look at /proc/interrupts: of real captures and of what a TLB row may lack. */
#include "sensors/interrupts_census.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/base/file.h"

static void take(const char *text, struct interrupts_census *out)
{
	interrupts_take_census(text, strlen(text), 0, out);
}

static void take_file(const char *name, struct interrupts_census *out)
{
	char *text;
	size_t bytes;

	assert_int_equal(
		file_read_all("tests/fixtures/interrupts", name, &text, &bytes), 0);
	interrupts_take_census(text, bytes, 0, out);
	free(text);
}

static void sums_of_real_machines(void **state)
{
	struct interrupts_census c;

	(void)state;
	take_file("/hyperv-4cpu.txt", &c);
	assert_true(c.row && c.tlb == 16 && c.calls == 131755);
	take_file("/pvm-2cpu.txt", &c);
	assert_true(c.row && c.tlb == 0 && c.calls == 516001);
	take_file("/offline-holes-8cpu.txt", &c);
	assert_int_equal(c.columns, 5);
	assert_true(c.row && c.tlb == 4294967290.0 + 77105);
	take_file("/uniprocessor-no-tlb-row.txt", &c);
	assert_false(c.row);
	assert_true(isnan(c.tlb));
	assert_non_null(strstr(c.why_no_row, "knows one CPU"));
}

static void what_is_missing_is_nan_with_a_reason(void **state)
{
	struct interrupts_census c;

	(void)state;
	take(" CPU0 CPU1\nTLB: 0 0\n", &c);
	assert_true(c.row && c.tlb == 0 && isnan(c.calls));
	take(" CPU0 CPU1\nCAL: 4294967295 1\nTLB: 7\n", &c);
	assert_false(c.row);
	assert_true(isnan(c.tlb) && c.calls == 4294967296.0);
	assert_non_null(strstr(c.why_no_row, "1 counts for 2 CPUs"));
	take(" CPU0 CPU1\nIPI0: 0 0\nIPI1: 3 4\n", &c);
	assert_true(c.foreign && !c.row && isnan(c.tlb));
	/* Cut in the middle of the row: there is no line of it. */
	take(" CPU0 CPU1\nTLB: 7 8", &c);
	assert_false(c.row);
	assert_true(*c.why_no_row != '\0');
	interrupts_take_census(NULL, 0, -ENOENT, &c);
	assert_non_null(strstr(c.why_no_row, "gVisor"));
	assert_true(isnan(c.tlb) && isnan(c.calls));
	interrupts_take_census(NULL, 0, -EACCES, &c);
	assert_non_null(strstr(c.why_no_row, "Permission denied"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_of_real_machines),
		cmocka_unit_test(what_is_missing_is_nan_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
