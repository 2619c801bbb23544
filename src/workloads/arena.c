/* SPDX-License-Identifier: MIT */
/*
 * The semantics that were proposed for the kernel as MADV_LAZYFREE and MADV_REUSE
 * (Rik van Riel), for memory that a program hands round itself.
 *
 *           free                reclaim
 *   LIVE ──────────▶ FREED ──────────────▶ EMPTY      freed ranges are a list by age;
 *    ▲ ◀──────────── reuse: data ◀──────── reuse: 0   empty ones a list in any order
 *    └──────────────── take: zeros ◀────────┘
 *
 * free and reuse move a range between lists: no system call, no flush, no line shared
 * with another worker. What is freed beyond the budget, or when memory is short, is
 * reclaimed oldest first and many at a time: neighbours are one piece, and all pieces
 * go in one system call where the kernel takes several (process_madvise on oneself,
 * one flush for all of them since 6.16, mm/madvise.c), so that one flush serves the
 * batch.
 *
 * A range that is taken for something else must not be reached any more by workers
 * that found it before it was freed. Every free notes the generation; every worker
 * says, when it holds nothing, which generation it has seen. Where all have passed a
 * range's generation, clearing it is enough and nothing is flushed. Where not, it is
 * reclaimed with its batch. The generation moves only when somebody had to look, so
 * the line it is on is read by all and hardly ever written.
 *
 * Invariants: every range is live or in one list; generations never fall from the
 * oldest freed range to the newest; frees = kept + recycled + reclaimed + freed.n.
 */
#include "workloads/arena.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	NONE = -1,
	PIECES_MAX = 64,
	WORD_BITS = 64,
	LOOKS_A_ROUND = 8, /* while all ranges are recycled once */
};

struct arena_generations *arena_generations_new(int n_slots)
{
	struct arena_generations *g;
	size_t bytes = sizeof(*g) + (size_t)n_slots * sizeof(g->slots[0]);

	g = aligned_alloc(alignof(struct arena_generations), bytes);
	if (!g)
		return NULL;
	memset(g, 0, bytes);
	atomic_store(&g->now, 1);
	g->n_slots = n_slots;
	return g;
}

void arena_generations_free(struct arena_generations *g)
{
	free(g);
}

static void arena_append(struct arena *a, struct arena_list *list, int range,
			 enum arena_state state)
{
	struct arena_range *r = &a->ranges[range];

	r->state = state;
	r->older = list->newest;
	r->newer = NONE;
	if (list->newest == NONE)
		list->oldest = range;
	else
		a->ranges[list->newest].newer = range;
	list->newest = range;
	list->n++;
}

static void arena_remove(struct arena *a, struct arena_list *list, int range)
{
	struct arena_range *r = &a->ranges[range];

	if (r->older == NONE)
		list->oldest = r->newer;
	else
		a->ranges[r->older].newer = r->newer;
	if (r->newer == NONE)
		list->newest = r->older;
	else
		a->ranges[r->newer].older = r->older;
	list->n--;
	r->state = ARENA_LIVE;
}

int arena_init(struct arena *a, const struct arena_config *config)
{
	size_t n = (size_t)config->n_ranges;

	*a = (struct arena){
		.base = config->base,
		.range_bytes = config->range_bytes,
		.n_ranges = config->n_ranges,
		.budget_ranges = config->budget_ranges,
		.freed = {NONE, NONE, 0},
		.empty = {NONE, NONE, 0},
		.generations = config->generations,
		.slot = config->slot,
		.pidfd = NONE,
	};
	a->ranges = calloc(n, sizeof(*a->ranges));
	a->batch_bits = calloc(n / WORD_BITS + 1, sizeof(*a->batch_bits));
	if (!a->ranges || !a->batch_bits) {
		arena_fini(a);
		return -ENOMEM;
	}
	for (int i = 0; i < a->n_ranges; i++)
		arena_append(a, &a->empty, i, ARENA_EMPTY);
	a->pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	return 0;
}

void arena_fini(struct arena *a)
{
	/* Who has left holds nothing: nobody waits for it. */
	if (a->generations)
		atomic_store(&a->generations->slots[a->slot].passed, UINT64_MAX);
	if (a->pidfd >= 0)
		close(a->pidfd);
	free(a->ranges);
	free(a->batch_bits);
	*a = (struct arena){.pidfd = NONE};
}

struct arena *arena_new_one(char *base, size_t bytes)
{
	struct arena *a = malloc(sizeof(*a));
	struct arena_generations *g = arena_generations_new(1);
	const struct arena_config config = {.base = base,
					    .range_bytes = bytes,
					    .n_ranges = 1,
					    .budget_ranges = 1,
					    .generations = g};

	if (a && g && !arena_init(a, &config)) {
		arena_reuse(a, 0);
		return a;
	}
	free(a);
	arena_generations_free(g);
	return NULL;
}

void arena_free_one(struct arena *a)
{
	if (!a)
		return;
	struct arena_generations *g = a->generations;

	arena_fini(a);
	arena_generations_free(g);
	free(a);
}

int arena_free(struct arena *a, int range)
{
	a->ranges[range].generation = atomic_load(&a->generations->now);
	arena_append(a, &a->freed, range, ARENA_FREED);
	a->counts.frees++;
	if (a->freed.n <= a->budget_ranges)
		return 0;
	/* Down to half, so that the next flush is a batch away. */
	return arena_reclaim(a, a->freed.n - a->budget_ranges / 2);
}

