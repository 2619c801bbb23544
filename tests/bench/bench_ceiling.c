/* SPDX-License-Identifier: MIT */
/*
 * The truth that a tuning is held against: a plain loop that shares no code with the
 * program. One thread gives k pages back inside one madvise, page by page (side by
 * side) and all at once (over a span past the default ceiling of 33), in turn, while
 * another thread of the process walks through a working set on the next CPU. Medians
 * of single operations: what the initiator spent, and what both CPUs lost together,
 * the loading of flushed translations included. Nothing is left out.
 *
 *   bench_ceiling [WORKING_SET_PAGES [SECONDS_PER_SIZE]]
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <time.h>
#include <x86intrin.h>

#include "bench/figures.h"

enum {
	PAGE = 4096,
	SPAN = 34,
	LOADS_A_TURN = 512, /* at least: short turns cannot be told apart */
	TURNS_AFTER = 3,
	MAX_OPERATIONS = 1 << 17,
};

static const int sizes[] = {2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 33};
static char *working_set, *region;
static long set_pages = 512;
static _Atomic uint64_t turns;
static _Atomic bool over;
static double own_ns[2][MAX_OPERATIONS], all_ns[2][MAX_OPERATIONS];

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void **place_of(long page)
{
	return (void **)(working_set + page * PAGE + page * 64 % PAGE);
}

/* One circle through all pages, by steps that no prefetcher guesses: every load waits
 * for the one before. */
static void link_pages(void)
{
	long step = set_pages * 5 / 8 | 1;

	for (long a = step, b = set_pages; b;) {
		long rest = a % b;

		a = b;
		b = rest;
		if (!b && a != 1) {
			step += 2;
			a = step;
			b = set_pages;
		}
	}
	for (long i = 0, at = 0; i < set_pages; i++, at = (at + step) % set_pages)
		*place_of(at) = place_of((at + step) % set_pages);
}

/* Every page of the working set once. */
static void **walk(void **at)
{
	for (long i = 0; i < set_pages; i++)
		at = *(void *volatile *)at;
	return at;
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	must(!pthread_setaffinity_np(pthread_self(), sizeof(set), &set));
}

static void *victim(void *unused)
{
	void **at = place_of(0);

	(void)unused;
	stay_on(1);
	while (!atomic_load_explicit(&over, memory_order_relaxed)) {
		for (long loads = 0; loads < LOADS_A_TURN; loads += set_pages)
			at = walk(at);
		atomic_fetch_add_explicit(&turns, 1, memory_order_relaxed);
	}
	return NULL;
}

static void give_back(int k, int span)
{
	for (int i = 0; i < k - 1; i++)
		(void)*(volatile char *)(region + (long)i * PAGE);
	(void)*(volatile char *)(region + (long)(span - 1) * PAGE);
	must(!madvise(region, (size_t)span * PAGE, MADV_DONTNEED));
}

/* Waits for a turn to end; when it did. */
static uint64_t turn_end(uint64_t n)
{
	while (atomic_load_explicit(&turns, memory_order_relaxed) < n)
		_mm_pause();
	return now_ns();
}

static double median(double *values, int n)
{
	qsort(values, (size_t)n, sizeof(*values), by_value);
	return values[n / 2];
}

/* span 0: nothing is given back. From the end of a turn to that of another: the time
 * of the victim, less its usual turns. */
static void operate(int k, int span, double turn_ns, double *own, double *all)
{
	uint64_t first = atomic_load_explicit(&turns, memory_order_relaxed) + 1;
	uint64_t from = turn_end(first), begin = now_ns();

	if (span)
		give_back(k, span);
	walk(place_of(0));
	uint64_t end = now_ns();
	uint64_t last =
		atomic_load_explicit(&turns, memory_order_relaxed) + TURNS_AFTER;

	*own = (double)(end - begin);
	*all = *own + (double)(turn_end(last) - from) -
	       (double)(last - first) * turn_ns;
}

static void bench_size(int k, double seconds, double turn_ns, const double idle_ns[2])
{
	uint64_t until = now_ns() + (uint64_t)(seconds * 1e9);
	double own[2], all[2];
	int n = 0;

	for (; n < MAX_OPERATIONS && now_ns() < until; n++)
		for (int full = 0; full < 2; full++)
			operate(k, full ? SPAN : k, turn_ns, &own_ns[full][n],
				&all_ns[full][n]);
	for (int full = 0; full < 2; full++) {
		own[full] = median(own_ns[full], n) - idle_ns[0];
		all[full] = median(all_ns[full], n) - idle_ns[1];
	}
	printf("%5d %10.2f %10.2f   %10.2f %10.2f %+10.2f %9d\n", k, own[0] / 1e3,
	       own[1] / 1e3, all[0] / 1e3, all[1] / 1e3, (all[0] - all[1]) / 1e3, n);
}

int main(int argc, char **argv)
{
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 0.3, turn_ns, idle_ns[2];
	pthread_t thread;
	size_t bytes;

	set_pages = argc > 1 ? strtol(argv[1], NULL, 10) : set_pages;
	bytes = (size_t)set_pages * PAGE;
	working_set = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	region = mmap(NULL, SPAN * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(working_set != MAP_FAILED && region != MAP_FAILED);
	madvise(working_set, bytes, MADV_NOHUGEPAGE);
	link_pages();
	stay_on(0);
	must(!pthread_create(&thread, NULL, victim, NULL));
	for (int i = 0; i < 2001; i++) {
		uint64_t n = atomic_load(&turns) + 1, from = turn_end(n);

		own_ns[0][i] = (double)(turn_end(n + 10) - from) / 10;
	}
	turn_ns = median(own_ns[0], 2001);
	for (int i = 0; i < 2001; i++)
		operate(0, 0, turn_ns, &own_ns[0][i], &all_ns[0][i]);
	idle_ns[0] = median(own_ns[0], 2001);
	idle_ns[1] = median(all_ns[0], 2001);
	printf("plain loop, working set %ld pages, us of one operation beyond a visit; a "
	       "turn %.2f us\n"
	       "pages     own: page by page, at once    all: page by page, at once, "
	       "difference, operations\n",
	       set_pages, turn_ns / 1e3);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		bench_size(sizes[i], seconds, turn_ns, idle_ns);
	atomic_store(&over, true);
	must(!pthread_join(thread, NULL));
	return 0;
}
