/* SPDX-License-Identifier: MIT */
#include "tlblab/workloads/chase.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tlblab/base/stats.h"

enum { PAGE_BYTES = 4096, LINE_BYTES = 64, LINES_PER_PAGE = PAGE_BYTES / LINE_BYTES };

/* Every page its own line of the 64, so that they spread over the cache's sets. */
static void **chase_line(const struct chase *c, int64_t page)
{
	return (void **)((char *)c->map + page * PAGE_BYTES +
			 page % LINES_PER_PAGE * LINE_BYTES);
}

/* Sattolo's shuffle: one circle through all pages. */
static int chase_link(struct chase *c)
{
	struct rng rng = {1};
	int64_t *next = calloc((size_t)c->pages, sizeof(*next));

	if (!next)
		return -ENOMEM;
	for (int64_t i = 0; i < c->pages; i++)
		next[i] = i;
	for (int64_t i = c->pages - 1; i > 0; i--) {
		int64_t k = (int64_t)rng_below(&rng, (uint64_t)i), kept = next[i];

		next[i] = next[k];
		next[k] = kept;
	}
	for (int64_t i = 0; i < c->pages; i++)
		*chase_line(c, i) = chase_line(c, next[i]);
	free(next);
	return 0;
}

int chase_lay(struct chase *c, void *memory, int64_t pages)
{
	*c = (struct chase){.map = memory, .pages = pages};
	c->start = chase_line(c, 0);
	return chase_link(c);
}

int chase_init(struct chase *c, int64_t pages, char *failure, size_t failure_bytes)
{
	int err = 0;

	memset(c, 0, sizeof(*c));
	c->pages = pages;
	c->bytes = (size_t)pages * PAGE_BYTES;
	c->map = mmap(NULL, c->bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (c->map == MAP_FAILED) {
		err = -errno;
		c->map = NULL;
	}
	/* Without huge pages in the kernel there is nothing to switch off (EINVAL). */
	if (!err && madvise(c->map, c->bytes, MADV_NOHUGEPAGE) && errno != EINVAL)
		err = -errno;
	if (!err)
		err = chase_link(c);
	if (err) {
		snprintf(failure, failure_bytes,
			 "cannot map a working set of %lld pages: %s", (long long)pages,
			 strerror(-err));
		chase_fini(c);
		return err;
	}
	c->start = chase_line(c, 0);
	return 0;
}

void chase_fini(struct chase *c)
{
	if (c->map && c->bytes)
		munmap(c->map, c->bytes);
	memset(c, 0, sizeof(*c));
}
