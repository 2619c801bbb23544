/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_WORKLOADS_CHASE_H
#define TLBLAB_WORKLOADS_CHASE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A working set: pages that are visited one after another in a seeded random order,
 * one cache line each, every address read from the line before it. So a turn needs
 * every translation once and none can be guessed ahead, and what the walk takes longer
 * after a flush is the refill.
 */
struct chase {
	void *map;
	size_t bytes; /* mapped by chase_init; 0: the memory is another's */
	void **start; /* any line: the walk is a circle */
	int64_t pages;
};

/* Maps and touches small pages. 0, or -errno with a sentence in failure. */
int chase_init(struct chase *c, int64_t pages, char *failure, size_t failure_bytes);
/* The same over memory that is there, of pages * 4 KiB, touched. 0 or -ENOMEM. */
int chase_lay(struct chase *c, void *memory, int64_t pages);
void chase_fini(struct chase *c); /* fine on a zeroed one */

/* So many steps on; returns where it came to. */
static inline void **chase_walk(void **at, int64_t steps)
{
	while (steps-- > 0)
		at = *(void **volatile *)at;
	return at;
}

#endif
