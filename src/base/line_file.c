/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

enum { NEW_FILE_MODE = 0666 }; /* less the umask */

int line_file_open(struct line_file *f, const char *path, struct error *error)
{
	struct stat st;

	*f = (struct line_file){.fd = -1};
	if (strcmp(path, "-") == 0)
		f->fd = dup(STDOUT_FILENO);
	else
		f->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY,
			     NEW_FILE_MODE);
	if (f->fd < 0)
		return file_write_error(error, path, errno);
	fcntl(f->fd, F_SETFD, FD_CLOEXEC);
	f->regular = !fstat(f->fd, &st) && S_ISREG(st.st_mode);
	if (f->regular)
		f->whole_bytes = lseek(f->fd, 0, SEEK_CUR);
	return 0;
}

int line_file_put(struct line_file *f, const char *text)
{
	size_t bytes = strlen(text), done = 0;

	while (!f->err && done < bytes) {
		ssize_t n = write(f->fd, text + done, bytes - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			f->err = n ? errno : EIO;
	}
	if (!f->err)
		f->whole_bytes += (int64_t)bytes;
	else if (f->regular && done > 0 && !ftruncate(f->fd, f->whole_bytes))
		lseek(f->fd, f->whole_bytes, SEEK_SET);
	return -f->err;
}

int line_file_close(struct line_file *f)
{
	if (f->fd >= 0 && close(f->fd) && !f->err)
		f->err = errno;
	f->fd = -1;
	return -f->err;
}

/* The folder and the name that a path will have once it is written. */
static bool place_of(const char *path, char *place)
{
	char folder[PATH_MAX], name[PATH_MAX];

	if (realpath(path, place))
		return true;
	if (!text_copy(folder, sizeof(folder), path) ||
	    !text_copy(name, sizeof(name), path))
		return false;
	if (!realpath(dirname(folder), place) || strlen(place) > PATH_MAX / 2)
		return false;
	return text_append(place, PATH_MAX, "/%s", basename(name));
}

/* What a name leads to now; "-" is standard output. */
static bool stat_of(const char *path, struct stat *st)
{
	return !(strcmp(path, "-") ? stat(path, st) : fstat(STDOUT_FILENO, st));
}

bool file_is_same(const char *a, const char *b)
{
	char place_a[PATH_MAX], place_b[PATH_MAX];
	struct stat st_a, st_b;

	if (strcmp(a, b) == 0 && strcmp(a, "-") == 0)
		return true;
	if (stat_of(a, &st_a) && stat_of(b, &st_b))
		return st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino &&
		       !(S_ISCHR(st_a.st_mode) && st_a.st_rdev == makedev(1, 3));
	if (!strcmp(a, "-") || !strcmp(b, "-"))
		return false;
	if (!place_of(a, place_a) || !place_of(b, place_b))
		return strcmp(a, b) == 0;
	return strcmp(place_a, place_b) == 0;
}
