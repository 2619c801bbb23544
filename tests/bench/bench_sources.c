/* SPDX-License-Identifier: MIT */
/*
 * The workloads that flush little or by a detour, through the rig's loop and bare: see
 * loops.h. Bare loops make the very calls that the workloads make, on their memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <sys/syscall.h>

#include "bench/loops.h"
#include "tlblab/workloads/chase.h"
#include "workloads/arena.h"
#include "workloads/delayed.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

enum {
	PMAP_PAGES = 4, /* its default */
	LAZY_RANGES = 64,
	WORKING_SET = 512,
	VICTIM_BATCHES = 2000,
	VICTIM_ROUNDS = 101,
	BATCH_PAGES = 64,
};

/* One operation of pmap: enters PMAP_PAGES mappings and removes them in a block. */
struct pmap_bare {
	struct delayed_block block;
	struct {
		_Atomic uint64_t mapping;
		struct delayed_page page;
	} entries[PMAP_PAGES];
};

static void bare_pmap(struct worker *w, char *pages, uint64_t n)
{
	/* What the workers share begins with the protocol. */
	struct delayed *d = (struct delayed *)w->space;
	static __thread struct pmap_bare *own;

	(void)pages;
	if (!own) {
		/* Stays: the others may look at its record to the end. */
		own = aligned_alloc(alignof(struct pmap_bare), sizeof(*own));
		must(own);
		memset(own, 0, sizeof(*own));
		d->ops->join(d, &own->block);
	}
	while (n--) {
		for (int i = 0; i < PMAP_PAGES; i++)
			atomic_store_explicit(&own->entries[i].mapping, 1,
					      memory_order_relaxed);
		d->ops->start(d, &own->block);
		for (int i = 0; i < PMAP_PAGES; i++)
			if (atomic_exchange(&own->entries[i].mapping, 0))
				d->ops->note(&own->block, &own->entries[i].page);
		d->ops->finish(d, &own->block);
	}
}

static void bare_collateral(struct worker *w, char *pages, uint64_t n)
{
	static __thread void **at;
	/* What the workers share begins with the working set. */
	const struct chase *chase = (const struct chase *)w->space;

	at = chase->start;
	while (n--) {
		(void)*(volatile char *)pages;
		(void)*(volatile char *)(pages + REGION_PAGE_BYTES);
		must(!madvise(pages, 2 * REGION_PAGE_BYTES, MADV_DONTNEED));
		at = chase_walk(at, WORKING_SET);
	}
}

/* An arena of its own over the workload's ranges: within the budget neither gives
 * anything back. */
static void bare_lazyfree(struct worker *w, char *pages, uint64_t n)
{
	static __thread struct arena arena;
	static __thread int next;

	(void)w;
	if (arena.base != pages) {
		struct arena_generations *g = arena_generations_new(1);

		must(g && !arena_init(&arena, &(struct arena_config){
						      .base = pages,
						      .range_bytes = REGION_PAGE_BYTES,
						      .n_ranges = LAZY_RANGES,
						      .budget_ranges = LAZY_RANGES,
						      .generations = g,
					      }));
	}
	while (n--) {
		int range = next;

		next = next + 1 < LAZY_RANGES ? next + 1 : 0;
		arena_pass(&arena);
		arena_reuse(&arena, range);
		*(volatile char *)arena_address(&arena, range) = 1;
		must(!arena_free(&arena, range));
	}
}

static void bare_thp(struct worker *w, char *huge, uint64_t n)
{
	(void)w;
	while (n--) {
		while (madvise(huge, REGION_TABLE_PAGES * REGION_PAGE_BYTES,
			       MADV_COLLAPSE))
			must(errno == EAGAIN || errno == EBUSY);
		must(!madvise(huge, REGION_PAGE_BYTES, MADV_DONTNEED));
		*(volatile char *)huge = 1;
	}
}

static void bare_writeback(struct worker *w, char *pages, uint64_t n)
{
	const size_t bytes =
		(size_t)w->params[0].number * REGION_PAGE_BYTES; /* its pages */

	while (n--) {
		region_write(pages, bytes);
		must(!msync(pages, bytes, MS_SYNC));
	}
}

static void bare_migrate(struct worker *w, char *pages, uint64_t n)
{
	void *page = pages;
	int to = 0, status;

	(void)w;
	while (n--) {
		*(volatile char *)pages = 1;
		must(!syscall(SYS_move_pages, 0, 1L, &page, &to, &status,
			      MPOL_MF_MOVE));
		to = !to;
	}
}

