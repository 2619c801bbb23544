/* SPDX-License-Identifier: MIT */
/*
 * From how long on the spinning victim notices a stall. Its loop is made to stand still
 * for a known time now and then, at turns drawn at random: it waits on the very clock
 * it reads, in user space, so that nothing but the wait is in the gap. Some waits are
 * made longer by an interrupt; none is made shorter. Then what it takes for stalls when
 * nothing was done to it: ticks, other programs, the hypervisor; the machine's own.
 */
#include <pthread.h>
#include <unistd.h>
#include <x86intrin.h>

#include "bench/figures.h"
#include "rig/loop.h"
#include "rig/rig_test.h"
#include "rig/workers.h"

enum { WAITS = 2000, TURNS_BETWEEN = 2000, QUIET_S = 3, SHORT_NS = 1000 };

static const int lengths_ns[] = {50,  100, 120, 140, 160, 180, 200,
				 220, 250, 300, 400, 500, 1000};
enum { LENGTHS = sizeof(lengths_ns) / sizeof(lengths_ns[0]) };

static struct rig_shared shared;
static struct rig_slot slot;
static uint32_t drawn = 2463534242u;

static uint32_t draw(uint32_t below)
{
	drawn ^= drawn << 13;
	drawn ^= drawn >> 17;
	drawn ^= drawn << 5;
	return drawn % below;
}

/* Turns of the victim's loop, and then one that waits so long; whether it noticed. */
static bool wait_is_noticed(uint64_t wait_ticks)
{
	uint64_t last = __rdtsc(), noticed = 0;

	for (uint32_t turns = 1 + draw(2 * TURNS_BETWEEN); turns; turns--) {
		if (turns == 1) {
			noticed = slot.stalls;
			for (uint64_t from = __rdtsc(); __rdtsc() - from < wait_ticks;)
				;
		}
		uint64_t now = __rdtsc(), gap = now - last;

		last = now;
		atomic_store_explicit(&slot.count, turns, memory_order_relaxed);
		loop_notice(&shared, shared.stall_min_ticks, gap, &slot);
	}
	return slot.stalls > noticed;
}

static void bench_lengths(double ns_per_tick)
{
	int shortest_ns = 0;

	for (int i = 0; i < LENGTHS; i++) {
		uint64_t ticks = (uint64_t)(lengths_ns[i] / ns_per_tick);
		char name[64];
		int noticed = 0;

		for (int n = 0; n < WAITS; n++)
			noticed += wait_is_noticed(ticks);
		snprintf(name, sizeof(name), "waits of %d ns noticed", lengths_ns[i]);
		row(name, 100.0 * noticed / WAITS, "%", "");
		if (noticed < 0.99 * WAITS)
			shortest_ns = 0;
		else if (!shortest_ns)
			shortest_ns = lengths_ns[i];
	}
	row("shortest wait noticed, 99 % of the time", shortest_ns, "ns",
	    "target <= 200");
}

static void *stop_later(void *arg)
{
	(void)arg;
	sleep(QUIET_S);
	atomic_store(&slot.gate, GATE_STOP);
	return NULL;
}

/* The rig's own loop, left alone. */
static void bench_quiet(double ns_per_tick)
{
	uint64_t short_ticks = (uint64_t)(SHORT_NS / ns_per_tick), shorts = 0, low,
		 high;
	pthread_t stopper;

	memset(&slot, 0, sizeof(slot));
	atomic_store(&slot.gate, GATE_OPEN);
	must(!pthread_create(&stopper, NULL, stop_later, NULL));
	loop_victim(&shared, &slot, GATE_OPEN, &slot.count, &slot, NULL);
	pthread_join(stopper, NULL);
	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		hist_bucket_range(i, &low, &high);
		if (high <= short_ticks)
			shorts += slot.hist.count[i];
	}
	row("a turn", QUIET_S * 1e9 / (double)slot.count, "ns", "");
	row("stalls when nothing is done to it", (double)slot.stalls / QUIET_S, "/s",
	    "ticks and the hypervisor's among them");
	row("of them shorter than 1 us", (double)shorts / QUIET_S, "/s", "");
}

int main(void)
{
	double ns_per_tick = clock_tsc_ns_per_tick(50000000);

	if (!(ns_per_tick > 0)) {
		puts("the time stamp counter does not run at one rate here");
		return 0;
	}
	must(!workers_pin(rig_test_cpu(0)));
	shared.stall_min_ticks = (uint64_t)(RIG_STALL_MIN_NS / ns_per_tick);
	printf("%-44s %9s  %-6s %s\n", "name", "value", "unit", "spread and target");
	bench_lengths(ns_per_tick);
	bench_quiet(ns_per_tick);
	return 0;
}
