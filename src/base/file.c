/* SPDX-License-Identifier: MIT */
/*
 * Reading. Files of /proc and /sys have no size until they are read, so everything is
 * read to its end into a buffer that doubles. A root folder in front of every path lets
 * the tests and --sysroot stand captured trees in for the machine's own.
 */
#include "tlblab/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/text.h"

enum {
	FILE_FIRST_BYTES = 16 << 10,
	FILE_MAX_BYTES = 64 << 20,
};

/* Returns a descriptor or -errno. */
static int file_open(const char *root, const char *path, int flags)
{
	char full[PATH_MAX];
	int length, fd;

	length = snprintf(full, sizeof(full), "%s%s%s", root ? root : "",
			  root && *root && *path != '/' ? "/" : "", path);
	if (length < 0 || (size_t)length >= sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NOCTTY | flags);
	return fd < 0 ? -errno : fd;
}

/* Room for at least one more byte and the terminator. */
static int file_grow(char **buf, size_t *cap, size_t used)
{
	size_t wanted = *cap ? *cap * 2 : FILE_FIRST_BYTES;
	char *grown;

	if (used + 1 < *cap)
		return 0;
	if (used > FILE_MAX_BYTES)
		return -EFBIG;
	grown = realloc(*buf, wanted);
	if (!grown)
		return -ENOMEM;
	*buf = grown;
	*cap = wanted;
	return 0;
}

long file_pread_all(int fd, char **buf, size_t *cap)
{
	size_t used = 0;

	for (;;) {
		int err = file_grow(buf, cap, used);
		ssize_t got;

		if (err)
			return err;
		got = pread(fd, *buf + used, *cap - used - 1, (off_t)used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		used += (size_t)got;
	}
	if (used > FILE_MAX_BYTES)
		return -EFBIG;
	(*buf)[used] = '\0';
	return (long)used;
}

int file_read_all(const char *root, const char *path, char **out, size_t *out_bytes)
{
	int fd = file_open(root, path, 0);
	size_t used = 0, cap = 0;
	char *buf = NULL;
	ssize_t got;
	int err;

	if (fd < 0)
		return fd;
	/* read, not pread: a preset may come from a pipe. */
	do {
		err = file_grow(&buf, &cap, used);
		if (err)
			goto out;
		got = read(fd, buf + used, cap - used - 1);
		if (got < 0 && errno != EINTR) {
			err = -errno;
			goto out;
		}
		used += got > 0 ? (size_t)got : 0;
	} while (got);
	if (used > FILE_MAX_BYTES) {
		err = -EFBIG;
		goto out;
	}
	buf[used] = '\0';
	*out = buf;
	buf = NULL;
	if (out_bytes)
		*out_bytes = used;
out:
	free(buf);
	close(fd);
	return err;
}

/* All that fd holds, which is closed. */
static int file_take_text(int fd, char *buf, size_t buf_bytes)
{
	size_t used = 0;
	int err = 0;

	if (fd < 0)
		return fd;
	for (;;) {
		char over;
		bool full = used + 1 >= buf_bytes;
		ssize_t got = read(fd, full ? &over : buf + used,
				   full ? 1 : buf_bytes - used - 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			err = -errno;
		else if (got && full)
			err = -EOVERFLOW;
		if (err || !got)
			break;
		used += (size_t)got;
	}
	close(fd);
	if (err)
		return err;
	while (used && strchr(" \t\r\n", buf[used - 1]))
		used--;
	buf[used] = '\0';
	return 0;
}

int file_read_text(const char *root, const char *path, char *buf, size_t buf_bytes)
{
	return file_take_text(file_open(root, path, 0), buf, buf_bytes);
}

int file_dir_open(const char *root, const char *path)
{
	return file_open(root, path, O_DIRECTORY);
}

int file_dir_read_text(int dir, const char *name, char *buf, size_t buf_bytes)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return file_take_text(fd < 0 ? -errno : fd, buf, buf_bytes);
}

void file_dir_close(int dir)
{
	close(dir);
}

int file_dir_numbers(const char *root, const char *path, const char *prefix,
		     struct cpumask *out)
{
	int fd = file_dir_open(root, path);
	size_t length = strlen(prefix);
	const struct dirent *entry;
	DIR *dir;

	cpumask_clear(out);
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while ((entry = readdir(dir))) {
		const char *number = entry->d_name + length;
		size_t digits = strspn(number, "0123456789");

		/* At most five digits: what is larger is no CPU. */
		if (!strncmp(entry->d_name, prefix, length) && digits && digits <= 5 &&
		    !number[digits])
			cpumask_set(out, atoi(number));
	}
	closedir(dir);
	return 0;
}

int file_read_long(const char *root, const char *path, long *out)
{
	char text[64], *start, *end;
	int err = file_read_text(root, path, text, sizeof(text));
	long value;

	if (err)
		return err == -EOVERFLOW ? -EINVAL : err;
	start = text_trim(text);
	errno = 0;
	/* Decimal, or 0x as PCI's files have it; a leading 0 is not octal. */
	value = strtol(start, &end, !strncmp(start, "0x", 2) ? 16 : 10);
	if (errno == ERANGE)
		return -ERANGE;
	if (end == start || *end)
		return -EINVAL;
	*out = value;
	return 0;
}
