/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_KERNEL_CHANGES_H
#define TLBLAB_LAB_KERNEL_CHANGES_H

#include <stddef.h>

/*
 * Releases of Linux from which on it flushes differently: results from both sides of
 * one differ for that reason too, and say nothing of what was meant to be compared.
 */
enum { KERNEL_CHANGES_MAX = 8 };

struct kernel_change {
	int major, minor; /* the first release with it */
	const char *what; /* "mprotect skips …", without a full stop */
};

/* The changes between two releases as uname has them ("6.18.5-fly"), whichever is the
 * older, in order; returns how many. None where one of them cannot be read. */
int kernel_changes_between(const char *release, const char *other,
			   const struct kernel_change *out[KERNEL_CHANGES_MAX]);

#endif
