/* SPDX-License-Identifier: MIT */
#ifndef KNOBS_JOURNAL_H
#define KNOBS_JOURNAL_H

#include <stdint.h>
#include <sys/types.h>

/*
 * /run/tlblab: a lock, so that one lab at a time changes the ceiling, and while it is
 * changed the file "ceiling" with "original pid boot_id", written whole before the
 * change and removed after the restore. Whoever holds the lock and finds that file
 * looks at what a killed guardian left, for a living one would hold the lock.
 */
struct journal {
	char folder[240];
	int lock_fd; /* -1: not held */
};

void journal_init(struct journal *j, const char *root);
/* Takes the lock. -EBUSY when another process has it, *holder its pid (0 unknown);
 * or -errno. Held already is fine. */
int journal_lock(struct journal *j, pid_t *holder);
/* Gives the lock up and removes the folder when that leaves it empty. */
void journal_unlock(struct journal *j);

int journal_write(const struct journal *j, int64_t original);
/* 0 and the original of an entry of this boot; -ENOENT when there is none; -ESTALE when
 * it is of an earlier boot or not an entry. */
int journal_read(const struct journal *j, int64_t *original);
int journal_remove(const struct journal *j);

#endif
