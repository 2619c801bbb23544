/* SPDX-License-Identifier: MIT */
/*
 * Descriptions, expectations, and one worker's life outside the rig.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "tlblab/workloads/workload.h"
#include "workloads/region.h"

static struct experiment experiment_of(const char *workload, const char *settings)
{
	struct experiment e;
	char copy[128], *save = NULL;

	assert_int_equal(experiment_init(&e, workload_catalogue(), workload, NULL), 0);
	e.threads = 1;
	snprintf(copy, sizeof(copy), "%s", settings);
	for (char *s = strtok_r(copy, " ", &save); s; s = strtok_r(NULL, " ", &save)) {
		char *value = strchr(s, '=');

		*value++ = '\0';
		assert_int_equal(
			experiment_set(&e, workload_catalogue(), s, value, NULL), 0);
	}
	return e;
}

/* Threads and victims each on their own CPU. */
static struct expectation expect_of(const char *workload, const char *settings,
				    int64_t ceiling_pages)
{
	struct experiment e = experiment_of(workload, settings);
	bool threads = e.mode == RUN_THREADS, pinned = strcmp(e.placement, "none");
	const struct expect_case c = {
		.experiment = &e,
		.params = e.params,
		.workers = e.threads,
		.victims = e.victims,
		.worker_cpus = pinned ? e.threads : 0,
		.mm_cpus = !pinned   ? 0
			   : threads ? e.threads + e.victims
				     : 1,
		.ceiling_pages = ceiling_pages,
	};
	struct expectation out;

	workload_find(workload)->expect(&c, &out);
	return out;
}

#define assert_range(low, high, a, b)                                                  \
	do {                                                                           \
		assert_float_equal(low, a, 1e-9);                                      \
		assert_float_equal(high, b, 1e-9);                                     \
	} while (0)

static void the_table_and_the_catalogue_agree(void **state)
{
	const struct catalogue *c = workload_catalogue();

	(void)state;
	assert_string_equal(c->backend, "live");
	for (int i = 0; i < c->n; i++) {
		const struct workload_ops *ops = workload_table[i];

		assert_ptr_equal(c->workloads[i], &ops->desc);
		assert_ptr_equal(workload_find(ops->desc.name), ops);
		assert_non_null(ops->operate);
		assert_non_null(ops->expect);
		assert_true(ops->desc.n_params <= WORKLOAD_MAX_PARAMS);
		for (int p = 0; p < ops->desc.n_params; p++) {
			struct param_value v;

			param_default(&ops->desc.params[p], &v); /* aborts if bad */
			assert_int_equal(param_check(&ops->desc.params[p], &v, NULL),
					 0);
			assert_true(ops->desc.params[p].help[0]);
		}
	}
	assert_null(workload_table[c->n]);
	assert_null(workload_find("no-such"));
}

static void the_span_decides_against_the_ceiling(void **state)
{
	static const char *const methods[] = {"munmap", "dontneed", "free"};

	(void)state;
	for (int m = 0; m < 3; m++) {
		char at[64], above[64], spread[64];

		snprintf(at, sizeof(at), "victims=1 pages=33 method=%s", methods[m]);
		snprintf(above, sizeof(above), "victims=1 pages=34 method=%s",
			 methods[m]);
		snprintf(spread, sizeof(spread),
			 "victims=1 pages=2 span_pages=34 method=%s", methods[m]);
		struct expectation x = expect_of("release", at, 33);

		assert_int_equal(x.kind, FLUSH_RANGED);
		assert_int_equal(x.pages, 33);
		assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0.9, 1);
		x = expect_of("release", above, 33);
		assert_int_equal(x.kind, FLUSH_FULL);
		assert_int_equal(x.pages, -1);
		assert_int_equal(expect_of("release", spread, 33).kind, FLUSH_FULL);
		assert_int_equal(expect_of("release", above, 34).kind, FLUSH_RANGED);
		/* Not readable: the kernel's default. */
		assert_int_equal(expect_of("release", at, -1).kind, FLUSH_RANGED);
		assert_int_equal(expect_of("release", above, -1).kind, FLUSH_FULL);
		assert_int_equal(expect_of("release", at, 0).kind, FLUSH_FULL);
	}
}

/* A receiver that missed a flush of one makes that of the other a full one. */
static void two_initiators_flush_either_way(void **state)
{
	const struct catalogue *c = workload_catalogue();

	(void)state;
	for (int i = 0; i < c->n; i++) {
		struct expectation x =
			expect_of(c->workloads[i]->name, "threads=2", 33);

		if (x.kind == FLUSH_RANGED)
			fail_msg("%s expects ranged flushes of two initiators",
				 c->workloads[i]->name);
	}
}

static void only_madvise_lets_workers_zap_together(void **state)
{
	(void)state;
	struct expectation x =
		expect_of("release", "threads=4 pages=2 method=dontneed", 33);

	assert_int_equal(x.kind, FLUSH_EITHER);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 1.5, 3);
	x = expect_of("release", "threads=4 pages=2 method=munmap", 33);
	assert_int_equal(x.kind, FLUSH_EITHER);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0, 3);
	x = expect_of("release", "threads=4 pages=40 method=dontneed", 33);
	assert_int_equal(x.kind, FLUSH_FULL);
}

