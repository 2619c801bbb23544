/* SPDX-License-Identifier: MIT */
/*
 * What glibc's thresholds make of a free, and which allocator a rig is to run with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "tlblab/workloads/allocator.h"
#include "workloads/workload_test.h"

static void kept_blocks_flush_nothing(void **state)
{
	static const char *const kept[] = {
		"victims=1",
		"victims=1 size_bytes=64",
		"victims=1 size_bytes=32767k",
		"victims=1 size_bytes=100k mmap_threshold_bytes=32M "
		"trim_threshold_bytes=1G",
		"victims=1 size_bytes=4k mmap_threshold_bytes=128k",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		struct expectation x = workload_test_expect("malloc", kept[i]);

		assert_int_equal(x.kind, FLUSH_NONE);
		assert_true(x.shootdowns_per_op_high < 1e-9);
	}
}

static void mapped_blocks_flush_at_every_free(void **state)
{
	static const char *const mapped[] = {
		"victims=1 mmap_threshold_bytes=128k",
		"victims=1 trim_threshold_bytes=1M",
		"victims=1 size_bytes=64M",
		"victims=1 size_bytes=128k mmap_threshold_bytes=128k",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mapped) / sizeof(mapped[0]); i++) {
		struct expectation x = workload_test_expect("malloc", mapped[i]);

		assert_true(x.kind == FLUSH_FULL || x.kind == FLUSH_EITHER);
		assert_float_equal(x.flushes_per_op_low, 1, 1e-9);
		assert_float_equal(x.shootdowns_per_op_high, 1, 1e-9);
	}
}

static void what_an_allocator_decides_is_only_bounded(void **state)
{
	struct expectation x;

	(void)state;
	x = workload_test_expect("malloc", "victims=1 allocator=jemalloc");
	assert_int_equal(x.kind, FLUSH_EITHER);
	assert_float_equal(x.flushes_per_op_low, 0, 1e-9);
	x = workload_test_expect("malloc", "victims=1 size_bytes=100k "
					   "trim_threshold_bytes=64k");
	assert_int_equal(x.kind, FLUSH_EITHER);
	assert_float_equal(x.flushes_per_op_low, 0, 1e-9);
}

static void thresholds_are_only_glibcs(void **state)
{
	struct experiment e = workload_test_experiment(
		"malloc", "allocator=mimalloc mmap_threshold_bytes=128k");
	struct error error;

	(void)state;
	assert_true(workload_find("malloc")->check(&e, e.params, &error) < 0);
	assert_int_equal(error.code, ERROR_INPUT);
	assert_string_equal(error.what, "allocator");
}

static void an_allocator_is_preloaded_or_named_as_missing(void **state)
{
	char path[128];
	struct error error;

	(void)state;
	for (int a = 0; a < ALLOCATOR_N; a++) {
		struct experiment e = workload_test_experiment("malloc", "");

		assert_int_equal(experiment_set(&e, workload_catalogue(),
						"params.allocator", allocator_names[a],
						NULL),
				 0);
		bool found = allocator_preload(&e, path, sizeof(path));
		int err = workload_find("malloc")->check(&e, e.params, &error);

		assert_int_equal(allocator_in_use((enum allocator)a),
				 a == ALLOCATOR_GLIBC);
		if (found)
			assert_int_equal(access(path, R_OK), 0);
		if (a == ALLOCATOR_GLIBC) {
			assert_false(found);
			assert_int_equal(err, 0);
		} else if (!found) {
			assert_int_equal(error.code, ERROR_MACHINE);
			assert_non_null(strstr(error.todo,
					       allocator_package((enum allocator)a)));
		}
	}
	struct experiment other = workload_test_experiment("madvise", "");

	assert_false(allocator_preload(&other, path, sizeof(path)));
}

static void blocks_can_be_had_again_and_again(void **state)
{
	(void)state;
	assert_int_equal(workload_test_live("malloc", "", 50), 0);
	assert_int_equal(workload_test_live("malloc", "size_bytes=1 touch=no", 50), 0);
	assert_int_equal(workload_test_live("malloc",
					    "size_bytes=300k "
					    "mmap_threshold_bytes=128k "
					    "trim_threshold_bytes=0",
					    50),
			 0);
}

/* What it tells of 200 blocks. */
static uint64_t faults_told(const char *settings)
{
	struct experiment e = workload_test_experiment("malloc", settings);
	const struct workload_ops *o = workload_find("malloc");
	_Atomic uint64_t extra[WORKLOAD_MAX_EXTRAS] = {0};
	struct worker w = {.workers = 1, .cpu = -1, .params = e.params, .extra = extra};

	assert_string_equal(o->desc.extras[0].name, "page_faults");
	assert_int_equal(o->prepare(&w.space, w.params, 1, w.failure, 160), 0);
	assert_int_equal(o->enter(&w), 0);
	for (int i = 0; i < 200; i++)
		o->operate(&w);
	o->leave(&w);
	assert_int_equal(w.failed, 0);
	return extra[0];
}

static void faults_tell_what_was_given_back(void **state)
{
	(void)state;
	/* Kept first: a threshold once set stays; then larger than what was kept. */
	assert_in_range(faults_told("size_bytes=300k"), 1, 20 * 75);
	assert_in_range(faults_told("size_bytes=2M mmap_threshold_bytes=128k"),
			200 * 512, 220 * 512);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_blocks_flush_nothing),
		cmocka_unit_test(mapped_blocks_flush_at_every_free),
		cmocka_unit_test(what_an_allocator_decides_is_only_bounded),
		cmocka_unit_test(thresholds_are_only_glibcs),
		cmocka_unit_test(an_allocator_is_preloaded_or_named_as_missing),
		cmocka_unit_test(faults_tell_what_was_given_back),
		cmocka_unit_test(blocks_can_be_had_again_and_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
