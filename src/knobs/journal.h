/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_KNOBS_JOURNAL_H
#define TLBLAB_SRC_KNOBS_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * /run/tlblab: a lock, so that one lab at a time changes the ceiling, and while it is
 * changed the file "ceiling" with "original pid boot_id ours ours", written whole
 * before each change and removed after the restore. Whoever holds the lock and finds
 * that file looks at what a killed guardian left, for a living one would hold the lock.
 * Everyone may read the entry, so that a start without privilege can say what to run.
 */
struct journal {
	char folder[240];
	int lock_fd; /* -1: not held */
};

/* The name of a guardian's process; at most 15 characters. */
#define JOURNAL_ATTENDANT "tlblab-guardian"

struct journal_entry {
	int64_t original; /* pages: what to put back */
	/* Pages: the values this lab may have left in force, the last written and the
	 * one about to be. Any other is someone else's. -1 none; both -1 unknown. */
	int64_t ours[2];
	pid_t pid; /* the guardian's */
};

void journal_init(struct journal *j, const char *root);
/* Takes the lock. -EBUSY when another process has it, *holder its pid (0 unknown);
 * or -errno. Held already is fine. */
int journal_lock(struct journal *j, pid_t *holder);
/* Gives the lock up and removes the folder when that leaves it empty. */
void journal_unlock(struct journal *j);

/* The entry's pid is this process's, whatever it says. */
int journal_write(const struct journal *j, const struct journal_entry *entry);
/* 0 and an entry of this boot; -ENOENT when there is none; -ESTALE when it is of an
 * earlier boot; -EBADMSG when it is not an entry; another -errno when it cannot be
 * read. Only after -ENOENT and -ESTALE is the ceiling in force nobody's debt. */
int journal_read(const struct journal *j, struct journal_entry *entry);
int journal_remove(const struct journal *j);
/* The same of a text and the present boot's id. */
int journal_parse(const char *text, const char *boot, struct journal_entry *entry);
/* Is a guardian of the entry's pid running? */
bool journal_is_attended(const struct journal_entry *entry);

#endif
