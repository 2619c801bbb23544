/* SPDX-License-Identifier: MIT */
#include "tlblab/base/cpumask.h"

#include <errno.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/base/stats.h"

static void parses_the_kernels_lists(void **state)
{
	static const struct {
		const char *list, *same;
		int count;
	} cases[] = {
		{"", "", 0},
		{"\n", "", 0},
		{"0", "0", 1},
		{"0-1\n", "0-1", 2},
		{"0,2,4-7", "0,2,4-7", 6},
		{" 4-7 , 2,\t0\n", "0,2,4-7", 6},
		{"3,1,2,2", "1-3", 3},
		{"0-30:2/4", "0-1,4-5,8-9,12-13,16-17,20-21,24-25,28-29", 16},
		{"8-30:2", "8,10,12,14,16,18,20,22,24,26,28,30", 12},
		{"5-9:1/8", "5", 1},
		{"5-9:0/8", "", 0},
		{"0-3:4/4", "0-3", 4},
		{"8191", "8191", 1},
		{"0-8191", "0-8191", CPUMASK_MAX_CPUS},
	};
	struct cpumask m;
	char buf[128];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(cpumask_parse(&m, cases[i].list), 0);
		assert_int_equal(cpumask_count(&m), cases[i].count);
		assert_string_equal(cpumask_text(&m, buf, sizeof(buf)), cases[i].same);
	}
}

static void refuses_what_is_no_list(void **state)
{
	static const char *const bad[] = {
		"a",	 "1-",	 "-1",	   "1--2",   "2-1",	"1:2",
		"1.5",	 "0-3:", "0-3:1/", "0-3:/4", "0-3:1/0", "0-3:5/4",
		"0-3:0", "1;2",	 "0x3",	   "0-3/2"};
	static const char *const large[] = {"8192", "0-8192", "99999999999999999999",
					    "4294967296"};
	struct cpumask m;

	(void)state;
	cpumask_parse(&m, "5");
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(cpumask_parse(&m, bad[i]), -EINVAL);
	for (size_t i = 0; i < COUNT_OF(large); i++)
		assert_int_equal(cpumask_parse(&m, large[i]), -ERANGE);
	assert_true(cpumask_has(&m, 5) && cpumask_count(&m) == 1);
}

static void walks_its_cpus_in_order(void **state)
{
	static const int cpus[] = {0, 1, 63, 64, 127, 128, 512, 8191};
	struct cpumask m;
	int cpu = -1;

	(void)state;
	cpumask_clear(&m);
	assert_int_equal(cpumask_next(&m, -1), -1);
	for (size_t i = COUNT_OF(cpus); i-- > 0;)
		cpumask_set(&m, cpus[i]);
	cpumask_set(&m, -1);
	cpumask_set(&m, CPUMASK_MAX_CPUS);
	assert_int_equal(cpumask_count(&m), COUNT_OF(cpus));
	for (size_t i = 0; i < COUNT_OF(cpus); i++) {
		cpu = cpumask_next(&m, cpu);
		assert_int_equal(cpu, cpus[i]);
		assert_true(cpumask_has(&m, cpu));
	}
	assert_int_equal(cpumask_next(&m, cpu), -1);
	assert_false(cpumask_has(&m, 2));
	assert_false(cpumask_has(&m, -1));
	assert_false(cpumask_has(&m, CPUMASK_MAX_CPUS));
}

static void reads_masks(void **state)
{
	static const char *const bad[] = {"", "\n", "0x3", "3,g", "ff ff", "-1"};
	struct cpumask m, before;
	char text[64];

	(void)state;
	assert_int_equal(cpumask_parse_hex(&m, "ff,ffffffff,80000001\n"), 0);
	assert_string_equal(cpumask_text(&m, text, sizeof(text)), "0,31-71");
	assert_int_equal(cpumask_parse_hex(&m, "0000A"), 0);
	assert_string_equal(cpumask_text(&m, text, sizeof(text)), "1,3");
	before = m;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(cpumask_parse_hex(&m, bad[i]), -EINVAL);
	assert_memory_equal(&m, &before, sizeof(m));
}

static void a_mask_ends_where_cpus_end(void **state)
{
	static char mask[CPUMASK_MAX_CPUS / 4 + 2];
	struct cpumask m;

	(void)state;
	memset(mask, '0', sizeof(mask) - 1);
	mask[1] = '8';
	assert_int_equal(cpumask_parse_hex(&m, mask), 0);
	assert_int_equal(cpumask_next(&m, -1), CPUMASK_MAX_CPUS - 1);
	mask[0] = '1';
	assert_int_equal(cpumask_parse_hex(&m, mask), -ERANGE);
}

static void text_reads_back(void **state)
{
	static char buf[65536];
	struct rng r = {3};

	(void)state;
	for (int round = 0; round < 50; round++) {
		struct cpumask m, again;
		int n = (int)rng_below(&r, 600);

		cpumask_clear(&m);
		for (int i = 0; i < n; i++)
			cpumask_set(&m, (int)rng_below(&r, 1024));
		cpumask_text(&m, buf, sizeof(buf));
		assert_int_equal(cpumask_parse(&again, buf), 0);
		assert_memory_equal(&m, &again, sizeof(m));
	}
}

static void says_that_it_was_cut(void **state)
{
	static const char whole[] = "0,2,4,6,8,10-12";
	struct cpumask m;
	char buf[32];

	(void)state;
	cpumask_parse(&m, whole);
	assert_string_equal(cpumask_text(&m, buf, sizeof(whole)), whole);
	assert_string_equal(cpumask_text(&m, buf, sizeof(whole) - 1), "0,2,4,6,8,…");
	assert_string_equal(cpumask_text(&m, buf, 10), "0,2,4,…");
	for (size_t bytes = 1; bytes <= sizeof(whole); bytes++) {
		memset(buf, '#', sizeof(buf));
		cpumask_text(&m, buf, bytes);
		assert_true(strlen(buf) < bytes);
		assert_int_equal(buf[bytes], '#');
		assert_true(bytes < 5 || bytes == sizeof(whole) || strstr(buf, "…"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_the_kernels_lists),
		cmocka_unit_test(refuses_what_is_no_list),
		cmocka_unit_test(walks_its_cpus_in_order),
		cmocka_unit_test(reads_masks),
		cmocka_unit_test(a_mask_ends_where_cpus_end),
		cmocka_unit_test(text_reads_back),
		cmocka_unit_test(says_that_it_was_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