static void untouched_pages_flush_only_in_company(void **state)
{
	(void)state;
	struct expectation x = expect_of("madvise", "threads=1 victims=3", 33);

	assert_int_equal(x.kind, FLUSH_NONE);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0, 0);
	x = expect_of("madvise", "threads=2", 33);
	assert_int_equal(x.kind, FLUSH_FULL);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0, 1);
	x = expect_of("madvise", "threads=2 mode=processes", 33);
	assert_int_equal(x.kind, FLUSH_NONE);
	x = expect_of("madvise", "threads=1 victims=1 touch=yes", 33);
	assert_int_equal(x.kind, FLUSH_RANGED);
	assert_int_equal(x.pages, 1);
	x = expect_of("mmap1", "threads=8", 33);
	assert_int_equal(x.kind, FLUSH_NONE);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0, 0);
	x = expect_of("release", "threads=8 victims=1 method=reuse pages=256", 33);
	assert_int_equal(x.kind, FLUSH_NONE);
}

static void separate_address_spaces_interrupt_nobody(void **state)
{
	(void)state;
	struct expectation x = expect_of(
		"release", "threads=4 victims=2 mode=processes method=dontneed", 33);

	assert_int_equal(x.kind, FLUSH_RANGED);
	assert_range(x.flushes_per_op_low, x.flushes_per_op_high, 1, 1);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0, 0);
}

static void large_unmaps_flush_several_times(void **state)
{
	(void)state;
	struct expectation x = expect_of("mmap1", "threads=1 victims=1 touch=yes", 33);

	assert_int_equal(x.kind, FLUSH_FULL);
	/* 32,768 pages are three gathers of 9,678 and a rest. */
	assert_range(x.flushes_per_op_low, x.flushes_per_op_high, 4, 4);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 3.6, 4);
	/* The page table goes too. */
	x = expect_of("mmap1", "victims=1 touch=yes size_bytes=64k", 33);
	assert_int_equal(x.kind, FLUSH_EITHER);
}

static void lazy_freeing_flushes_only_beyond_its_budget(void **state)
{
	(void)state;
	struct expectation x = expect_of("lazyfree", "threads=4 victims=2", 33);

	assert_int_equal(x.kind, FLUSH_NONE);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0, 0);
	/* Of 64 ranges 15 may be held: every 9th operation gives 9 back. */
	x = expect_of("lazyfree", "victims=1 ranges=63 budget_bytes=60k", 33);
	assert_int_equal(x.kind, FLUSH_RANGED);
	assert_int_equal(x.pages, 9);
	assert_range(x.flushes_per_op_low, x.flushes_per_op_high, 1.0 / 9, 1.0 / 9);
	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0.1, 1.0 / 9);
	x = expect_of("lazyfree", "victims=1 pages=4 ranges=63 budget_bytes=240k", 33);
	assert_int_equal(x.kind, FLUSH_FULL);
	/* 64 is no multiple of 9: some batches go round the end. */
	x = expect_of("lazyfree", "victims=1 budget_bytes=60k", 33);
	assert_int_equal(x.kind, FLUSH_EITHER);
	x = expect_of("lazyfree", "victims=1 again=new", 33);
	assert_int_equal(x.kind, FLUSH_NONE);
}

static void unpinned_receivers_are_only_bounded(void **state)
{
	(void)state;
	struct expectation x = expect_of(
		"release", "threads=3 victims=1 placement=none method=dontneed", 33);

	assert_range(x.shootdowns_per_op_low, x.shootdowns_per_op_high, 0, 3);
}

static void every_sentence_fits(void **state)
{
	static const char *const settings[] = {
		"threads=1",
		"threads=4000",
		"threads=2 pages=8190",
		"threads=1 pages=8190",
	};

	(void)state;
	for (int w = 0; workload_table[w]; w++) {
		for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
			const char *name = workload_table[w]->desc.name;

			struct experiment e = experiment_of(name, "");

			if (strstr(settings[i], "pages") &&
			    !experiment_param(&e, workload_catalogue(), "pages"))
				continue;
			struct expectation x =
				expect_of(name, settings[i], i % 2 ? 33 : 1000000000);

			assert_in_range(strlen(x.why), 20, sizeof(x.why) - 2);
		}
	}
}

static int resident(char *page)
{
	unsigned char in = 0;

	assert_int_equal(mincore(page, REGION_PAGE_BYTES, &in), 0);
	return in & 1;
}