static void bare_compact(struct worker *w, char *pages, uint64_t n)
{
	int fd = open("/proc/sys/vm/compact_memory", O_WRONLY | O_CLOEXEC);

	(void)w;
	(void)pages;
	while (n--)
		must(pwrite(fd, "1", 1, 0) == 1);
	close(fd);
}

static const struct bench_case cases[] = {
	{"pmap, mutex", "pmap", {{"reclaim", "mutex"}}, bare_pmap, 0},
	{"pmap, epoch", "pmap", {{"reclaim", "epoch"}}, bare_pmap, 0},
	{"lazyfree and reuse", "lazyfree", {{NULL}}, bare_lazyfree, 0},
	{"collateral, 512 pages kept", "collateral", {{NULL}}, bare_collateral, 0.99},
	{"thp, collapse and split", "thp", {{NULL}}, bare_thp, 0.99, true},
	{"writeback, 8 pages",
	 "writeback",
	 {{"method", "msync"}, {"pages", "8"}},
	 bare_writeback,
	 0.99,
	 true},
	{"migrate", "migrate", {{NULL}}, bare_migrate, 0.99},
	{"compact", "compact", {{NULL}}, bare_compact, 0.99},
};

/* A bystander's victim writes batch after batch, each of them timed. The rig's loop
 * runs until its gate says stop, which the last batch of a round sees to. */
static struct rig_slot victim_slot;
static int victim_left;

static void victim_operate(struct worker *w)
{
	if (!--victim_left)
		atomic_store(&victim_slot.gate, GATE_STOP);
	workload_find("bystander")->operate(w);
}

static double victim_rig_ns(struct worker *w)
{
	static const struct workload_ops ops = {.operate = victim_operate};
	static const struct rig_shared shared;
	uint64_t begin_ns = clock_now_ns();

	victim_left = VICTIM_BATCHES;
	atomic_store(&victim_slot.gate, GATE_OPEN);
	loop_victim_work(&shared, &victim_slot, GATE_OPEN, &victim_slot.count,
			 &victim_slot, &ops, w);
	return (double)(clock_now_ns() - begin_ns) / VICTIM_BATCHES;
}

static double victim_bare_ns(char *pages, size_t bytes)
{
	const size_t batch = BATCH_PAGES * REGION_PAGE_BYTES;
	uint64_t begin_ns = clock_now_ns();
	size_t at = 0;

	for (int i = 0; i < VICTIM_BATCHES; i++, at += batch) {
		if (at + batch > bytes)
			at = 0;
		region_write(pages + at, batch);
	}
	return (double)(clock_now_ns() - begin_ns) / VICTIM_BATCHES;
}

static void bench_victim(void)
{
	static double ratios[ROUNDS], same[ROUNDS], more_ns[ROUNDS];
	struct experiment e = rig_test_experiment("bystander");
	const struct workload_ops *ops = workload_find("bystander");
	struct worker w = {.workers = 1, .cpu = -1, .params = e.params, .victim = true};
	const size_t bytes = 4 << 20;

	rig_test_set(&e, "b_bytes", "4M");
	must(!ops->enter(&w));
	char *chunk = *(char **)w.own;

	for (int i = 0; i < VICTIM_ROUNDS; i++) {
		double first = victim_bare_ns(chunk, bytes);
		double rig = victim_rig_ns(&w);
		double last = victim_bare_ns(chunk, bytes);

		ratios[i] = (first + last) / 2 / rig;
		same[i] = i % 2 ? first / last : last / first;
		more_ns[i] = rig - (first + last) / 2;
	}
	qsort(more_ns, VICTIM_ROUNDS, sizeof(double), by_value);
	ratio_row("bystander's victim, 64 pages", "rig/bare", ratios, VICTIM_ROUNDS,
		  more_ns[VICTIM_ROUNDS / 2], 0.99);
	ratio_row("bystander's victim, 64 pages", "A/A", same, VICTIM_ROUNDS, NAN, 0);
}

/* With a word, only the loops whose names contain it. */
int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;

	printf("%-44s %9s  %-6s %s\n", "name", "value", "unit", "spread and target");
	bench_cases(cases, sizeof(cases) / sizeof(cases[0]), only);
	if (!only || strstr("bystander", only))
		bench_victim();
	return 0;
}
