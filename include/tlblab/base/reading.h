/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_READING_H
#define TLBLAB_BASE_READING_H

#include <stdbool.h>

/* A value and how good it is. Zero never stands for "missing". */
enum quality {
	QUALITY_ABSENT, /* not measured; the sensor's availability has the reason */
	QUALITY_EXACT,
	QUALITY_SCALED, /* a counter that shared its hardware, extrapolated */
	QUALITY_STALE,	/* older than the interval it stands in */
};

struct reading {
	double value;
	enum quality quality;
};

static inline bool reading_present(struct reading r)
{
	return r.quality != QUALITY_ABSENT;
}

#define READING_ABSENT ((struct reading){0, QUALITY_ABSENT})

/* Whether a sensor or knob can be used here, and if not, why and what would help. */
struct availability {
	bool available;
	char reason[192]; /* when not available: a sentence a person can act on */
	char source[192]; /* where the numbers come from when it is available */
};

#endif
