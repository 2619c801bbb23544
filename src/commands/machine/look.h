/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_MACHINE_LOOK_H
#define TLBLAB_SRC_COMMANDS_MACHINE_LOOK_H

#include "tlblab/machine/cache.h"
#include "tlblab/machine/machine.h"
#include "tlblab/machine/numa.h"

/*
 * All there is to say about a computer: this one, a captured tree of /proc and /sys,
 * a CPUID dump, or a tree with the dump of the same machine. What none of them told is
 * among the unknown, in words.
 */
enum { MACHINE_UNKNOWN_MAX = 32, MACHINE_UNKNOWN_BYTES = 160 };

struct machine_look {
	struct machine machine;
	struct numa numa;
	struct cache_kind caches[CACHE_KINDS_MAX];
	int n_caches;
	bool has_tree; /* false: a CPUID dump alone, which knows no topology */
	char unknown[MACHINE_UNKNOWN_MAX][MACHINE_UNKNOWN_BYTES];
	int n_unknown;
};

/* root NULL is this machine, cpuid NULL no dump. Files are read as the user sudo was
 * called by. On failure nothing is left to free. */
struct machine_look *machine_look_new(const char *root, const char *cpuid,
				      struct error *error);
void machine_look_free(struct machine_look *look);

/* The page for people, and the same as JSON; both to standard output. */
void machine_look_print(const struct machine_look *look);
int machine_look_print_json(const struct machine_look *look);

#endif
