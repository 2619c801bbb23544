/* SPDX-License-Identifier: MIT */
#include "tlblab/machine/cpuid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/base/stats.h"

static struct cpuid_dump dumps[2];
static int n_dumps;
static struct error error;

static int parse(const char *text)
{
	error_clear(&error);
	return cpuid_dump_parse(text, "file", dumps, &n_dumps, &error);
}

static void expect(int which, uint32_t leaf, uint32_t subleaf, uint32_t eax,
		   uint32_t edx)
{
	const struct cpuid_source source = cpuid_dump_source(&dumps[which]);
	struct cpuid_regs regs;

	assert_true(source.read(source.self, leaf, subleaf, &regs));
	assert_int_equal(regs.eax, eax);
	assert_int_equal(regs.edx, edx);
}

static void expect_absent(int which, uint32_t leaf, uint32_t subleaf)
{
	const struct cpuid_source source = cpuid_dump_source(&dumps[which]);
	struct cpuid_regs regs;

	assert_false(source.read(source.self, leaf, subleaf, &regs));
	assert_int_equal(regs.eax | regs.ebx | regs.ecx | regs.edx, 0);
}

static void libcpuids_form(void **state)
{
	(void)state;
	assert_int_equal(parse("version=0.6.2\r\n"
			       "basic_cpuid[0]=0000000b 1 2 3\n"
			       "basic_cpuid[4]=1c004121 0 0 00000001\n"
			       "basic_cpuid[24]=00000001 0 0 00000003\n"
			       "ext_cpuid[0]=80000008 0 0 0\n"
			       "ext_cpuid[8]=00003024 0 0 00000004\n"
			       "ext_cpuid[25]=00000001 0 0 00000003\n"
			       "intel_fn4[1]=1c004122 0 0 00000002\n"
			       "amd_fn8000001dh[0]=00004121 0 0 0\n"),
			 0);
	assert_int_equal(n_dumps, 1);
	expect(0, 4, 0, 0x1c004121, 1);
	expect(0, 4, 1, 0x1c004122, 2);
	expect(0, 0x80000008, 0, 0x3024, 4);
	/* Past the highest leaf the instruction repeats itself: that is no answer. */
	expect_absent(0, 24, 0);
	expect_absent(0, 0x80000019, 0);
	expect_absent(0, 0x8000001d, 0);
	expect_absent(0, 7, 0);
}

static void aidas_form(void **state)
{
	(void)state;
	assert_int_equal(
		parse("------[ Logical CPU #0 ]------\n"
		      "CPUID 00000000: 00000020-00000001-00000002-00000003 [x]\n"
		      "CPUID 00000018: 00000008-00000000-00000000-00000000 [SL 00]\n"
		      "CPUID 00000018: 00000000-00080001-00000020-00004022 [SL 1F]\n"
		      "CPUID 0000000D: 00000007-00000340-000003C0-40000000\n"
		      "CPUID 0000000D: 00000100-00000240-00000000-00000001\n"
		      "------[ Logical CPU #1 ]------\n"
		      "CPUID 00000000: 00000001-00000000-00000000-00000000\n"
		      "--------------------------------------------------\n"
		      "GenuineIntel\n"),
		0);
	assert_int_equal(n_dumps, 1);
	expect(0, 0, 0, 0x20, 3);
	expect(0, 0x18, 0x1f, 0, 0x4022);
	expect(0, 0xd, 0, 7, 0x40000000);
	expect(0, 0xd, 1, 0x100, 1);
}

static void cpuid_rs_form(void **state)
{
	(void)state;
	assert_int_equal(
		parse("CPU 0:\n   0x00000018 0x07: eax=0x00000001 ebx=0x00080007 "
		      "ecx=0x00000080 edx=0x00004043\n"
		      "CPU 1:\n   0x00000018 0x07: eax=0x00000009 ebx=0x0 ecx=0x0 "
		      "edx=0x0\n"),
		0);
	assert_int_equal(n_dumps, 1);
	expect(0, 0x18, 7, 1, 0x4043);
}

static void the_second_core_kind_is_kept(void **state)
{
	(void)state;
	assert_int_equal(parse("_________________ Logical CPU #0 _________________\n"
			       "basic_cpuid[26]=40000001 0 0 0\n"
			       "_________________ Logical CPU #1 _________________\n"
			       "basic_cpuid[26]=40000001 0 0 1\n"
			       "_________________ Logical CPU #2 _________________\n"
			       "basic_cpuid[26]=20000001 0 0 2\n"
			       "_________________ Logical CPU #3 _________________\n"
			       "basic_cpuid[26]=20000001 0 0 3\n"),
			 0);
	assert_int_equal(n_dumps, 2);
	expect(0, 26, 0, 0x40000001, 0);
	expect(1, 26, 0, 0x20000001, 2);
}

