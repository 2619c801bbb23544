/* SPDX-License-Identifier: MIT */
#include "sensors/flush_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_columns_in_order(void **state)
{
	(void)state;
	for (int i = 0; i < FLUSH_REASONS; i++)
		assert_int_equal(flush_filter[i][strlen("reason == ")], '0' + i);
	for (int i = 0; i < FLUSH_SIZES; i++) {
		const char *local = strstr(flush_filter[FLUSH_LOCAL + i], "pages");
		const char *sent = strstr(flush_filter[FLUSH_SENT + i], "pages");

		assert_string_equal(local, sent);
	}
	/* A switch or a request that found nothing to do is no flush. */
	for (int i = 0; i < 2; i++)
		assert_non_null(strstr(flush_filter[i], "pages > 0"));
	assert_int_equal(flush_size_channel[0], CH_FLUSH_FULL);
	assert_non_null(strstr(flush_filter[FLUSH_LOCAL], "18446744073709551615"));
}

static enum flush_column view_of(uint64_t local_full, uint64_t local_one,
				 uint64_t sent_full, uint64_t sent_one)
{
	uint64_t count[FLUSH_COLUMNS] = {0};

	count[FLUSH_LOCAL] = local_full;
	count[FLUSH_LOCAL + 1] = local_one;
	count[FLUSH_SENT] = sent_full;
	count[FLUSH_SENT + 1] = sent_one;
	return flush_better_view(count);
}

static void test_the_larger_view_is_taken(void **state)
{
	(void)state;
	/* One initiator: both see every flush. */
	assert_int_equal(view_of(0, 1000, 0, 1001), FLUSH_LOCAL);
	assert_int_equal(view_of(0, 0, 0, 0), FLUSH_LOCAL);
	/* Two at once: the neighbour's interrupt did the local flush. */
	assert_int_equal(view_of(20, 10, 950, 50), FLUSH_SENT);
	/* Nobody else, or a hypervisor that sends them its own way. */
	assert_int_equal(view_of(0, 1000, 0, 0), FLUSH_LOCAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_in_order),
		cmocka_unit_test(test_the_larger_view_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
