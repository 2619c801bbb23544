/* SPDX-License-Identifier: MIT */
/* The workloads that call the kernel, through the rig's loop and bare: see loops.h. */
#include <linux/membarrier.h>
#include <signal.h>
#include <sys/syscall.h>

#include "bench/loops.h"

enum {
	REUSE_PAGES = 256,
	FORK_PAGES = 16, /* its default */
	MALLOC_BYTES = 1 << 20,
};

static void bare_madvise(struct worker *w, char *pages, uint64_t n)
{
	(void)w;
	while (n--)
		must(!madvise(pages, REGION_PAGE_BYTES, MADV_DONTNEED));
}

static void bare_touch_madvise(struct worker *w, char *pages, uint64_t n)
{
	(void)w;
	while (n--) {
		*(volatile char *)pages = 1;
		must(!madvise(pages, REGION_PAGE_BYTES, MADV_DONTNEED));
	}
}

static void bare_mmap1(struct worker *w, char *pages, uint64_t n)
{
	const size_t bytes = (size_t)128 << 20;

	(void)w;
	while (n--) {
		void *map = mmap(pages, bytes, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		must(map != MAP_FAILED);
		must(!munmap(map, bytes));
	}
}

static void bare_munmap(struct worker *w, char *pages, uint64_t n)
{
	(void)w;
	while (n--) {
		must(mmap(pages, REGION_PAGE_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
			  0) == pages);
		*(volatile char *)pages = 1;
		must(!munmap(pages, REGION_PAGE_BYTES));
	}
}

static void bare_free(struct worker *w, char *pages, uint64_t n)
{
	(void)w;
	while (n--) {
		*(volatile char *)pages = 1;
		must(!madvise(pages, REGION_PAGE_BYTES, MADV_FREE));
	}
}

static void bare_write(char *pages, int n)
{
	region_write(pages, (size_t)n * REGION_PAGE_BYTES);
}

static void bare_mprotect_none(struct worker *w, char *pages, uint64_t n)
{
	(void)w;
	while (n--) {
		must(!mprotect(pages, REGION_PAGE_BYTES, PROT_READ | PROT_WRITE));
		*(volatile char *)pages = 1;
		must(!mprotect(pages, REGION_PAGE_BYTES, PROT_NONE));
	}
}

static void bare_membarrier(struct worker *w, char *pages, uint64_t n)
{
	(void)w;
	while (n--) {
		*(volatile char *)pages = 1;
		must(!syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
	}
}

static void bare_reuse(struct worker *w, char *pages, uint64_t n)
{
	(void)w;
	while (n--)
		bare_write(pages, REUSE_PAGES);
}

static void bare_mprotect(struct worker *w, char *pages, uint64_t n)
{
	(void)w;
	while (n--) {
		must(!mprotect(pages, REGION_PAGE_BYTES, PROT_READ));
		must(!mprotect(pages, REGION_PAGE_BYTES, PROT_READ | PROT_WRITE));
		*(volatile char *)pages = 1;
	}
}

static void bare_fork(struct worker *w, char *pages, uint64_t n)
{
	(void)w;
	while (n--) {
		pid_t child = (pid_t)syscall(SYS_clone, 0L, NULL, NULL, NULL, NULL);

		must(child >= 0);
		if (!child)
			for (;;)
				pause();
		bare_write(pages, FORK_PAGES);
		must(!kill(child, SIGKILL));
		must(waitpid(child, NULL, __WALL) == child);
	}
}

static void bare_mmap1_touch(struct worker *w, char *pages, uint64_t n)
{
	const size_t bytes = (size_t)1 << 20;

	(void)w;
	while (n--) {
		char *map = mmap(pages, bytes, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		must(map != MAP_FAILED);
		bare_write(map, (int)(bytes / REGION_PAGE_BYTES));
		must(!munmap(map, bytes));
	}
}

static void bare_malloc(struct worker *w, char *pages, uint64_t n)
{
	(void)w;
	(void)pages;
	while (n--) {
		char *volatile block = malloc(MALLOC_BYTES);

		must(block);
		bare_write(block, MALLOC_BYTES / REGION_PAGE_BYTES);
		free(block);
	}
}

static const struct bench_case cases[] = {
	{"madvise untouched", "madvise", {{"shared", "no"}}, bare_madvise, 0.99},
	{"madvise touched",
	 "madvise",
	 {{"shared", "no"}, {"touch", "yes"}},
	 bare_touch_madvise,
	 0.99},
	{"mmap1", "mmap1", {{NULL}}, bare_mmap1, 0.99, true},
	{"release munmap", "release", {{"method", "munmap"}}, bare_munmap, 0.99},
	{"release dontneed",
	 "release",
	 {{"method", "dontneed"}},
	 bare_touch_madvise,
	 0.99},
	{"release free", "release", {{"method", "free"}}, bare_free, 0.99},
	{"release mprotect",
	 "release",
	 {{"method", "mprotect"}},
	 bare_mprotect_none,
	 0.99},
	{"release membarrier",
	 "release",
	 {{"method", "membarrier"}},
	 bare_membarrier,
	 0.99},
	{"release reuse of 256 pages",
	 "release",
	 {{"method", "reuse"}, {"pages", "256"}},
	 bare_reuse,
	 0.99},
	{"mmap1 touched, 1 MiB",
	 "mmap1",
	 {{"touch", "yes"}, {"size_bytes", "1M"}},
	 bare_mmap1_touch,
	 0.99,
	 true},
	{"mprotect", "mprotect", {{NULL}}, bare_mprotect, 0.99},
	{"fork, 16 pages", "fork", {{NULL}}, bare_fork, 0.99},
	{"malloc, 1 MiB", "malloc", {{"size_bytes", "1M"}}, bare_malloc, 0.99},
};

/* With a word, only the loops whose names contain it. */
int main(int argc, char **argv)
{
	printf("%-44s %9s  %-6s %s\n", "name", "value", "unit", "spread and target");
	bench_cases(cases, sizeof(cases) / sizeof(cases[0]), argc > 1 ? argv[1] : NULL);
	return 0;
}
