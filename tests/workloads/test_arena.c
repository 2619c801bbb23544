/* SPDX-License-Identifier: MIT */
/*
 * The arena of lazily freed ranges against a model so simple that it can be seen to be
 * right: what each range must hold, and which freed range is the oldest.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "workloads/arena.h"
#include "workloads/pressure.h"

enum { PAGE = 4096, RANGE_PAGES = 2, RANGES = 150, STEPS = 60000 };

static const size_t range_bytes = RANGE_PAGES * PAGE;

static void setup(struct arena *a, struct arena_generations *g, int slot, int ranges,
		  int budget)
{
	char *base = mmap(NULL, (size_t)ranges * range_bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(base != MAP_FAILED);
	assert_int_equal(
		arena_init(a, &(struct arena_config){.base = base,
						     .range_bytes = range_bytes,
						     .n_ranges = ranges,
						     .budget_ranges = budget,
						     .generations = g,
						     .slot = slot}),
		0);
}

static void teardown(struct arena *a)
{
	char *base = a->base;
	size_t bytes = (size_t)a->n_ranges * range_bytes;

	arena_fini(a);
	munmap(base, bytes);
}

static void fill(const struct arena *a, int range, char value)
{
	memset(arena_address(a, range), value, range_bytes);
}

static bool holds(const struct arena *a, int range, char value)
{
	const char *p = arena_address(a, range);

	return p[0] == value && !memcmp(p, p + 1, range_bytes - 1);
}

struct model {
	enum arena_state state[RANGES];
	char value[RANGES]; /* 0: zeros */
	long freed_at[RANGES];
	int budget, n_freed;
	long now;
};

static int model_oldest(const struct model *m)
{
	int oldest = -1;

	for (int i = 0; i < RANGES; i++)
		if (m->state[i] == ARENA_FREED &&
		    (oldest < 0 || m->freed_at[i] < m->freed_at[oldest]))
			oldest = i;
	return oldest;
}

static void model_reclaim(struct model *m, int n)
{
	for (; n > 0 && m->n_freed; n--) {
		int i = model_oldest(m);

		m->state[i] = ARENA_EMPTY;
		m->value[i] = 0;
		m->n_freed--;
	}
}

static void model_free(struct model *m, int range)
{
	m->state[range] = ARENA_FREED;
	m->freed_at[range] = m->now++;
	if (++m->n_freed > m->budget)
		model_reclaim(m, m->n_freed - m->budget / 2);
}

static void check(const struct arena *a, const struct model *m)
{
	const struct arena_counts *c = &a->counts;
	int live = 0, freed = 0;

	for (int i = 0; i < RANGES; i++) {
		assert_int_equal(a->ranges[i].state, m->state[i]);
		live += m->state[i] == ARENA_LIVE;
		freed += m->state[i] == ARENA_FREED;
	}
	assert_int_equal(a->freed.n, freed);
	assert_int_equal(a->empty.n, RANGES - live - freed);
	assert_int_equal(a->freed.oldest, model_oldest(m));
	assert_int_equal(c->frees,
			 c->kept + c->recycled + c->reclaimed + (uint64_t)freed);
	assert_int_equal(arena_held_bytes(a), (uint64_t)freed * range_bytes);
	for (int i = a->freed.oldest; i >= 0 && a->ranges[i].newer >= 0;
	     i = a->ranges[i].newer)
		assert_true(a->ranges[i].generation <=
			    a->ranges[a->ranges[i].newer].generation);
}

static void step_reuse(struct arena *a, struct model *m, int range)
{
	bool last;

	m->n_freed -= m->state[range] == ARENA_FREED;
	last = !m->n_freed;
	m->state[range] = ARENA_LIVE;
	assert_int_equal(arena_reuse(a, range), last ? ARENA_LAST : 0);
	assert_true(holds(a, range, m->value[range]));
}

/* Whichever it is: unless it was empty it is the oldest, or of the older half. */
static void step_take(struct arena *a, struct model *m)
{
	uint64_t reclaimed = a->counts.reclaimed, recycled = a->counts.recycled;
	int oldest = model_oldest(m);
	int range = arena_take(a);

	if (range == -ENOMEM) {
		for (int i = 0; i < RANGES; i++)
			assert_int_equal(m->state[i], ARENA_LIVE);
		return;
	}
	assert_true(range >= 0);
	if (a->counts.recycled > recycled) {
		assert_int_equal(range, oldest);
		m->n_freed--;
	} else {
		model_reclaim(m, (int)(a->counts.reclaimed - reclaimed));
		assert_int_equal(m->state[range], ARENA_EMPTY);
	}
	m->state[range] = ARENA_LIVE;
	m->value[range] = 0;
	assert_true(holds(a, range, 0));
}

