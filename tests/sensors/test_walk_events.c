/* SPDX-License-Identifier: MIT */
/* Encodings against the published event lists; needs none of these CPUs. */
#include "tlblab/sensors/walk_events.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *cpu;
	uint64_t config[WALK_ROLES]; /* 0: not to be had */
} published[] = {
	{"GenuineIntel-6-2A",
	 {0x408, 0x208, 0x449, 0x249, 0x485, 0x285, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-3A",
	 {0x8408, 0x8208, 0x449, 0x249, 0x485, 0x285, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-3C",
	 {0x1008, 0xe08, 0x1049, 0xe49, 0x1085, 0xe85, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-4F",
	 {0x1008, 0xe08, 0x1049, 0xe49, 0x1085, 0xe85, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-55-4",
	 {0x1001008, 0xe08, 0x1001049, 0xe49, 0x1001085, 0xe85, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-55-7",
	 {0x1001008, 0xe08, 0x1001049, 0xe49, 0x1001085, 0xe85, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-6A",
	 {0x1001008, 0xe08, 0x1001049, 0xe49, 0x1001085, 0xe85, 0x20bd, 0x1bd}},
	{"GenuineIntel-6-8F", {0x1001012, 0xe12, 0x1001013, 0xe13, 0x1001011, 0xe11}},
	{"GenuineIntel-6-CF", {0x1001012, 0xe12, 0x1001013, 0xe13, 0x1001011, 0xe11}},
	{"AuthenticAMD-23-1", {0, 0xf045, 0, 0, 0, 0x785, 0xdf78}},
	{"AuthenticAMD-23-31", {0, 0xf045, 0, 0, 0, 0x785, 0xdf78}},
	{"AuthenticAMD-25-1", {0, 0xf045, 0, 0, 0, 0xf85, 0xff78}},
	{"AuthenticAMD-25-61", {0, 0xf045, 0, 0, 0, 0xf85, 0xff78}},
	{"AuthenticAMD-26-2", {0, 0xf045, 0, 0, 0, 0xf85, 0xff78}},
};

static void test_published_encodings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		struct walk_event event[WALK_ROLES];
		struct walk_cpu cpu;

		assert_int_equal(walk_cpu_parse(published[i].cpu, &cpu), 0);
		walk_events_lookup(&cpu, event);
		for (int r = 0; r < WALK_ROLES; r++) {
			if (event[r].config != published[i].config[r])
				print_error("%s %s\n", published[i].cpu,
					    walk_role_name[r]);
			assert_int_equal(event[r].config, published[i].config[r]);
			assert_int_equal(event[r].known, published[i].config[r] != 0);
			assert_true(event[r].known ? event[r].source && event[r].meaning
						   : event[r].reason != NULL);
			if (event[r].known)
				assert_int_equal(event[r].type, PERF_TYPE_RAW);
		}
	}
}

static void test_unknown_model_gets_walk_counts_only(void **state)
{
	struct walk_cpu cpu = {.vendor = "GenuineIntel", .family = 6, .model = 0xfe};
	struct walk_event event[WALK_ROLES];

	(void)state;
	walk_events_lookup(&cpu, event);
	assert_false(event[WALK_DTLB_LOAD_CYCLES].known);
	assert_non_null(
		strstr(event[WALK_DTLB_LOAD_CYCLES].reason, "not in the event"));
	assert_true(event[WALK_DTLB_LOADS].known);
	assert_int_equal(event[WALK_DTLB_LOADS].type, PERF_TYPE_HW_CACHE);
	assert_int_equal(event[WALK_DTLB_LOADS].config, 0x10003);
	assert_int_equal(event[WALK_DTLB_STORES].config, 0x10103);
	assert_int_equal(event[WALK_ITLBS].config, 0x10004);
}

static void test_cpu_names(void **state)
{
	static const char *const bad[] = {"",
					  "GenuineIntel",
					  "GenuineIntel-6",
					  "GenuineIntel-6-",
					  "GenuineIntel-6-3A-",
					  "GenuineIntel-6-3A-9-1",
					  "GenuineIntel-x-3A",
					  "-6-3A",
					  "GenuineIntel-6-3Azz"};
	struct walk_cpu cpu;

	(void)state;
	assert_int_equal(walk_cpu_parse("AuthenticAMD-25-61-2", &cpu), 0);
	assert_string_equal(cpu.vendor, "AuthenticAMD");
	assert_int_equal(cpu.family, 25);
	assert_int_equal(cpu.model, 0x61);
	assert_int_equal(cpu.stepping, 2);
	assert_int_equal(walk_cpu_parse("GenuineIntel-6-CF", &cpu), 0);
	assert_int_equal(cpu.stepping, -1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(walk_cpu_parse(bad[i], &cpu), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_encodings),
		cmocka_unit_test(test_unknown_model_gets_walk_counts_only),
		cmocka_unit_test(test_cpu_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
