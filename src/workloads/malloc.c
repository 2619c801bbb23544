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
 *
 * What no allocator hides is told every few milliseconds: page faults (none once it
 * keeps what it has, one a page where it gives everything back) and, between two
 * blocks, the memory that the process holds for nobody.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tlblab/base/clock.h"
#include "tlblab/workloads/allocator.h"
#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

enum { SIZE_BYTES, TOUCH, ALLOCATOR, MMAP_THRESHOLD, TRIM_THRESHOLD };
enum { FAULTS, KEPT };
enum { TELL_NS = 10000000, TELL_OPS_MAX = 1 << 20 };
enum {
	FIXED_THRESHOLD_BYTES = 128 << 10,
	HIGHEST_THRESHOLD_BYTES = 32 << 20,
	CHUNK_HEADER_BYTES = 16,
	/* Smaller chunks are freed without a look at the trim threshold. */
	CONSOLIDATION_BYTES = 64 << 10,
};

struct malloc_own {
	int statm_fd;	 /* of the process; -1: another of its threads tells */
	int every, left; /* operations from telling to telling, and till then */
	uint64_t told_ns;
	uint64_t faults, bytes; /* before the first block */
};
_Static_assert(sizeof(struct malloc_own) <= sizeof(((struct worker *)0)->local), "");

static int malloc_check(const struct experiment *e, const struct param_value *params,
			struct error *error)
{
	enum allocator a = (enum allocator)params[ALLOCATOR].number;
	char path[128], what_to_do[96];

	(void)e;
	if (a == ALLOCATOR_GLIBC)
		return 0;
	if (!params[MMAP_THRESHOLD].is_null || !params[TRIM_THRESHOLD].is_null)
		return error_setf(error, ERROR_INPUT, EINVAL, "allocator",
				  "leave both thresholds at the allocator's",
				  "%s knows nothing of glibc's thresholds",
				  allocator_names[a]);
	if (allocator_library(a, path, sizeof(path)))
		return 0;
	snprintf(what_to_do, sizeof(what_to_do),
		 "install it (Debian: %s), or choose glibc", allocator_package(a));
	return error_setf(error, ERROR_MACHINE, ENOENT, "allocator", what_to_do,
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

static uint64_t malloc_faults(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) ? 0 : (uint64_t)usage.ru_minflt;
}

/* Resident memory that is no file's: proc(5), statm, the second field less the third.
 */
static uint64_t malloc_resident_bytes(const struct malloc_own *own)
{
	long long all, resident, shared;
	char text[128] = "";

	if (own->statm_fd < 0 || pread(own->statm_fd, text, sizeof(text) - 1, 0) <= 0 ||
	    sscanf(text, "%lld %lld %lld", &all, &resident, &shared) != 3)
		return 0;
	return (uint64_t)(resident - shared) * REGION_PAGE_BYTES;
}

static int malloc_enter(struct worker *w)
{
	struct malloc_own *own = memset(w->local, 0, sizeof(w->local));
	bool alone = gettid() == getpid();

	own->statm_fd = -1;
	if (alone || w->index == 0)
		own->statm_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	own->every = own->left = 1;
	own->faults = malloc_faults();
	own->bytes = malloc_resident_bytes(own);
	own->told_ns = clock_now_ns();
	w->own = own;
	return 0;
}

static __attribute__((noinline)) void malloc_tell(struct worker *w)
{
	struct malloc_own *own = w->own;
	uint64_t bytes = malloc_resident_bytes(own), now_ns = clock_now_ns();

	worker_publish(w, FAULTS, malloc_faults() - own->faults);
	worker_publish(w, KEPT, bytes > own->bytes ? bytes - own->bytes : 0);
	if (now_ns - own->told_ns < TELL_NS / 2 && own->every < TELL_OPS_MAX)
		own->every *= 2;
	else if (now_ns - own->told_ns > 2 * TELL_NS && own->every > 1)
		own->every /= 2;
	own->told_ns = now_ns;
	own->left = own->every;
}

static void malloc_operate(struct worker *w)
{
	struct malloc_own *own = w->own;
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
	if (--own->left == 0)
		malloc_tell(w);
}

static void malloc_leave(struct worker *w)
{
	const struct malloc_own *own = w->own;

	malloc_tell(w);
	if (own->statm_fd >= 0)
		close(own->statm_fd);
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

static const struct extra_desc malloc_extras[] = {
	[FAULTS] = {"page_faults", "faults",
		    "pages it had to get from the kernel: none once the allocator "
		    "keeps them",
		    false},
	[KEPT] = {"kept_bytes", "bytes",
		  "that the process holds while no block is in use; about, as the "
		  "kernel counts in batches",
		  true},
};

const struct workload_ops malloc_ops = {
	.desc = {.name = "malloc",
		 .title = "malloc and free",
		 .summary =
			 "Allocates a block, writes to it and frees it, with glibc's "
			 "thresholds or another allocator.",
		 .params = malloc_params,
		 .n_params = sizeof(malloc_params) / sizeof(malloc_params[0]),
		 .extras = malloc_extras,
		 .n_extras = sizeof(malloc_extras) / sizeof(malloc_extras[0])},
	.check = malloc_check,
	.prepare = malloc_prepare,
	.enter = malloc_enter,
	.operate = malloc_operate,
	.leave = malloc_leave,
	.expect = malloc_expect,
};
