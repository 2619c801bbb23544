/* SPDX-License-Identifier: MIT */
/*
 * malloc and free of one block after the other, through whatever allocator the process
 * runs with. The program only ever says free; whether that shoots down other CPUs' TLB
 * entries is decided by thresholds few people have heard of.
 *
 * glibc (malloc/malloc.c): a block of at least the mmap threshold is mapped, and
 * unmapped when it is freed: a flush for each. Left alone, the threshold moves up to
 * the size of any such block at its first free (to 32 MiB at most), so that from then
 * on blocks of that size come from the heap and stay there. Setting either threshold
 * ends that: the other one then stays at 128 KiB. Freed memory at the end of a heap
 * beyond the trim threshold is given back too.
 */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "tlblab/workloads/allocator.h"
#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

enum { SIZE_BYTES, TOUCH, ALLOCATOR, MMAP_THRESHOLD, TRIM_THRESHOLD };
enum {
	FIXED_THRESHOLD_BYTES = 128 << 10,
	HIGHEST_THRESHOLD_BYTES = 32 << 20,
	CHUNK_HEADER_BYTES = 16,
	/* Smaller chunks are freed without a look at the trim threshold. */
	CONSOLIDATION_BYTES = 64 << 10,
};

static int malloc_check(const struct experiment *e, const struct param_value *params,
			struct fault *fault)
{
	enum allocator a = (enum allocator)params[ALLOCATOR].number;
	char path[128], what_to_do[96];

	(void)e;
	if (a == ALLOCATOR_GLIBC)
		return 0;
	if (!params[MMAP_THRESHOLD].is_null || !params[TRIM_THRESHOLD].is_null)
		return fault_setf(fault, FAULT_INPUT, EINVAL, "allocator",
				  "leave both thresholds at the allocator's",
				  "%s knows nothing of glibc's thresholds",
				  allocator_names[a]);
	if (allocator_library(a, path, sizeof(path)))
		return 0;
	snprintf(what_to_do, sizeof(what_to_do),
		 "install it (Debian: %s), or choose glibc", allocator_package(a));
	return fault_setf(fault, FAULT_MACHINE, ENOENT, "allocator", what_to_do,
			  "%s is not installed", allocator_names[a]);
}

