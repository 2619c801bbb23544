/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_MACHINE_ISOLATION_H
#define TLBLAB_MACHINE_ISOLATION_H

#include "tlblab/machine/machine.h"

/*
 * What one page of a page-by-page flush costs under page table isolation (PTI), process
 * context identifiers (PCID) and their invalidation (INVPCID): a table of all cases.
 */
struct isolation_case {
	const char *pti, *pcid, *invpcid; /* "on", "off", "any" */
	const char *words;		  /* the three in one phrase */
	const char *per_page;		  /* what the kernel does for each page */
	const char *function;		  /* of the kernel, where it does it */
};

enum { ISOLATION_CASES = 4 };

extern const struct isolation_case isolation_table[ISOLATION_CASES];

/* The row that holds for m, as its kernel sees the CPU; -1 where that is not known. */
int isolation_of(const struct machine *m);

#endif