/* Every head and every notation that the tools have; A and B are two cores' values. */
#define A "00000020-756E6547-6C65746E-49656E69"
#define B "000906A3-00100800-7FFAFBFF-BFEBFBFF"
#define P "40000001-00000000-00000000-00000000"
#define E "20000001-00000000-00000000-00000000"

static void any_head_keeps_cpus_apart(void **state)
{
	static const char *const heads[][2] = {
		{"CPUID Registers (CPU #1):", "CPUID Registers (CPU #2 Virtual):"},
		{"------[ Logical CPU #0 ]------", "------[ Logical CPU #1 ]------"},
		{"------[ CPUID Registers / Logical CPU #0 ]------",
		 "------[ CPUID Registers / Logical CPU #1 ]------"},
		{"CPU#000 AffMask: 0x0000000000000001",
		 "CPU#016 AffMask: 0x0000000000010000"},
		{"CPU 0:", "CPU 1:"},
		{"Logical CPU #0", "Logical CPU #1"},
		{"CPUID-Register (CPU Nr. 1)", "CPUID-Register (CPU Nr. 2)"},
		{"", ""},
	};
	static const char *const orders[][2] = {{P, E}, {E, P}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(heads); i++)
		for (size_t k = 0; k < COUNT_OF(orders); k++) {
			char text[1024] = "";

			for (int c = 0; c < 2; c++)
				snprintf(text + strlen(text),
					 sizeof(text) - strlen(text),
					 "%s\r\nallcpu: Package 0 / Core 0: Valid\r\n"
					 "CPUID 00000000: " A "\r\nCPUID 00000001: " B
					 "\r\nCPUID 0000001A: %s [SL 00]\r\n",
					 heads[i][c], orders[k][c]);
			assert_int_equal(parse(text), 0);
			assert_int_equal(n_dumps, 2);
			expect(0, 26, 0, 0x40000001, 0);
			expect(1, 26, 0, 0x20000001, 0);
		}
}

static void any_notation_is_read(void **state)
{
	static const char *const notations[] = {
		"CPUID 0000000B: 1-2-3-4 [SL 01]",
		"CPUID 0000000B:\t00000001-00000002-00000003-00000004 [SL 01]",
		"CPUID 0000000B        00000001-00000002-00000003-00000004 [SL 01]",
		"CPUID 0000000B: 00000001-00000002-00000003-00000004 [text] [ECX=1]",
		"CPUID 0000000B:01 = 00000001 00000002 00000003 00000004 | ....",
		"CPUID 0000000Bh (SL 01h) 00000001h 00000002h 00000003h 00000004h",
		"0x0000000B 0x1:  0x00000001 0x00000002 0x00000003 0x00000004  [x]",
		"   0x0000000b 0x01: eax=0x00000001 ebx=0x2 ecx=0x3 edx=0x00000004",
		"///   0x0000000b 0x01: eax=0x1 ebx=0x2 ecx=0x3 edx=0x4",
		"CPUID(EAX=0BH,ECX=01H): EAX=1 EBX=2 ECX=3 EDX=4",
		"leaf 0xb subleaf 1: EAX: 1h, EBX: 2h, ECX: 3h, EDX: 4h",
		"intel_fn11[1]=00000001 00000002 00000003 00000004",
		"0000000B 01 00000001 00000002 00000003 00000004",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(notations); i++) {
		char text[512];

		snprintf(text, sizeof(text),
			 "CPUID Manufacturer: GenuineIntel\nCPUID Revision    : "
			 "000506E3h\nFunction    EAX   EBX   ECX   EDX\n%s\n"
			 "MSR 00000017: 0004-0000-0000-0000\nCPU   0: APICID 0\n",
			 notations[i]);
		if (parse(text))
			fail_msg("not read: %s", notations[i]);
		expect(0, 11, 1, 1, 4);
	}
}

static void any_encoding_is_read(void **state)
{
	static const char text[] = "CPU 0:\r\nCPUID 00000000: " A "\r\n";
	char wide[2][2 * sizeof(text) + 4] = {"\xff\xfe", "\xfe\xff"};
	char marked[sizeof(text) + 4] = "\xef\xbb\xbf";
	size_t n = sizeof(text) - 1;

	(void)state;
	for (int big = 0; big < 2; big++) {
		for (size_t i = 0; i < n; i++)
			wide[big][2 + 2 * i + (size_t)big] = text[i];
		cpuid_dump_to_text(wide[big], 2 + 2 * n);
		assert_string_equal(wide[big], text);
		memset(wide[big], 0, sizeof(wide[big]));
		for (size_t i = 0; i < n; i++)
			wide[big][2 * i + (size_t)big] = text[i];
		cpuid_dump_to_text(wide[big], 2 * n);
		assert_string_equal(wide[big], text);
	}
	memcpy(marked + 3, text, sizeof(text));
	cpuid_dump_to_text(marked, n + 3);
	assert_string_equal(marked, text);
	marked[4] = '\0';
	cpuid_dump_to_text(marked, n);
	assert_int_equal(marked[4], ' ');
}

