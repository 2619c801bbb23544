/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "support/check.h"
#include "tlblab/lab/channel.h"

static void every_channel_is_described(void **state)
{
	(void)state;
	for (int c = 0; c < CH_N; c++) {
		const struct channel_desc *d = &channel_table[c];

		assert_non_null(d->name);
		assert_non_null(d->unit);
		assert_true(strlen(d->help) > 5);
		for (int other = 0; other < c; other++)
			assert_string_not_equal(d->name, channel_table[other].name);
	}
}

static void merges_by_kind(void **state)
{
	struct sample a = {.t_s = 1, .elapsed_s = 0.5};
	struct sample b = {.t_s = 2, .elapsed_s = 1.0};

	(void)state;
	for (int c = 0; c < CH_N; c++) {
		sample_put(&a, c, 10, QUALITY_EXACT);
		sample_put(&b, c, channel_table[c].merge == MERGE_LAST ? 5 : 4,
			   QUALITY_EXACT);
	}
	sample_merge(&a, &b);
	assert_true(a.t_s == 2 && a.elapsed_s == 1.5);
	for (int c = 0; c < CH_N; c++) {
		static const double want[] = {[MERGE_SUM] = 14,
					      [MERGE_MAX] = 10,
					      [MERGE_MIN] = 4,
					      [MERGE_LAST] = 5};

		assert_true(a.value[c] == want[channel_table[c].merge]);
	}
	assert_int_equal(channel_table[CH_OPS].merge, MERGE_SUM);
	assert_int_equal(channel_table[CH_VICTIM_STALL_MAX_NS].merge, MERGE_MAX);
	assert_int_equal(channel_table[CH_REFILL_NS_PER_PAGE].merge, MERGE_LAST);
}

static void absent_gives_way_and_is_not_zero(void **state)
{
	struct sample a = {0}, b = {0};

	(void)state;
	sample_put(&a, CH_FLUSH_FULL, 7, QUALITY_EXACT);
	sample_put(&b, CH_FLUSH_RANGED, 3, QUALITY_SCALED);
	sample_merge(&a, &b);
	assert_true(sample_get(&a, CH_FLUSH_FULL).value == 7);
	assert_int_equal(sample_get(&a, CH_FLUSH_FULL).quality, QUALITY_EXACT);
	assert_true(sample_get(&a, CH_FLUSH_RANGED).value == 3);
	assert_int_equal(sample_get(&a, CH_FLUSH_RANGED).quality, QUALITY_SCALED);
	assert_false(reading_present(sample_get(&a, CH_OPS)));
}

static void quality_is_the_worse(void **state)
{
	struct sample a = {0}, b = {0};

	(void)state;
	sample_put(&a, CH_CYCLES, 1, QUALITY_SCALED);
	sample_put(&b, CH_CYCLES, 1, QUALITY_EXACT);
	sample_merge(&a, &b);
	assert_int_equal(sample_get(&a, CH_CYCLES).quality, QUALITY_SCALED);
	sample_put(&b, CH_CYCLES, 1, QUALITY_STALE);
	sample_merge(&a, &b);
	assert_int_equal(sample_get(&a, CH_CYCLES).quality, QUALITY_STALE);
	/* A fresh gauge replaces a stale one altogether. */
	sample_put(&a, CH_REFILL_NS_PER_PAGE, 1, QUALITY_STALE);
	sample_put(&b, CH_REFILL_NS_PER_PAGE, 2, QUALITY_EXACT);
	sample_merge(&a, &b);
	assert_int_equal(sample_get(&a, CH_REFILL_NS_PER_PAGE).quality, QUALITY_EXACT);
}

/* A gauge is what it was last, a count grows, and what is missing does not undo what
 * was known. */
static void extras_merge_as_they_say(void **state)
{
	struct sample a = {0}, b = {0}, none = {0};

	(void)state;
	extras_put(&a.extras, 0, 4096, true);
	extras_put(&a.extras, 1, 7, false);
	extras_put(&b.extras, 0, 512, true);
	extras_put(&b.extras, 1, 3, false);
	extras_put(&b.extras, 5, 2, false);
	sample_merge(&a, &b);
	sample_merge(&a, &none);
	assert_true(a.extras.value[0] == 512);
	assert_true(a.extras.value[1] == 10);
	assert_true(a.extras.value[5] == 2);
	assert_int_equal(a.extras.known, 1 << 0 | 1 << 1 | 1 << 5);
	assert_int_equal(a.extras.gauges, 1 << 0);
	assert_false(extras_have(&a.extras, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_channel_is_described),
		cmocka_unit_test(merges_by_kind),
		cmocka_unit_test(absent_gives_way_and_is_not_zero),
		cmocka_unit_test(quality_is_the_worse),
		cmocka_unit_test(extras_merge_as_they_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
