/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_ARENA_H
#define TLBLAB_SRC_WORKLOADS_ARENA_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Lazy freeing in user space: ranges of memory that are freed without a system call
 * and, until somebody reclaims them, come back with their data; see arena.c.
 */

/* What all workers of one address space share: the generation, and the last one that
 * each of them is known to have passed. */
struct arena_slot {
	alignas(128) _Atomic uint64_t passed; /* written by its worker only */
};

struct arena_generations {
	alignas(128) _Atomic uint64_t now;
	int n_slots;
	struct arena_slot slots[];
};

/* NULL when memory is short; n_slots workers, all of which must go on passing. */
struct arena_generations *arena_generations_new(int n_slots);
void arena_generations_free(struct arena_generations *g);

enum arena_state {
	ARENA_EMPTY, /* reads as zeros */
	ARENA_LIVE,  /* somebody's */
	ARENA_FREED, /* nobody's, data still there */
};

struct arena_range {
	uint64_t generation;  /* in which it was freed */
	int32_t older, newer; /* among the freed, or the empty ones; -1 none */
	enum arena_state state;
};

/* Ranges of one state, by how long they have been in it. */
struct arena_list {
	int oldest, newest; /* -1 none */
	int n;
};

/* Counts since arena_init. */
struct arena_counts {
	uint64_t frees;
	uint64_t kept;	    /* reused with their data */
	uint64_t recycled;  /* taken for something else, no flush needed */
	uint64_t reclaimed; /* given back to the kernel */
	uint64_t flushes;   /* system calls that did so */
};

/* One worker's; only that worker calls the functions below. */
struct arena {
	char *base;
	size_t range_bytes;
	int n_ranges;
	int budget_ranges; /* freed ones beyond this many are reclaimed */
	struct arena_range *ranges;
	struct arena_list freed, empty;
	struct arena_generations *generations;
	int slot;
	uint64_t all_passed; /* everybody is known to have passed this one */
	int takes_to_look;   /* until it looks round again */
	struct arena_counts counts;
	uint64_t *batch_bits; /* scratch of arena_reclaim: a bit a range */
	int pidfd;	      /* of this process, -1: none */
};

struct arena_config {
	char *base; /* n_ranges x range_bytes, page-aligned, private and zero */
	size_t range_bytes;
	int n_ranges;
	int budget_ranges; /* 0 … n_ranges */
	struct arena_generations *generations;
	int slot;
};

/* 0 or -errno. */
int arena_init(struct arena *a, const struct arena_config *config);
void arena_fini(struct arena *a);

/* For one worker and one range, live, that it alone frees and reuses. NULL when memory
 * is short. */
struct arena *arena_new_one(char *base, size_t bytes);
void arena_free_one(struct arena *a);

/* The last of the freed ranges was asked back: none is left to reclaim. */
enum { ARENA_LAST = 1 };

/* Frees a live range. A system call only when this exceeds the budget. 0, or -errno
 * from that call, after which the arena is of no use any more. */
int arena_free(struct arena *a, int range);
/* Makes a range that was freed one's own again: with its data, or zeros if it was
 * reclaimed. 0 or ARENA_LAST. No system call. */
int arena_reuse(struct arena *a, int range);
/* Takes any range for something else: zeros. The caller passes the present generation.
 * The range, -ENOMEM when all are live, or -errno. */
int arena_take(struct arena *a);
/* The worker holds nothing that it found before now. */
void arena_pass(struct arena *a);
/* Gives the n oldest freed ranges (or all there are) back to the kernel. 0 or -errno.
 */
int arena_reclaim(struct arena *a, int n);

static inline char *arena_address(const struct arena *a, int range)
{
	return a->base + (size_t)range * a->range_bytes;
}

static inline uint64_t arena_held_bytes(const struct arena *a)
{
	return (uint64_t)a->freed.n * a->range_bytes;
}

/* Against freeing every range at once, by a system call that flushes. */
uint64_t arena_flushes_avoided(const struct arena *a);

#endif