static void random_steps(int budget, int slots)
{
	struct arena_generations *g = arena_generations_new(slots);
	struct model m = {.budget = budget};
	struct arena a;
	unsigned int seed = 1 + (unsigned int)budget;

	setup(&a, g, 0, RANGES, budget);
	for (int i = 0; i < STEPS; i++) {
		int range = rand_r(&seed) % RANGES;
		int what = rand_r(&seed) % 64;

		if (m.state[range] == ARENA_LIVE) {
			m.value[range] = (char)(1 + rand_r(&seed) % 100);
			fill(&a, range, m.value[range]);
			assert_int_equal(arena_free(&a, range), 0);
			model_free(&m, range);
		} else if (what < 32) {
			step_reuse(&a, &m, range);
		} else if (what < 63) {
			step_take(&a, &m);
		} else {
			int n = rand_r(&seed) % 20;

			assert_int_equal(arena_reclaim(&a, n), 0);
			model_reclaim(&m, n);
		}
		/* The others pass now and then, if there are any. */
		for (int s = 1; s < slots && what % 8 == s; s++)
			atomic_store(&g->slots[s].passed, atomic_load(&g->now));
		if (i % 16 == 0)
			check(&a, &m);
	}
	assert_int_equal(a.counts.kept > 0, budget > 0);
	teardown(&a);
	arena_generations_free(g);
}

static void random_operations_match_the_model(void **state)
{
	static const int budgets[] = {0, 1, 7, 50, RANGES};

	(void)state;
	for (size_t i = 0; i < sizeof(budgets) / sizeof(budgets[0]); i++) {
		random_steps(budgets[i], 1);
		random_steps(budgets[i], 4);
	}
}

static void within_the_budget_nothing_is_flushed(void **state)
{
	struct arena_generations *g = arena_generations_new(2);
	struct arena a;

	(void)state;
	setup(&a, g, 0, 8, 8);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(arena_reuse(&a, i % 8), i ? 0 : ARENA_LAST);
		assert_true(holds(&a, i % 8, i < 8 ? 0 : 'x'));
		fill(&a, i % 8, 'x');
		assert_int_equal(arena_free(&a, i % 8), 0);
	}
	assert_int_equal(a.counts.flushes, 0);
	assert_int_equal(a.counts.kept, 992);
	assert_int_equal(arena_flushes_avoided(&a), 992);
	teardown(&a);
	arena_generations_free(g);
}

static void one_flush_serves_a_batch(void **state)
{
	struct arena_generations *g = arena_generations_new(1);
	struct arena a;

	(void)state;
	setup(&a, g, 0, 64, 31);
	for (int i = 0; i < 64; i++)
		arena_reuse(&a, i);
	for (int i = 0; i < 32; i++) {
		fill(&a, i, 'x');
		assert_int_equal(a.counts.flushes, 0);
		assert_int_equal(arena_free(&a, i), 0);
	}
	/* 32 freed, 31 allowed: the oldest 17 in one piece. */
	assert_int_equal(a.counts.flushes, 1);
	assert_int_equal(a.counts.reclaimed, 17);
	assert_int_equal(arena_held_bytes(&a), 15 * range_bytes);
	assert_int_equal(arena_flushes_avoided(&a), 16);
	for (int i = 0; i < 32; i++)
		assert_true(holds(&a, i, i < 17 ? 0 : 'x'));
	teardown(&a);
	arena_generations_free(g);
}

static void a_range_is_recycled_once_all_have_passed(void **state)
{
	struct arena_generations *g = arena_generations_new(2);
	struct arena a;

	(void)state;
	setup(&a, g, 0, 4, 4);
	for (int i = 0; i < 4; i++) {
		int range = arena_take(&a);

		fill(&a, range, 'x');
		assert_int_equal(arena_free(&a, range), 0);
	}
	/* The other worker has never passed: it may still hold any of them. */
	int range = arena_take(&a);

	assert_true(holds(&a, range, 0));
	assert_int_equal(a.counts.recycled, 0);
	assert_int_equal(a.counts.reclaimed, 2);
	assert_int_equal(arena_free(&a, range), 0);
	assert_true(arena_take(&a) >= 0);
	assert_int_equal(a.counts.reclaimed, 2);
	for (int i = 0; i < 3; i++) {
		arena_pass(&a);
		g->slots[1].passed = g->now;
		g->now++;
	}
	arena_pass(&a);
	g->slots[1].passed = g->now;
	uint64_t flushes = a.counts.flushes;
	int oldest = a.freed.oldest;

	range = arena_take(&a);
	assert_int_equal(range, oldest);
	assert_true(holds(&a, range, 0));
	assert_int_equal(a.counts.recycled, 1);
	assert_int_equal(a.counts.flushes, flushes);
	teardown(&a);
	arena_generations_free(g);
}

