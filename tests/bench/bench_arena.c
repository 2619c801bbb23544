/* SPDX-License-Identifier: MIT */
/*
 * What lazy freeing costs when nothing is reclaimed: one pair of arena_free and
 * arena_reuse, alone and with more and more workers. Each worker's own CPU time is
 * taken, so that more workers than CPUs show what they cost one another, not that
 * they wait for a CPU; linear means that the pair stays as it was alone.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "tlblab/base/stats.h"
#include "workloads/arena.h"

enum { RANGES = 64, PAIRS = 200000, PAGE = 4096, ROUNDS = 7, MAX_WORKERS = 64 };

struct bench_worker {
	struct arena arena;
	pthread_t thread;
	double pair_ns;
};

static void must(bool ok)
{
	if (ok)
		return;
	perror("bench");
	exit(1);
}

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *bench_pairs(void *arg)
{
	struct bench_worker *w = arg;
	struct arena *a = &w->arena;
	double begin_ns;

	for (int i = 0; i < RANGES; i++)
		must(arena_reuse(a, i) >= 0 && !arena_free(a, i));
	begin_ns = cpu_ns();
	for (int i = 0; i < PAIRS; i++) {
		must(arena_reuse(a, i % RANGES) >= 0);
		must(!arena_free(a, i % RANGES));
	}
	w->pair_ns = (cpu_ns() - begin_ns) / PAIRS;
	return NULL;
}

/* The mean of n workers that run at once. */
static double bench_workers(struct bench_worker *workers, int n)
{
	double sum_ns = 0;

	for (int i = 0; i < n; i++)
		must(!pthread_create(&workers[i].thread, NULL, bench_pairs,
				     &workers[i]));
	for (int i = 0; i < n; i++) {
		pthread_join(workers[i].thread, NULL);
		sum_ns += workers[i].pair_ns;
	}
	return sum_ns / n;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	static struct bench_worker workers[MAX_WORKERS];
	struct arena_generations *g = arena_generations_new(MAX_WORKERS);
	size_t bytes = (size_t)RANGES * PAGE;

	must(g);
	for (int i = 0; i < MAX_WORKERS; i++) {
		char *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		must(base != MAP_FAILED);
		must(!arena_init(&workers[i].arena,
				 &(struct arena_config){.base = base,
							.range_bytes = PAGE,
							.n_ranges = RANGES,
							.budget_ranges = RANGES,
							.generations = g,
							.slot = i}));
	}
	for (int n = 1; n <= MAX_WORKERS; n *= 4) {
		double pair_ns[ROUNDS];
		char name[64];

		for (int i = 0; i < ROUNDS; i++)
			pair_ns[i] = bench_workers(workers, n);
		qsort(pair_ns, ROUNDS, sizeof(pair_ns[0]), by_value);
		snprintf(name, sizeof(name), "lazy free and reuse, %d workers", n);
		printf("%-44s %9.3f  %-6s quartiles %.3f to %.3f, target < 100\n", name,
		       stats_quantile_sorted(pair_ns, ROUNDS, 0.5), "ns",
		       stats_quantile_sorted(pair_ns, ROUNDS, 0.25),
		       stats_quantile_sorted(pair_ns, ROUNDS, 0.75));
	}
	for (int i = 0; i < MAX_WORKERS; i++) {
		must(!workers[i].arena.counts.flushes);
		arena_fini(&workers[i].arena);
	}
	arena_generations_free(g);
	return 0;
}
