/* SPDX-License-Identifier: MIT */
#include "sensors/flush_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_reasons_come_first_in_kernel_order(void **state)
{
	(void)state;
	for (int view = 0; view < 2; view++) {
		const struct flush_event *e = flush_events((enum flush_view)view);

		for (int i = 0; i < FLUSH_REASONS; i++) {
			assert_int_equal(e[i].channel, CH_FLUSH_TASK_SWITCH + i);
			assert_int_equal(e[i].filter[strlen("reason == ")], '0' + i);
		}
		assert_int_equal(e[FLUSH_REASONS].channel, CH_FLUSH_FULL);
		for (int i = FLUSH_REASONS; i < FLUSH_EVENTS; i++)
			assert_non_null(strstr(e[i].filter, view == FLUSH_VIEW_SENT
								    ? "reason == 4 "
								    : "reason <= 3 "));
	}
}

static void test_view_follows_the_larger_total(void **state)
{
	(void)state;
	/* One initiator: both see every flush. */
	assert_int_equal(flush_view_better(FLUSH_VIEW_LOCAL, 1000, 1001),
			 FLUSH_VIEW_LOCAL);
	assert_int_equal(flush_view_better(FLUSH_VIEW_SENT, 1001, 1000),
			 FLUSH_VIEW_SENT);
	/* Two at once: the neighbour's interrupt did the local flush. */
	assert_int_equal(flush_view_better(FLUSH_VIEW_LOCAL, 50, 1000),
			 FLUSH_VIEW_SENT);
	/* Nobody else, or a hypervisor that sends them its own way. */
	assert_int_equal(flush_view_better(FLUSH_VIEW_SENT, 1000, 0), FLUSH_VIEW_LOCAL);
	assert_int_equal(flush_view_better(FLUSH_VIEW_SENT, 0, 0), FLUSH_VIEW_SENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons_come_first_in_kernel_order),
		cmocka_unit_test(test_view_follows_the_larger_total),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