static void half_a_line_names_its_number(void **state)
{
	static const char *const bad[] = {
		"\nbasic_cpuid[1]=00000001 00000002 00000003\n",
		"\nbasic_cpuid[x]=1 2 3 4\n",
		"\nCPUID 00000002: 00FEFF01-000000F0-00000000\n",
		"\nCPUID 00000002: 0-0-0-0 [SL ZZ]\n",
		"\n0x00000018 0x07: eax=0x1\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(parse(bad[i]), -EINVAL);
		assert_string_equal(error.what, "file:2");
		assert_int_equal(error.code, ERROR_INPUT);
		assert_int_equal(n_dumps, 0);
	}
	assert_int_equal(parse("holiday photographs\n"), -EINVAL);
	assert_string_equal(error.what, "file");
	assert_int_equal(parse(""), -EINVAL);
}

static void a_dump_that_never_ends_is_refused(void **state)
{
	static char text[64 * (CPUID_DUMP_MAX + 1)];
	int length = 0;

	(void)state;
	for (unsigned int i = 0; i <= CPUID_DUMP_MAX; i++)
		length += snprintf(text + length, sizeof(text) - length,
				   "CPUID 00000018: 0-0-0-%x [SL %x]\n", i, i);
	assert_int_equal(parse(text), -EINVAL);
	assert_string_equal(error.why, "too many CPUID leaves for one CPU");
}

/* Damaged dumps: any outcome but a crash, and an error whenever it fails. */
static void damage_is_survived(void **state)
{
	static const char good[] =
		"------[ Logical CPU #0 ]------\n"
		"CPUID 00000000: 00000020-756E6547-6C65746E-49656E69 [GenuineIntel]\n"
		"CPUID 00000018: 00000000-00080001-00000020-00004022 [SL 01]\n"
		"basic_cpuid[2]=76036301 00f0b6ff 00000000 00c30000\n"
		"   0x00000018 0x07: eax=0x00000001 ebx=0x00080007 ecx=0x80 edx=0x4043\n";
	struct rng rng = {7};

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char text[sizeof(good)];

		memcpy(text, good, sizeof(good));
		for (int hits = 1 + (int)rng_below(&rng, 4); hits; hits--)
			text[rng_below(&rng, sizeof(good) - 1)] =
				(char)rng_below(&rng, 128);
		if (parse(text))
			assert_true(error.what[0] && error.why[0] && !n_dumps);
		else
			assert_in_range(n_dumps, 1, 2);
	}
}

static void this_cpu_can_be_captured(void **state)
{
	struct cpuid_regs live, captured;
	struct cpuid_source source;

	(void)state;
	if (cpuid_capture(0, &dumps[0]))
		skip(); /* CPU 0 is not among those this process may use */
	source = cpuid_dump_source(&dumps[0]);
	assert_true(cpuid_live.read(NULL, 0, 0, &live));
	assert_true(source.read(source.self, 0, 0, &captured));
	assert_memory_equal(&live, &captured, sizeof(live));
	assert_true(source.read(source.self, 0x80000000, 0, &captured));
	assert_false(cpuid_live.read(NULL, 0x8fffffff, 0, &live));
}

static void a_cpu_that_is_not_there_cannot_be_captured(void **state)
{
	(void)state;
	assert_int_equal(cpuid_capture(8190, &dumps[0]), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libcpuids_form),
		cmocka_unit_test(aidas_form),
		cmocka_unit_test(cpuid_rs_form),
		cmocka_unit_test(the_second_core_kind_is_kept),
		cmocka_unit_test(any_head_keeps_cpus_apart),
		cmocka_unit_test(any_notation_is_read),
		cmocka_unit_test(any_encoding_is_read),
		cmocka_unit_test(half_a_line_names_its_number),
		cmocka_unit_test(a_dump_that_never_ends_is_refused),
		cmocka_unit_test(damage_is_survived),
		cmocka_unit_test(this_cpu_can_be_captured),
		cmocka_unit_test(a_cpu_that_is_not_there_cannot_be_captured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
