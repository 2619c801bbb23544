/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_PANELS_ABOUT_H
#define TLBLAB_SRC_TUI_PANELS_ABOUT_H

#include <stddef.h>

struct view;

/*
 * What x says of a number on the screen, kept beside what draws it. Every view lists
 * the ones it shows; a test asks each for every text.
 */
struct about {
	const char *name; /* as the panel is titled */
	const char *unit;
	const char *counts;	/* what the number is */
	const char *counts_not; /* what it leaves out */
	const char *comes_from; /* the kernel's path, event or file behind it */
	const char *misleads;	/* when it says something else than it seems to */
	const char *sensor;	/* whose source or reason to name; NULL: none */
	/* The checks that bear on it; NULL ends them. */
	const char *const *checks;
	/* Optional: what more is to be known here and now, appended as sentences. */
	void (*now)(const struct view *v, char *buf, size_t buf_bytes);
	/* Optional: what holds instead where another source fills the number; else
	 * NULL. */
	const struct about *(*instead)(const struct view *v);
};

/* Checks that bear on every time measured. */
extern const char *const about_timing_checks[];

extern const struct about about_latency;
extern const struct about about_stalls;
extern const struct about about_extras;
extern const struct about about_cpus;
extern const struct about about_flush_reasons;
extern const struct about about_flush_sizes;
extern const struct about about_flush_slots;
extern const struct about about_checks;
extern const struct about about_summary;
extern const struct about about_form;

/* Of the overview, the plots first and in their order. */
extern const struct about *const about_overview[];

#endif