static int malloc_prepare(struct workload_space **space,
			  const struct param_value *params, int workers, char *failure,
			  size_t failure_bytes)
{
	enum allocator a = (enum allocator)params[ALLOCATOR].number;
	const struct param_value *mmap_at = &params[MMAP_THRESHOLD];
	const struct param_value *trim_at = &params[TRIM_THRESHOLD];

	(void)space;
	(void)workers;
	if (!allocator_in_use(a)) {
		snprintf(failure, failure_bytes, "%s could not be preloaded",
			 allocator_names[a]);
		return -ENOENT;
	}
	/* 1 is success, 0 is not: mallopt(3). */
	if ((mmap_at->is_null || mallopt(M_MMAP_THRESHOLD, (int)mmap_at->number)) &&
	    (trim_at->is_null || mallopt(M_TRIM_THRESHOLD, (int)trim_at->number)) &&
	    !prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		return 0;
	snprintf(failure, failure_bytes, "a threshold was refused: mmap at most %d",
		 HIGHEST_THRESHOLD_BYTES);
	return -EINVAL;
}

static void malloc_operate(struct worker *w)
{
	size_t bytes = (size_t)w->params[SIZE_BYTES].number;
	size_t touch_bytes = w->params[TOUCH].number ? bytes : 0;
	char *block = malloc(bytes);

	/* Or the compiler takes both calls away. */
	__asm__ volatile("" : "+r"(block));
	if (!block) {
		errno = ENOMEM;
		worker_fail(w, "malloc");
		return;
	}
	for (size_t at = 0; at < touch_bytes; at += REGION_PAGE_BYTES)
		*(volatile char *)(block + at) = 1;
	free(block);
}

/* Past the first few blocks. */
static bool malloc_maps(const struct param_value *params)
{
	int64_t bytes = params[SIZE_BYTES].number + CHUNK_HEADER_BYTES / 2;
	int64_t threshold = HIGHEST_THRESHOLD_BYTES;

	if (!params[MMAP_THRESHOLD].is_null)
		threshold = params[MMAP_THRESHOLD].number;
	else if (!params[TRIM_THRESHOLD].is_null)
		threshold = FIXED_THRESHOLD_BYTES;
	return bytes >= threshold;
}

static bool malloc_may_trim(const struct param_value *params)
{
	int64_t bytes = params[SIZE_BYTES].number;
	int64_t threshold = params[TRIM_THRESHOLD].is_null
				    ? FIXED_THRESHOLD_BYTES
				    : params[TRIM_THRESHOLD].number;

	/* The room that glibc adds at the end of a heap counts, too. */
	return (!params[MMAP_THRESHOLD].is_null || !params[TRIM_THRESHOLD].is_null) &&
	       bytes + FIXED_THRESHOLD_BYTES + REGION_PAGE_BYTES >= threshold &&
	       bytes + CHUNK_HEADER_BYTES >= CONSOLIDATION_BYTES;
}

static void malloc_expect(const struct expect_case *c, struct expectation *out)
{
	int64_t bytes = c->params[SIZE_BYTES].number;
	int64_t pages = (bytes + CHUNK_HEADER_BYTES) / REGION_PAGE_BYTES + 1;
	const char *name = allocator_names[c->params[ALLOCATOR].number];
	bool glibc = c->params[ALLOCATOR].number == ALLOCATOR_GLIBC;
	bool maps = glibc && malloc_maps(c->params);

	if (glibc && !maps && !malloc_may_trim(c->params)) {
		expect_nothing(out, "after the first block the allocator keeps the "
				    "memory and hands it out again: nothing to flush");
		return;
	}
	expect_one_flush(c, c->params[TOUCH].number ? pages : 1, ZAP_IN_TURN, out);
	if (out->kind == FLUSH_RANGED)
		out->kind = FLUSH_EITHER;
	out->pages = 0;
	if (maps) {
		snprintf(out->why, sizeof(out->why),
			 "a block of %lld bytes is at least the mmap threshold: mapped "
			 "and unmapped each time, and its page table may go too",
			 (long long)bytes);
		return;
	}
	out->kind = FLUSH_EITHER;
	out->flushes_per_op_low = out->shootdowns_per_op_low = 0;
	snprintf(out->why, sizeof(out->why),
		 "%s decides when freed memory goes back to the kernel: at every free, "
		 "at some, or never",
		 name);
}

static const struct param_desc malloc_params[] = {
	[SIZE_BYTES] = {.key = "size_bytes",
			.kind = PARAM_INT,
			.unit = "bytes",
			.help = "how large a block is",
			.min = 1,
			.max = 1073741824,
			.def = "1M",
			.step = 1},
	[TOUCH] = {.key = "touch",
		   .kind = PARAM_BOOL,
		   .unit = "",
		   .help = "write to every page of the block",
		   .def = "yes"},
	[ALLOCATOR] = {.key = "allocator",
		       .kind = PARAM_CHOICE,
		       .unit = "",
		       .help = "whose malloc the workers' process runs with",
		       .choices = allocator_names,
		       .def = "glibc"},
	[MMAP_THRESHOLD] = {.key = "mmap_threshold_bytes",
			    .kind = PARAM_INT,
			    .unit = "bytes",
			    .help = "glibc maps blocks from this size on "
				    "(M_MMAP_THRESHOLD)",
			    .min = 0,
			    .max = HIGHEST_THRESHOLD_BYTES,
			    .def = "null",
			    .nullable = true,
			    .null_text = "glibc's",
			    .step = 1},
	[TRIM_THRESHOLD] = {.key = "trim_threshold_bytes",
			    .kind = PARAM_INT,
			    .unit = "bytes",
			    .help = "glibc keeps so much free at a heap's end "
				    "(M_TRIM_THRESHOLD)",
			    .min = 0,
			    .max = 2147483647,
			    .def = "null",
			    .nullable = true,
			    .null_text = "glibc's",
			    .step = 1},
};

const struct workload_ops malloc_ops = {
	.desc = {.name = "malloc",
		 .title = "malloc and free",
		 .summary =
			 "Allocates a block, writes to it and frees it, with glibc's "
			 "thresholds or another allocator.",
		 .params = malloc_params,
		 .n_params = sizeof(malloc_params) / sizeof(malloc_params[0])},
	.check = malloc_check,
	.prepare = malloc_prepare,
	.operate = malloc_operate,
	.expect = malloc_expect,
};
