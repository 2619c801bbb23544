/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_FACTS_H
#define TLBLAB_SRC_MACHINE_FACTS_H

#include "tlblab/machine/machine.h"

/*
 * A growing list of facts about the tree at root. A fact whose source is not there is
 * left out, never filled with a guess.
 */
struct fact_list {
	const char *root;
	struct fact *facts;
	int *n;
};

void fact_add(struct fact_list *l, const char *key, const char *value,
	      const char *source);
/* The text of a small file, its lines joined by blanks. */
void fact_add_file(struct fact_list *l, const char *key, const char *path);
/* The one in brackets of "always [madvise] never". */
void fact_add_choice(struct fact_list *l, const char *key, const char *path);

/* Each fills its array of *m (facts_kernel.c, facts_mitigations.c, facts_settings.c).
 */
void facts_read_kernel(struct machine *m);
void facts_read_mitigations(struct machine *m);
void facts_read_settings(struct machine *m);

#endif
