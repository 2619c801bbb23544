/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_FILE_H
#define TLBLAB_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/cpumask.h"
#include "tlblab/base/error.h"

/* Reads all of root/path (root may be NULL or "") into a malloc'd, terminated buffer
 * that the caller frees. Works for /proc and /sys files of any length.
 * Returns 0 or -errno (-EFBIG past 64 MiB). */
int file_read_all(const char *root, const char *path, char **out, size_t *out_bytes);
/* Reads a small file into buf, terminated, trailing newlines and blanks removed.
 * 0 or -errno (-EOVERFLOW when it does not fit). */
int file_read_text(const char *root, const char *path, char *buf, size_t buf_bytes);
/* A whole small file as one integer, decimal or "0x…". 0 or -errno (-EINVAL, -ERANGE).
 */
int file_read_long(const char *root, const char *path, long *out);
/* A folder of which several small files are read: one walk along its path for all of
 * them. A handle for the two below, or -errno. */
int file_dir_open(const char *root, const char *path);
/* As file_read_text, of the file `name` in the folder. */
int file_dir_read_text(int dir, const char *name, char *buf, size_t buf_bytes);
void file_dir_close(int dir);
/* The numbers N of the entries called prefixN in a folder. 0 or -errno. */
int file_dir_numbers(const char *root, const char *path, const char *prefix,
		     struct cpumask *out);
/* Appends what fd still holds to a growing buffer; for /proc files read again and
 * again: keeps *buf and *cap between calls, pread from 0. Returns bytes or -errno. */
long file_pread_all(int fd, char **buf, size_t *cap);

/*
 * Writes the file whole or not at all: a temporary file beside it, fsync, rename,
 * fsync of the folder. An existing file keeps its mode, a symbolic link stays one; a
 * device or pipe is written to. path "-" is standard output; the program ignores
 * SIGPIPE, so that a reader that left is an error. 0 or -errno with an error.
 */
int file_write_whole(const char *path, const char *data, size_t bytes,
		     struct error *error);

/* The error of a failed write to path: why, and what to do. Returns -err. */
int file_write_error(struct error *f, const char *path, int err);

/* Whether two names lead to one and the same file, whether it exists already or not;
 * "-" is standard output. /dev/null may be named twice. */
bool file_is_same(const char *a, const char *b);

/*
 * A file of lines that others read while it grows. Each line is there whole or not at
 * all: what a full disk cut is taken back. The first failure ends it.
 */
struct line_file {
	int fd; /* -1: not open */
	int64_t whole_bytes;
	bool regular;
	int err; /* errno of the failure that ended it; 0 none */
};

/* "-" is standard output. 0 or -errno with an error. */
int line_file_open(struct line_file *f, const char *path, struct error *error);
/* text is one or more whole lines. 0 or -errno, now or of an earlier call. */
int line_file_put(struct line_file *f, const char *text);
/* 0, or -errno of the first failure. */
int line_file_close(struct line_file *f);

#endif
