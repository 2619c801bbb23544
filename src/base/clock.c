/* SPDX-License-Identifier: MIT */
/*
 * Time. CLOCK_MONOTONIC orders events between processes; the time stamp counter times
 * single operations (clock_tsc.c), and is turned into nanoseconds only by readers.
 */
#include "tlblab/base/clock.h"

#include <errno.h>
#include <time.h>

enum { NS_PER_S = 1000000000 };

uint64_t clock_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
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