static void a_region_keeps_its_neighbours(void **state)
{
	struct region r;
	char failure[160];

	(void)state;
	for (int64_t pages = 1; pages <= 1024; pages *= 2) {
		assert_int_equal(region_init(&r, pages, failure, sizeof(failure)), 0);
		size_t bytes = (size_t)pages * REGION_PAGE_BYTES;
		uintptr_t block = (uintptr_t)r.pages & ~(uintptr_t)(2097152 - 1);

		/* Same page table as the page before; nobody else's in it. */
		assert_int_equal((uintptr_t)r.pages - block, REGION_PAGE_BYTES);
		assert_true(block >= (uintptr_t)r.base);
		assert_true((uintptr_t)r.pages + bytes + REGION_PAGE_BYTES <=
			    (uintptr_t)r.base + r.reserved_bytes);
		assert_true(resident(r.pages - REGION_PAGE_BYTES));
		assert_true(resident(r.pages + bytes));
		assert_false(resident(r.pages));
		r.pages[bytes - 1] = 1;
		region_fini(&r);
		assert_null(r.base);
	}
	assert_true(region_init(&r, INT64_C(1) << 40, failure, sizeof(failure)) < 0);
	assert_non_null(strstr(failure, "cannot map"));
	assert_null(r.base);
}

static void live_alone(const char *workload, const char *settings)
{
	struct experiment e = experiment_of(workload, settings);
	const struct workload_ops *ops = workload_find(workload);
	struct worker w = {.workers = 1, .cpu = -1, .params = e.params};

	if (ops->prepare)
		assert_int_equal(ops->prepare(&w.space, w.params, 1, w.failure,
					      sizeof(w.failure)),
				 0);
	if (ops->enter)
		assert_int_equal(ops->enter(&w), 0);
	for (int i = 0; i < 50; i++) {
		ops->operate(&w);
		assert_int_equal(w.failed, 0);
	}
	if (ops->leave)
		ops->leave(&w);
	if (ops->dispose)
		ops->dispose(w.space);
}

static void operations_can_be_repeated(void **state)
{
	(void)state;
	live_alone("madvise", "");
	live_alone("madvise", "pages=3 touch=yes");
	live_alone("madvise", "pages=700 touch=yes shared=no");
	live_alone("mmap1", "");
	live_alone("visit", "pages=100");
	live_alone("mmap1", "size_bytes=100k touch=yes");
	live_alone("release", "");
	live_alone("release", "pages=1100 method=munmap");
	live_alone("release", "pages=2 span_pages=1000 method=munmap");
	live_alone("release", "pages=33 method=dontneed");
	live_alone("release", "pages=3 span_pages=34 method=free");
	live_alone("release", "pages=8 method=reuse");
	live_alone("release", "pages=8 method=lazyfree");
	live_alone("release", "pages=4 method=mprotect");
	live_alone("release", "pages=4 method=membarrier");
	live_alone("mprotect", "pages=34");
	live_alone("fork", "pages=3");
	live_alone("bystander", "a_bytes=1M b_bytes=64k every_ms=1");
	live_alone("bystander", "a_bytes=1M b_bytes=64k every_ms=1 memory=shared");
	live_alone("bystander", "a_bytes=1M b_bytes=64k every_ms=1 memory=file");
	live_alone("bystander", "a_bytes=5000 b_bytes=4k every_ms=1 method=dontneed");
	live_alone("lazyfree", "");
	live_alone("lazyfree", "again=new ranges=3 pages=5");
	live_alone("lazyfree", "ranges=7 budget_bytes=0");
	live_alone("lazyfree", "ranges=7 pages=3 budget_bytes=36k again=new");
	live_alone("collateral", "pages=2 span_pages=34");
	live_alone("collateral", "pages=33 working_set_pages=0");
}

/* A reader of a file knows a figure by its name alone. */
static void one_name_means_one_thing(void **state)
{
	const struct catalogue *c = workload_catalogue();

	(void)state;
	for (int i = 0; i < c->n; i++) {
		const struct workload_desc *w = c->workloads[i];

		assert_true(w->n_extras <= WORKLOAD_MAX_EXTRAS);
		for (int k = 0; k < w->n_extras; k++) {
			const struct extra_desc *e = &w->extras[k];
			const struct extra_desc *first = catalogue_extra(c, e->name);

			assert_string_equal(first->unit, e->unit);
			assert_int_equal(first->gauge, e->gauge);
			assert_true(*e->help);
		}
	}
	assert_null(catalogue_extra(c, "held"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_and_the_catalogue_agree),
		cmocka_unit_test(the_span_decides_against_the_ceiling),
		cmocka_unit_test(two_initiators_flush_either_way),
		cmocka_unit_test(only_madvise_lets_workers_zap_together),
		cmocka_unit_test(untouched_pages_flush_only_in_company),
		cmocka_unit_test(separate_address_spaces_interrupt_nobody),
		cmocka_unit_test(large_unmaps_flush_several_times),
		cmocka_unit_test(lazy_freeing_flushes_only_beyond_its_budget),
		cmocka_unit_test(unpinned_receivers_are_only_bounded),
		cmocka_unit_test(every_sentence_fits),
		cmocka_unit_test(one_name_means_one_thing),
		cmocka_unit_test(a_region_keeps_its_neighbours),
		cmocka_unit_test(operations_can_be_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