int arena_reuse(struct arena *a, int range)
{
	bool kept = a->ranges[range].state == ARENA_FREED;

	arena_remove(a, kept ? &a->freed : &a->empty, range);
	a->counts.kept += kept;
	return a->freed.n ? 0 : ARENA_LAST;
}

void arena_pass(struct arena *a)
{
	struct arena_generations *g = a->generations;
	struct arena_slot *own = &g->slots[a->slot];
	uint64_t now = atomic_load(&g->now);

	/* Release: what was done with old ranges is done before this is seen. */
	if (atomic_load_explicit(&own->passed, memory_order_relaxed) != now)
		atomic_store_explicit(&own->passed, now, memory_order_release);
}

/* The generation that all workers have passed; moves the present one on when they all
 * have arrived there. */
static uint64_t arena_look_round(struct arena *a)
{
	struct arena_generations *g = a->generations;
	uint64_t now = atomic_load(&g->now), least = now;

	for (int i = 0; i < g->n_slots; i++) {
		uint64_t passed = atomic_load(&g->slots[i].passed);

		least = passed < least ? passed : least;
	}
	if (least == now)
		atomic_compare_exchange_strong(&g->now, &now, now + 1);
	return least;
}

/* Freed in a generation that all have left behind? */
static bool arena_unreachable(struct arena *a, int range)
{
	uint64_t generation = a->ranges[range].generation;

	/* Now and then even without need: what is freed after the generation moved on
	 * is out of reach by the time it has become the oldest. */
	if (--a->takes_to_look <= 0) {
		a->all_passed = arena_look_round(a);
		a->takes_to_look = a->n_ranges / LOOKS_A_ROUND;
	}
	/* Alone, the second look finds what the first one made possible. */
	for (int i = 0; i < 2 && a->all_passed <= generation; i++) {
		arena_pass(a);
		a->all_passed = arena_look_round(a);
	}
	return a->all_passed > generation;
}

static int arena_recycle(struct arena *a)
{
	int range = a->freed.oldest;

	arena_remove(a, &a->freed, range);
	memset(arena_address(a, range), 0, a->range_bytes);
	a->counts.recycled++;
	return range;
}

int arena_take(struct arena *a)
{
	arena_pass(a);
	if (!a->empty.n && !a->freed.n)
		return -ENOMEM;
	if (!a->empty.n && arena_unreachable(a, a->freed.oldest))
		return arena_recycle(a);
	if (!a->empty.n) {
		int err = arena_reclaim(a, (a->freed.n + 1) / 2);

		if (err)
			return err;
	}
	int range = a->empty.oldest;

	arena_remove(a, &a->empty, range);
	return range;
}

static int arena_zap_each(struct arena *a, const struct iovec *pieces, int n)
{
	for (int i = 0; i < n; i++) {
		if (madvise(pieces[i].iov_base, pieces[i].iov_len, MADV_DONTNEED))
			return -errno;
		a->counts.flushes++;
	}
	return 0;
}

/* Zapping a piece twice does no harm: after a partial success all are zapped again. */
static int arena_zap(struct arena *a, const struct iovec *pieces, int n)
{
	size_t bytes = 0;

	for (int i = 0; i < n; i++)
		bytes += pieces[i].iov_len;
	if (n > 1 && a->pidfd >= 0 &&
	    syscall(SYS_process_madvise, a->pidfd, pieces, (size_t)n, MADV_DONTNEED,
		    0) == (long)bytes) {
		a->counts.flushes++;
		return 0;
	}
	return arena_zap_each(a, pieces, n);
}

static bool arena_in_batch(const struct arena *a, int range)
{
	return a->batch_bits[range / WORD_BITS] >> range % WORD_BITS & 1;
}

/* The next run of ranges in the batch from *at on, or an empty one; leaves the batch.
 */
static struct iovec arena_next_piece(struct arena *a, int *at)
{
	int i = *at;

	while (i < a->n_ranges && !arena_in_batch(a, i))
		i += a->batch_bits[i / WORD_BITS] ? 1 : WORD_BITS - i % WORD_BITS;
	i = i < a->n_ranges ? i : a->n_ranges;
	int from = i;

	for (; i < a->n_ranges && arena_in_batch(a, i); i++)
		a->batch_bits[i / WORD_BITS] &= ~(UINT64_C(1) << i % WORD_BITS);
	*at = i;
	return (struct iovec){.iov_base = arena_address(a, from),
			      .iov_len = (size_t)(i - from) * a->range_bytes};
}

int arena_reclaim(struct arena *a, int n)
{
	struct iovec pieces[PIECES_MAX];
	int n_pieces = 0, err = 0;

	for (; n > 0 && a->freed.n; n--) {
		int range = a->freed.oldest;

		arena_remove(a, &a->freed, range);
		arena_append(a, &a->empty, range, ARENA_EMPTY);
		a->counts.reclaimed++;
		a->batch_bits[range / WORD_BITS] |= UINT64_C(1) << range % WORD_BITS;
	}
	for (int at = 0; !err && at < a->n_ranges;) {
		pieces[n_pieces] = arena_next_piece(a, &at);
		n_pieces += pieces[n_pieces].iov_len > 0;
		if (n_pieces == PIECES_MAX || (at == a->n_ranges && n_pieces)) {
			err = arena_zap(a, pieces, n_pieces);
			n_pieces = 0;
		}
	}
	return err;
}

uint64_t arena_flushes_avoided(const struct arena *a)
{
	const struct arena_counts *c = &a->counts;
	uint64_t settled = c->kept + c->recycled + c->reclaimed;

	return settled > c->flushes ? settled - c->flushes : 0;
}
