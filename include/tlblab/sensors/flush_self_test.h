/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SENSORS_FLUSH_SELF_TEST_H
#define TLBLAB_SENSORS_FLUSH_SELF_TEST_H

#include <stddef.h>
#include <stdint.h>

#include "tlblab/sensors/sensor.h"

/*
 * What this kernel does, found out before a run and not taken from its version: one
 * call that frees as many neighbouring pages as the ceiling (33 by default), one that
 * frees a page more, and a few of one page while a thread of the same process spins on
 * another CPU. It takes some milliseconds, in this process.
 */
enum flush_seen {
	FLUSH_SEEN_UNKNOWN, /* not counted: reason says why */
	FLUSH_SEEN_NONE,
	FLUSH_SEEN_RANGED,
	FLUSH_SEEN_FULL,
	FLUSH_SEEN_N
};

extern const char *const flush_seen_name[FLUSH_SEEN_N]; /* "unknown", "ranged" … */

struct flush_self_test {
	int64_t ceiling_pages;	  /* that it went by */
	enum flush_seen at, past; /* the call at the ceiling, and past it */
	double calls;		  /* of one page, with the listener; 0: no second CPU */
	double sent;		  /* requests for them, as traced; NaN: not counted */
	double interrupts; /* that the TLB row counted meanwhile; NaN: it has none */
	char reason[160];  /* why something is unknown; "" when all is known */
};

/* A negative ceiling, which cannot be read, is taken for the default. */
void flush_self_test_run(const struct sensor_env *env, int64_t ceiling_pages,
			 struct flush_self_test *out);
/* "16 calls: 16 requests traced, 16 interrupts counted"; returns buf. */
const char *flush_self_test_told(const struct flush_self_test *t, char *buf,
				 size_t buf_bytes);

#endif
