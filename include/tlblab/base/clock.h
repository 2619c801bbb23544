/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_CLOCK_H
#define TLBLAB_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <x86intrin.h>

/* CLOCK_MONOTONIC in nanoseconds: comparable between processes of one machine. */
uint64_t clock_now_ns(void);
/* CLOCK_REALTIME as "2026-01-02T03:04:05Z"; returns buf. */
const char *clock_utc(char *buf, unsigned long buf_bytes);
/* Sleeps until CLOCK_MONOTONIC deadline_ns; returns early on a signal (-EINTR). */
int clock_sleep_until(uint64_t deadline_ns);

/* The time stamp counter, ordered after the loads before it. */
static inline uint64_t clock_tsc(void)
{
	unsigned int aux;

	return __rdtscp(&aux);
}

/*
 * The rate of the time stamp counter, and how it is known. The CPU's own word (CPUID
 * leaf 0x15, or a hypervisor's 0x40000010) is taken when a measurement confirms it,
 * else the measurement is; a counter that does not promise one rate (CPUID 0x80000007)
 * must keep it over three measurements.
 */
struct clock_tsc_rate {
	double ns_per_tick; /* 0: unknown */
	char source[120]; /* when known: from what; else why not, and what that means */
};

enum { CLOCK_TSC_PARTS = 3 };

/* What the judgement rests on. */
struct clock_tsc_seen {
	bool invariant;
	double said_hz;			     /* by CPUID; 0: it says nothing */
	double ns_per_tick[CLOCK_TSC_PARTS]; /* measured one after another; 0: failed */
};

void clock_tsc_judge(const struct clock_tsc_seen *seen, struct clock_tsc_rate *out);
/* Measures for about `measure_ns` against CLOCK_MONOTONIC_RAW; one process does it and
 * hands the rate to the others. */
void clock_tsc_calibrate(struct clock_tsc_rate *out, uint64_t measure_ns);
/* The rate alone. */
double clock_tsc_ns_per_tick(uint64_t measure_ns);

#endif
