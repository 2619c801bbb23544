/* SPDX-License-Identifier: MIT */
#include "sensors/interrupts_parse.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tlblab/base/file.h"

#define FIXTURES "tests/fixtures/interrupts"

enum { MAX_CPUS = 2048 };

/* Prints a table as kernel/irq/proc.c and arch/x86/kernel/irq.c do: `stride` leaves
 * holes in the CPU numbering, CPU c has received c * 3 + base shootdowns. */
static char *print_table(int n, int stride, int device_rows, uint32_t base,
			 size_t *bytes)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, bytes);

	assert_non_null(f);
	fprintf(f, "%*s", 3 + 8, "");
	for (int i = 0; i < n; i++)
		fprintf(f, "CPU%-8d", i * stride);
	fputc('\n', f);
	for (int r = 0; r < device_rows; r++) {
		fprintf(f, "%3d: ", r);
		for (int i = 0; i < n; i++)
			fprintf(f, "%10u ", (unsigned int)(i + r));
		fprintf(f, " PCI-MSIX-0000:01:00.0 %4d-edge      TLB: queue %d\n", r,
			r);
	}
	fputs("TLB: ", f);
	for (int i = 0; i < n; i++)
		fprintf(f, "%10u ", base + (uint32_t)(i * stride) * 3u);
	fputs("  TLB shootdowns\nERR:          0\n", f);
	fclose(f);
	return text;
}

static void check_generated(int n, int stride)
{
	static int cpu[MAX_CPUS];
	static uint32_t count[MAX_CPUS];
	size_t bytes, offset = 0;
	char *text = print_table(n, stride, 40, 7, &bytes);

	assert_int_equal(interrupts_parse_header(text, bytes, cpu, MAX_CPUS), n);
	assert_int_equal(interrupts_find_row(text, bytes, "TLB:", &offset), 0);
	assert_int_equal(interrupts_parse_row(text + offset, bytes - offset,
					      "TLB:", count, MAX_CPUS),
			 n);
	for (int i = 0; i < n; i++) {
		assert_int_equal(cpu[i], i * stride);
		assert_int_equal(count[i], 7 + i * stride * 3);
	}
	/* A hint that no longer points at the row is not believed. */
	size_t wrong = offset - 2;

	assert_int_equal(interrupts_find_row(text, bytes, "TLB:", &wrong), 0);
	assert_int_equal(wrong, offset);
	free(text);
}

static void test_any_number_of_cpus(void **state)
{
	(void)state;
	for (int n = 1; n <= 1024; n = n < 8 ? n + 1 : n * 2)
		check_generated(n, 1);
	check_generated(740, 1);
	check_generated(1023, 2);
}

static void test_holes_in_the_numbering(void **state)
{
	static const int want_cpu[] = {0, 1, 4, 5, 7};
	static const uint32_t want[] = {4294967290u, 100, 0, 77000, 5};
	int cpu[8];
	uint32_t count[8];
	size_t bytes, offset = 0;
	char *text;

	(void)state;
	assert_int_equal(
		file_read_all(FIXTURES, "/offline-holes-8cpu.txt", &text, &bytes), 0);
	assert_int_equal(interrupts_parse_header(text, bytes, cpu, 8), 5);
	/* "TLB-nic0-rx" at the end of a device's row is not the row. */
	assert_int_equal(interrupts_find_row(text, bytes, "TLB:", &offset), 0);
	assert_int_equal(
		interrupts_parse_row(text + offset, bytes - offset, "TLB:", count, 8),
		5);
	assert_memory_equal(cpu, want_cpu, sizeof(want_cpu));
	assert_memory_equal(count, want, sizeof(want));
	free(text);
}

static void test_hyperv_rows_are_not_mistaken(void **state)
{
	uint32_t count[8];
	size_t bytes, offset = 0;
	char *text;

	(void)state;
	assert_int_equal(file_read_all(FIXTURES, "/hyperv-4cpu.txt", &text, &bytes), 0);
	assert_int_equal(interrupts_find_row(text, bytes, "TLB:", &offset), 0);
	assert_int_equal(
		interrupts_parse_row(text + offset, bytes - offset, "TLB:", count, 8),
		4);
	assert_int_equal(count[1], 7);
	free(text);
}

static void test_no_such_row(void **state)
{
	size_t bytes, offset = 0;
	char *text;

	(void)state;
	assert_int_equal(
		file_read_all(FIXTURES, "/uniprocessor-no-tlb-row.txt", &text, &bytes),
		0);
	assert_int_equal(interrupts_find_row(text, bytes, "TLB:", &offset), -ENOENT);
	free(text);
}

static void test_text_that_is_cut_or_foreign(void **state)
{
	static const char table[] = "           CPU0       CPU1       \n"
				    "TLB:          5          6   TLB shootdowns\n";
	uint32_t count[4];
	int cpu[4];
	size_t row = strlen("           CPU0       CPU1       \n"), offset;

	(void)state;
	for (size_t n = 0; n < sizeof(table) - 1; n++) {
		int columns = interrupts_parse_header(table, n, cpu, 4);

		assert_int_equal(columns, n < row ? -EINVAL : 2);
		offset = 0;
		if (n < row + 4)
			assert_int_equal(interrupts_find_row(table, n, "TLB:", &offset),
					 -ENOENT);
		if (n > row)
			assert_int_equal(interrupts_parse_row(table + row, n - row,
							      "TLB:", count, 4),
					 -EAGAIN);
	}
	assert_int_equal(interrupts_parse_header("", 0, cpu, 4), -EINVAL);
	assert_int_equal(interrupts_parse_header("\n", 1, cpu, 4), -EINVAL);
	assert_int_equal(interrupts_parse_header("CPUx\n", 5, cpu, 4), -EINVAL);
	assert_int_equal(interrupts_parse_header("CPU99999999999\n", 15, cpu, 4),
			 -EINVAL);
	assert_int_equal(interrupts_parse_header("CPU0 CPU1\n", 10, cpu, 1), -ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_number_of_cpus),
		cmocka_unit_test(test_holes_in_the_numbering),
		cmocka_unit_test(test_hyperv_rows_are_not_mistaken),
		cmocka_unit_test(test_no_such_row),
		cmocka_unit_test(test_text_that_is_cut_or_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
