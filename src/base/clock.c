/* SPDX-License-Identifier: MIT */
/*
 * Time. CLOCK_MONOTONIC orders events between processes; the time stamp counter
 * times single operations, and is turned into nanoseconds only by readers.
 */
#include "tlblab/base/clock.h"

#include <cpuid.h>
#include <errno.h>
#include <stdbool.h>
#include <time.h>

enum {
	NS_PER_S = 1000000000,
	TSC_PAIR_TRIES = 64,
	TSC_MEASURE_MIN_NS = 1000000,
};

/* One instant as both clocks saw it. */
struct tsc_pair {
	uint64_t tsc;
	uint64_t raw_ns;
};

static uint64_t clock_read_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t clock_now_ns(void)
{
	return clock_read_ns(CLOCK_MONOTONIC);
}

const char *clock_utc(char *buf, unsigned long buf_bytes)
{
	time_t now = time(NULL);
	struct tm utc;

	if (!buf_bytes)
		return buf;
	gmtime_r(&now, &utc);
	if (!strftime(buf, buf_bytes, "%Y-%m-%dT%H:%M:%SZ", &utc))
		buf[0] = '\0';
	return buf;
}

int clock_sleep_until(uint64_t deadline_ns)
{
	struct timespec ts = {
		.tv_sec = (time_t)(deadline_ns / NS_PER_S),
		.tv_nsec = (long)(deadline_ns % NS_PER_S),
	};

	return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

/* CPUID 0x80000007, EDX bit 8: the counter runs at one rate in every P and C state. */
static bool clock_tsc_is_invariant(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8));
}

/*
 * The tightest of many attempts: an interrupt between the two reads of the counter
 * widens the pair, so the narrowest one was not interrupted.
 */
static struct tsc_pair clock_pair_tightest(void)
{
	struct tsc_pair best = {0};
	uint64_t best_width = UINT64_MAX;

	for (int i = 0; i < TSC_PAIR_TRIES; i++) {
		uint64_t before = clock_tsc();
		uint64_t raw_ns = clock_read_ns(CLOCK_MONOTONIC_RAW);
		uint64_t width = clock_tsc() - before;

		if (width >= best_width)
			continue;
		best_width = width;
		best.tsc = before + width / 2;
		best.raw_ns = raw_ns;
	}
	return best;
}

double clock_tsc_ns_per_tick(uint64_t measure_ns)
{
	if (!clock_tsc_is_invariant())
		return 0;
	if (measure_ns < TSC_MEASURE_MIN_NS)
		measure_ns = TSC_MEASURE_MIN_NS;

	struct tsc_pair first = clock_pair_tightest();
	uint64_t deadline_ns = clock_now_ns() + measure_ns;

	while (clock_sleep_until(deadline_ns) == -EINTR)
		;

	struct tsc_pair last = clock_pair_tightest();

	if (last.tsc <= first.tsc || last.raw_ns <= first.raw_ns)
		return 0;
	return (double)(last.raw_ns - first.raw_ns) / (double)(last.tsc - first.tsc);
}
