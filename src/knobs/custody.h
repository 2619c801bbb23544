/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_CUSTODY_H
#define TLBLAB_SRC_KNOBS_CUSTODY_H

#include <stdbool.h>
#include <stdint.h>

#include "knobs/journal.h"
#include "tlblab/base/error.h"
#include "tlblab/base/reading.h"

/*
 * Custody of the ceiling: who may change it, what must be put back, and what someone
 * else wrote meanwhile. The guardian's; a system-wide lock makes it one at a time.
 */
struct custody {
	const char *root; /* in front of every path; borrowed */
	struct journal journal;
	struct availability state;
	int64_t original;	    /* pages; -1: not known, or not ours to know */
	bool changed;		    /* an entry of ours stands in the journal */
	struct journal_entry entry; /* that one */
	char note[240];		    /* what the user must be told, once; "" nothing */
};

void custody_init(struct custody *c, const char *root);
/* Takes the ceiling when it can be had: the lock, then the repair of what a killed
 * guardian left, then the original. Asked again on every request until it succeeds; the
 * reason why not is in state. */
void custody_take(struct custody *c);
int custody_set(struct custody *c, int64_t pages, struct error *error);
/* The value in force becomes the one that stays. */
int custody_keep(struct custody *c, struct error *error);
/* Puts the original back, unless someone else wrote another value meanwhile: then that
 * one stays, and the note says so. */
int custody_put_back(struct custody *c, struct error *error);
/* The same until it is done, then gives the lock up. Between two attempts the lock is
 * free: another lab may do it first. */
void custody_leave(struct custody *c);

#endif
