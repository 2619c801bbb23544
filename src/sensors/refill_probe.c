/* SPDX-License-Identifier: MIT */
/*
 * The measurement itself; see refill.h for what it means. A round is: flush, a cold
 * visit, one to settle, a warm visit. Rounds are taken at their median, so that an
 * interrupt in one of them does not count. Pages are visited in a random order, one
 * line each, at offsets that spread over the cache's sets.
 */
#include "tlblab/sensors/refill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/file.h"
#include "tlblab/base/stats.h"
#include "tlblab/base/text.h"

enum {
	PAGE_BYTES = 4096,
	HUGE_BYTES = 2 << 20,
	LINE_BYTES = 64,
	ROUNDS = 61,
	PAGES_MAX = 2048,
	HUGE_PAGES = 16,
	FLUSH_SPAN_PAGES = 1 << 16, /* far past any ceiling that makes sense */
};

static const int working_sets[] = {16, 64, REFILL_HEADLINE_PAGES, PAGES_MAX};

/* One line of a page: what a touch adds to its next address (0), and where a chase
 * goes next. */
struct cell {
	uint64_t zero;
	struct cell *next;
};

struct refill_flusher {
	char *pages;
};

int refill_flusher_open(struct refill_flusher **out)
{
	struct refill_flusher *f = malloc(sizeof(*f));
	size_t bytes = (size_t)FLUSH_SPAN_PAGES * PAGE_BYTES;

	if (!f)
		return -ENOMEM;
	f->pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (f->pages == MAP_FAILED) {
		int err = -errno;

		free(f);
		return err;
	}
	madvise(f->pages, bytes, MADV_NOHUGEPAGE);
	*out = f;
	return 0;
}

/* The flush's range reaches from the first page that was there to the last
 * (mm/mmu_gather.c, tlb_finish_mmu), so two pages make it as wide as wanted. */
int refill_flush(struct refill_flusher *f)
{
	size_t bytes = (size_t)FLUSH_SPAN_PAGES * PAGE_BYTES;

	*(volatile char *)f->pages = 1;
	*(volatile char *)(f->pages + bytes - PAGE_BYTES) = 1;
	return madvise(f->pages, bytes, MADV_DONTNEED) ? -errno : 0;
}

void refill_flusher_close(struct refill_flusher *f)
{
	if (!f)
		return;
	munmap(f->pages, (size_t)FLUSH_SPAN_PAGES * PAGE_BYTES);
	free(f);
}

/* n pages, a power of two, visited in the order of a generator of full period, so that
 * the order takes neither memory nor a translation of its own. */
struct page_set {
	uint32_t n;
	char *base;
	size_t page_bytes;
};

static inline uint32_t page_after(const struct page_set *set, uint32_t page)
{
	return (page * 1229 + 7) & (set->n - 1);
}

static inline struct cell *cell_of(const struct page_set *set, uint32_t page)
{
	return (struct cell *)(set->base + page * set->page_bytes +
			       page * LINE_BYTES % PAGE_BYTES);
}

static void set_arrange(struct page_set *set, char *base, int n, size_t page_bytes)
{
	*set = (struct page_set){(uint32_t)n, base, page_bytes};
	for (uint32_t page = 0; page < set->n; page++)
		*cell_of(set, page) =
			(struct cell){0, cell_of(set, page_after(set, page))};
}

static uint64_t visit_touch(const struct page_set *set)
{
	uint64_t begin = clock_tsc(), x = 0;
	uint32_t page = 0;

	for (uint32_t i = 0; i < set->n; i++) {
		x = ((volatile struct cell *)((char *)cell_of(set, page) + x))->zero;
		page = page_after(set, page);
	}
	return clock_tsc() - begin + x;
}

