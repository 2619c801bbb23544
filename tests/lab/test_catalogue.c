/* SPDX-License-Identifier: MIT */

#include "lab/bench_catalogue.h"
#include "support/check.h"

static void finds_by_whole_name(void **state)
{
	(void)state;
	assert_ptr_equal(catalogue_find(&bench, "zap"), &workload_zap);
	assert_ptr_equal(catalogue_find(&bench, "map"), &workload_map);
	assert_null(catalogue_find(&bench, "ma"));
	assert_null(catalogue_find(&bench, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(finds_by_whole_name)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
