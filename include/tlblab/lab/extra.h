/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_EXTRA_H
#define TLBLAB_LAB_EXTRA_H

#include <stdbool.h>

/* Something that only one workload can tell of itself, published by each of its
 * workers while they run. */
enum { WORKLOAD_MAX_EXTRAS = 6 };

struct extra_desc {
	const char *name; /* with its unit where it has one, as in JSON: "held_bytes" */
	const char *unit; /* "bytes", "flushes" … */
	const char *help;
	bool gauge; /* the present value; otherwise counted from the start on */
};

#endif