static uint64_t visit_chase(const struct page_set *set)
{
	uint64_t begin = clock_tsc();
	struct cell *at = cell_of(set, 0);

	for (uint32_t i = 0; i < set->n; i++)
		at = *(struct cell *volatile *)&at->next;
	return clock_tsc() - begin + (at == NULL);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Fills a point from ROUNDS rounds. */
static int measure_set(const struct page_set *set, struct refill_flusher *f,
		       enum refill_method method, double ns_per_tick,
		       struct refill_point *out)
{
	uint64_t (*visit)(const struct page_set *) =
		method == REFILL_TOUCH ? visit_touch : visit_chase;
	double refill[ROUNDS], warm[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		int err = refill_flush(f);
		uint64_t cold, settled;

		if (err)
			return err;
		cold = visit(set);
		visit(set);
		settled = visit(set);
		refill[i] = ((double)cold - (double)settled) / set->n;
		warm[i] = (double)settled / set->n;
	}
	qsort(refill, ROUNDS, sizeof(*refill), by_value);
	qsort(warm, ROUNDS, sizeof(*warm), by_value);
	out->pages = (int)set->n;
	out->tsc_cycles_per_page = stats_quantile_sorted(refill, ROUNDS, 0.5);
	out->ns_per_page = out->tsc_cycles_per_page * ns_per_tick;
	out->low_ns_per_page =
		stats_quantile_sorted(refill, ROUNDS, 0.25) * ns_per_tick;
	out->high_ns_per_page =
		stats_quantile_sorted(refill, ROUNDS, 0.75) * ns_per_tick;
	out->warm_ns_per_page = stats_quantile_sorted(warm, ROUNDS, 0.5) * ns_per_tick;
	return 0;
}

/* Bytes of transparent huge pages of this process; 0 where it cannot be told. */
static int64_t huge_bytes_in_use(void)
{
	static const char key[] = "AnonHugePages:";
	char *text, *line;
	int64_t kib = 0;

	if (file_read_all("", "/proc/self/smaps_rollup", &text, NULL))
		return 0;
	line = strstr(text, key);
	if (line)
		kib = strtoll(line + strlen(key), NULL, 10);
	free(text);
	return kib * 1024;
}

/* A mapping aligned to 2 MiB; *map is what to unmap. NULL when there is none. */
static char *map_aligned(size_t bytes, int advice, char **map)
{
	*map = mmap(NULL, bytes + HUGE_BYTES, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (*map == MAP_FAILED)
		return NULL;
	char *p = (char *)(((uintptr_t)*map + HUGE_BYTES - 1) &
			   ~(uintptr_t)(HUGE_BYTES - 1));

	madvise(p, bytes, advice);
	return p;
}

static int measure_small(struct page_set *set, struct refill_flusher *f,
			 enum refill_method method, double ns_per_tick,
			 struct refill_estimate *out)
{
	size_t bytes = (size_t)PAGES_MAX * PAGE_BYTES;
	char *map, *p = map_aligned(bytes, MADV_NOHUGEPAGE, &map);
	int err = p ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(working_sets) / sizeof(*working_sets) && !err;
	     i++) {
		struct refill_point *point = &out->point[out->n];

		set_arrange(set, p, working_sets[i], PAGE_BYTES);
		err = measure_set(set, f, method, ns_per_tick, point);
		point->page_bytes = PAGE_BYTES;
		out->n += !err;
	}
	if (p)
		munmap(map, bytes + HUGE_BYTES);
	return err;
}

static void measure_huge(struct page_set *set, struct refill_flusher *f,
			 enum refill_method method, double ns_per_tick,
			 struct refill_estimate *out)
{
	size_t bytes = (size_t)HUGE_PAGES * HUGE_BYTES;
	int64_t before = huge_bytes_in_use();
	char *map, *p = map_aligned(bytes, MADV_HUGEPAGE, &map);
	struct refill_point *point = &out->point[out->n];

	text_copy(out->huge_reason, sizeof(out->huge_reason), "out of memory");
	if (!p)
		return;
	set_arrange(set, p, HUGE_PAGES, HUGE_BYTES);
	text_copy(
		out->huge_reason, sizeof(out->huge_reason),
		"the kernel gave no transparent huge pages: "
		"/sys/kernel/mm/transparent_hugepage/enabled, or memory is in pieces");
	if (huge_bytes_in_use() - before >= (int64_t)bytes &&
	    !measure_set(set, f, method, ns_per_tick, point)) {
		point->page_bytes = HUGE_BYTES;
		out->n++;
		out->huge_reason[0] = '\0';
	}
	munmap(map, bytes + HUGE_BYTES);
}

int refill_measure(enum refill_method method, double tsc_ns_per_tick,
		   struct refill_estimate *out)
{
	struct refill_flusher *flusher;
	struct page_set set;
	int err;

	memset(out, 0, sizeof(*out));
	if (!(tsc_ns_per_tick > 0)) {
		text_copy(
			out->reason, sizeof(out->reason),
			"the time stamp counter is not invariant here: refills are too "
			"short for other clocks");
		return -EOPNOTSUPP;
	}
	err = refill_flusher_open(&flusher);
	if (!err) {
		err = measure_small(&set, flusher, method, tsc_ns_per_tick, out);
		if (!err)
			measure_huge(&set, flusher, method, tsc_ns_per_tick, out);
		refill_flusher_close(flusher);
	}
	if (err)
		snprintf(out->reason, sizeof(out->reason),
			 "the probe could not map its pages: %s", strerror(-err));
	return err;
}

const struct refill_point *refill_headline(const struct refill_estimate *e)
{
	for (int i = 0; i < e->n; i++)
		if (e->point[i].pages == REFILL_HEADLINE_PAGES &&
		    e->point[i].page_bytes == PAGE_BYTES)
			return &e->point[i];
	return NULL;
}
