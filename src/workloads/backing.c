/* SPDX-License-Identifier: MIT */
#include "workloads/backing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char *const backing_kinds[] = {
	[BACKING_ANONYMOUS] = "anonymous",
	[BACKING_SHARED] = "shared",
	[BACKING_FILE] = "file",
	NULL,
};

/* Returns the descriptor, or -errno with the folder's name in *where. */
static int open_nameless(size_t bytes, const char **where)
{
	const char *tmp = getenv("TMPDIR");
	int err;

	*where = tmp && *tmp ? tmp : "/var/tmp";
	int fd = open(*where, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	err = posix_fallocate(fd, 0, (off_t)bytes);
	if (!err)
		return fd;
	close(fd);
	return -err;
}

int backing_init(struct backing *b, enum backing_kind kind, size_t bytes, char *failure,
		 size_t failure_bytes)
{
	const char *where;

	*b = (struct backing){.kind = kind, .fd = -1, .bytes = bytes};
	if (kind != BACKING_FILE)
		return 0;
	b->fd = open_nameless(bytes, &where);
	if (b->fd >= 0)
		return 0;
	int err = b->fd;

	b->fd = -1;
	snprintf(failure, failure_bytes, "cannot make a file of %zu bytes in %.60s: %s",
		 bytes, where, strerror(-err));
	return err;
}

void backing_fini(struct backing *b)
{
	if (b->kind == BACKING_FILE && b->fd >= 0)
		close(b->fd);
	b->fd = -1;
}

void *backing_map(const struct backing *b)
{
	int flags = b->kind == BACKING_ANONYMOUS ? MAP_PRIVATE | MAP_ANONYMOUS
		    : b->kind == BACKING_SHARED	 ? MAP_SHARED | MAP_ANONYMOUS
						 : MAP_SHARED;
	void *map = mmap(NULL, b->bytes, PROT_READ | PROT_WRITE, flags, b->fd, 0);

	/* A kernel without huge pages has nothing to switch off (EINVAL). */
	if (map != MAP_FAILED)
		madvise(map, b->bytes, MADV_NOHUGEPAGE);
	return map;
}
