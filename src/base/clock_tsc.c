/* SPDX-License-Identifier: MIT */
/*
 * How fast the time stamp counter runs. Sources: Intel SDM vol. 3, 18.7.3 (leaf 0x15:
 * crystal clock and its ratio); Documentation/virt/kvm/x86/cpuid.rst and VMware's
 * timing leaf 0x40000010 (kHz in EAX); Linux takes both the same way
 * (native_calibrate_tsc in arch/x86/kernel/tsc.c, vmware_get_tsc_khz). A hypervisor may
 * scale the counter without telling the leaf, so what CPUID says is believed only when
 * it is what was measured.
 */
#include <cpuid.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"

enum {
	TSC_PAIR_TRIES = 64,
	TSC_MEASURE_MIN_NS = 1000000,
	LEAF_CRYSTAL = 0x15,
	LEAF_POWER = 0x80000007,
	POWER_INVARIANT_TSC = 1 << 8,
	LEAF_HYPERVISOR = 0x40000000,
	LEAF_HYPERVISOR_TIMING = 0x40000010,
};

/* Of a rate: what CPUID says must agree with the measurement to this, and parts of a
 * measurement with each other. */
static const double said_agrees = 0.001, parts_agree = 0.005;

/* One instant as both clocks saw it. */
struct tsc_pair {
	uint64_t tsc;
	uint64_t raw_ns;
};

static uint64_t raw_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/*
 * The tightest of many attempts: an interrupt between the two reads of the counter
 * widens the pair, so the narrowest one was not interrupted.
 */
static struct tsc_pair tsc_pair_tightest(void)
{
	struct tsc_pair best = {0};
	uint64_t best_width = UINT64_MAX;

	for (int i = 0; i < TSC_PAIR_TRIES; i++) {
		uint64_t before = clock_tsc();
		uint64_t raw_ns = raw_now_ns();
		uint64_t width = clock_tsc() - before;

		if (width >= best_width)
			continue;
		best_width = width;
		best.tsc = before + width / 2;
		best.raw_ns = raw_ns;
	}
	return best;
}

static double part_ns_per_tick(const struct tsc_pair *first,
			       const struct tsc_pair *last)
{
	if (last->tsc <= first->tsc || last->raw_ns <= first->raw_ns)
		return 0;
	return (double)(last->raw_ns - first->raw_ns) /
	       (double)(last->tsc - first->tsc);
}

static double said_by_crystal(void)
{
	unsigned int denominator, numerator, crystal_hz, d;

	if (!__get_cpuid(LEAF_CRYSTAL, &denominator, &numerator, &crystal_hz, &d) ||
	    !denominator || !numerator)
		return 0;
	return (double)crystal_hz * numerator / denominator;
}

/* Leaves of a hypervisor lie outside the range that __get_cpuid checks. */
static double said_by_hypervisor(void)
{
	unsigned int a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 31)))
		return 0;
	__cpuid(LEAF_HYPERVISOR, a, b, c, d);
	if (a < LEAF_HYPERVISOR_TIMING || a > LEAF_HYPERVISOR + 0xFFFF)
		return 0;
	__cpuid(LEAF_HYPERVISOR_TIMING, a, b, c, d);
	return (double)a * 1000;
}

static bool says_invariant(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(LEAF_POWER, &a, &b, &c, &d) && (d & POWER_INVARIANT_TSC);
}

static void say(struct clock_tsc_rate *out, const char *source)
{
	text_copy(out->source, sizeof(out->source), source);
}

void clock_tsc_judge(const struct clock_tsc_seen *seen, struct clock_tsc_rate *out)
{
	double low = INFINITY, high = 0, sum = 0, mean;

	*out = (struct clock_tsc_rate){0};
	for (int i = 0; i < CLOCK_TSC_PARTS; i++) {
		low = fmin(low, seen->ns_per_tick[i]);
		high = fmax(high, seen->ns_per_tick[i]);
		sum += seen->ns_per_tick[i];
	}
	mean = sum / CLOCK_TSC_PARTS;
	if (!(low > 0)) {
		say(out,
		    "the time stamp counter stands still or runs backwards: single "
		    "operations cannot be timed");
		return;
	}
	if (!seen->invariant && high / low > 1 + parts_agree) {
		snprintf(out->source, sizeof(out->source),
			 "the time stamp counter changes its rate (by %.1f %% in three "
			 "measurements): single operations cannot be timed",
			 (high / low - 1) * 100);
		return;
	}
	out->ns_per_tick = mean;
	if (seen->said_hz > 0 && fabs(1e9 / seen->said_hz / mean - 1) < said_agrees) {
		out->ns_per_tick = 1e9 / seen->said_hz;
		say(out, "CPUID, confirmed against CLOCK_MONOTONIC_RAW");
	} else if (seen->invariant) {
		say(out, "measured against CLOCK_MONOTONIC_RAW");
	} else {
		snprintf(out->source, sizeof(out->source),
			 "measured against CLOCK_MONOTONIC_RAW; the CPU promises no "
			 "constant rate, three measurements agree within %.1g %%",
			 (high / low - 1) * 100);
	}
}

void clock_tsc_calibrate(struct clock_tsc_rate *out, uint64_t measure_ns)
{
	struct clock_tsc_seen seen = {.invariant = says_invariant()};
	struct tsc_pair pair[CLOCK_TSC_PARTS + 1];
	uint64_t begun_ns = clock_now_ns();

	if (measure_ns < TSC_MEASURE_MIN_NS)
		measure_ns = TSC_MEASURE_MIN_NS;
	pair[0] = tsc_pair_tightest();
	for (int i = 1; i <= CLOCK_TSC_PARTS; i++) {
		uint64_t deadline_ns =
			begun_ns + measure_ns * (uint64_t)i / CLOCK_TSC_PARTS;

		while (clock_sleep_until(deadline_ns) == -EINTR)
			;
		pair[i] = tsc_pair_tightest();
		seen.ns_per_tick[i - 1] = part_ns_per_tick(&pair[i - 1], &pair[i]);
	}
	seen.said_hz = said_by_crystal();
	if (!(seen.said_hz > 0))
		seen.said_hz = said_by_hypervisor();
	clock_tsc_judge(&seen, out);
}

double clock_tsc_ns_per_tick(uint64_t measure_ns)
{
	struct clock_tsc_rate rate;

	clock_tsc_calibrate(&rate, measure_ns);
	return rate.ns_per_tick;
}