/* Every worker offers the range it holds to the next one, which may go on reading it
 * until it passes, and must not see it change hands before. */
enum { WORKERS = 4, WORKER_STEPS = 20000 };

static struct board {
	_Atomic(char *) offered[WORKERS];
	struct arena_generations *generations;
	pthread_barrier_t end;
	_Atomic int wrong;
} board;

static uint64_t passed_by_all(struct arena_generations *g)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < g->n_slots; i++) {
		uint64_t passed = atomic_load(&g->slots[i].passed);

		least = passed < least ? passed : least;
	}
	atomic_compare_exchange_strong(&g->now, &(uint64_t){least}, least + 1);
	return least;
}

static void board_read(int own)
{
	const char *found = atomic_load(&board.offered[(own + 1) % WORKERS]);

	for (int i = 0; found && i < 3; i++) {
		if (__atomic_load_n(found, __ATOMIC_RELAXED) != 'o')
			atomic_fetch_add(&board.wrong, 1);
		sched_yield();
	}
}

static void *worker_main(void *arg)
{
	int own = (int)(intptr_t)arg;
	struct arena a;

	setup(&a, board.generations, own, 32, 32);
	for (int i = 0; i < WORKER_STEPS; i++) {
		/* Rather than reclaim what somebody may still be reading. */
		while (!a.empty.n && passed_by_all(board.generations) <=
					     a.ranges[a.freed.oldest].generation) {
			arena_pass(&a);
			sched_yield();
		}
		int range = arena_take(&a);

		__atomic_store_n(arena_address(&a, range), 'o', __ATOMIC_RELAXED);
		atomic_store(&board.offered[own], arena_address(&a, range));
		board_read(own);
		atomic_store(&board.offered[own], NULL);
		if (arena_free(&a, range))
			atomic_fetch_add(&board.wrong, 1);
	}
	if (a.counts.flushes || !a.counts.recycled)
		atomic_fetch_add(&board.wrong, 1);
	atomic_store(&board.generations->slots[own].passed, UINT64_MAX);
	pthread_barrier_wait(&board.end);
	teardown(&a);
	return NULL;
}

static void nobody_sees_a_range_change_hands(void **state)
{
	pthread_t threads[WORKERS];

	(void)state;
	board.generations = arena_generations_new(WORKERS);
	pthread_barrier_init(&board.end, NULL, WORKERS);
	for (intptr_t i = 0; i < WORKERS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, worker_main, (void *)i), 0);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(board.wrong, 0);
	pthread_barrier_destroy(&board.end);
	arena_generations_free(board.generations);
}

static void pressure_is_read_as_the_kernel_writes_it(void **state)
{
	uint64_t us = 7;

	(void)state;
	assert_int_equal(
		pressure_parse("some avg10=1.25 avg60=0.00 avg300=0.00 total=123456\n"
			       "full avg10=0.00 avg60=0.00 avg300=0.00 total=99\n",
			       &us),
		0);
	assert_int_equal(us, 123456);
	assert_int_equal(pressure_parse("", &us), -EINVAL);
	assert_int_equal(pressure_parse("some avg10=1.25\nfull total=99\n", &us),
			 -EINVAL);
	assert_int_equal(pressure_parse("some total=x\n", &us), -EINVAL);
	assert_null(pressure_watch_new("/nonexistent"));
	assert_int_equal(pressure_alarms(NULL), 0);
	pressure_watch_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_operations_match_the_model),
		cmocka_unit_test(within_the_budget_nothing_is_flushed),
		cmocka_unit_test(one_flush_serves_a_batch),
		cmocka_unit_test(a_range_is_recycled_once_all_have_passed),
		cmocka_unit_test(nobody_sees_a_range_change_hands),
		cmocka_unit_test(pressure_is_read_as_the_kernel_writes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
