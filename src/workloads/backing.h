/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_BACKING_H
#define TLBLAB_SRC_WORKLOADS_BACKING_H

#include <stddef.h>

/* What is behind the memory an experiment works on. */
enum backing_kind { BACKING_ANONYMOUS, BACKING_SHARED, BACKING_FILE };

/* The choices of a param, in the order of backing_kind. */
extern const char *const backing_kinds[];

/*
 * So many bytes of one kind, mapped and unmapped as often as wanted. A file never has a
 * name (O_TMPFILE in $TMPDIR or /var/tmp), so that nothing is left of it however the
 * process ends; its blocks are reserved, so that a full disk is an error here and not a
 * SIGBUS later.
 */
struct backing {
	enum backing_kind kind;
	int fd; /* BACKING_FILE; else -1 */
	size_t bytes;
};

/* 0, or -errno with a sentence in failure. */
int backing_init(struct backing *b, enum backing_kind kind, size_t bytes, char *failure,
		 size_t failure_bytes);
void backing_fini(struct backing *b);
/* A new mapping of all of it, read-write, small pages; MAP_FAILED with errno. */
void *backing_map(const struct backing *b);

#endif
