/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_CLOCK_H
#define TLBLAB_BASE_CLOCK_H

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
 * Nanoseconds per tick of the time stamp counter, measured against
 * CLOCK_MONOTONIC_RAW over about `measure_ns`; one process measures it and hands it
 * to the others. Returns 0 where the counter is not invariant (CPUID 0x80000007).
 */
double clock_tsc_ns_per_tick(uint64_t measure_ns);

#endif
