/* SPDX-License-Identifier: MIT */
/*
 * Page cache writeback: pages of a shared file mapping are written to, and the file is
 * written out. Before the kernel writes a page it takes its mappings' right to write
 * away, so that later stores are noticed: one flush of one page, on every CPU of every
 * process that maps it, for each page (mm/rmap.c, page_vma_mkclean_one).
 *
 * The file is unlinked from the beginning and lies on a disk's file system: memory's
 * own (tmpfs) writes nothing back.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "tlblab/workloads/workload.h"
#include "workloads/expect.h"
#include "workloads/failure.h"
#include "workloads/region.h"

enum { PAGES, METHOD };
enum method { SYNC_FILE_RANGE, MSYNC };

struct writeback_own {
	char *map;
	size_t bytes;
	int fd;
	enum method method;
};
_Static_assert(sizeof(struct writeback_own) <= sizeof(((struct worker *)0)->local), "");

/* An unlinked file where writing back means something, or -errno. */
static int writeback_open(void)
{
	const char *folders[] = {getenv("TMPDIR"), "/var/tmp", "/tmp", "."};
	int err = -EOPNOTSUPP;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct statfs fs;

		if (!folders[i] || statfs(folders[i], &fs) ||
		    fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
			continue;
		int fd = open(folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

		if (fd >= 0)
			return fd;
		err = -errno;
	}
	return err;
}

static int writeback_available(char *why, size_t why_bytes)
{
	int fd = writeback_open();

	if (fd >= 0)
		return close(fd);
	if (fd == -EOPNOTSUPP)
		snprintf(why, why_bytes,
			 "no folder for a temporary file lies on a disk's file system "
			 "(TMPDIR names another)");
	else
		snprintf(why, why_bytes, "a temporary file cannot be made: %s",
			 strerror(-fd));
	return fd;
}

static int writeback_enter(struct worker *w)
{
	struct writeback_own *own = memset(w->local, 0, sizeof(w->local));
	const char *call = "open";

	own->method = (enum method)w->params[METHOD].number;
	own->bytes = (size_t)w->params[PAGES].number * REGION_PAGE_BYTES;
	own->fd = writeback_open();
	if (own->fd < 0) {
		errno = -own->fd;
		goto fail;
	}
	call = "posix_fallocate";
	errno = posix_fallocate(own->fd, 0, (off_t)own->bytes);
	if (errno)
		goto close;
	call = "mmap";
	own->map =
		mmap(NULL, own->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, own->fd, 0);
	if (own->map == MAP_FAILED)
		goto close;
	w->own = own;
	return 0;
close:
	close(own->fd);
fail:
	worker_fail(w, call);
	return w->failed;
}

static void writeback_operate(struct worker *w)
{
	const struct writeback_own *own = w->own;

	for (size_t at = 0; at < own->bytes; at += REGION_PAGE_BYTES)
		*(volatile char *)(own->map + at) = 1;
	if (own->method == MSYNC) {
		if (msync(own->map, own->bytes, MS_SYNC))
			worker_fail(w, "msync");
	} else if (sync_file_range(own->fd, 0, (off_t)own->bytes,
				   SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
					   SYNC_FILE_RANGE_WAIT_AFTER)) {
		worker_fail(w, "sync_file_range");
	}
}

static void writeback_leave(struct worker *w)
{
	const struct writeback_own *own = w->own;

	munmap(own->map, own->bytes);
	close(own->fd);
}

static void writeback_expect(const struct expect_case *c, struct expectation *out)
{
	double pages = (double)c->params[PAGES].number;

	expect_one_flush(c, 1, ZAP_TOGETHER, out);
	out->flushes_per_op_low *= pages;
	out->flushes_per_op_high *= pages;
	out->shootdowns_per_op_low *= pages;
	out->shootdowns_per_op_high *= pages;
	snprintf(out->why, sizeof(out->why),
		 "every dirty page loses its right to be written to before it goes to "
		 "the disk: one flush of one page for each of %lld",
		 (long long)c->params[PAGES].number);
}

static const char *const writeback_methods[] = {
	[SYNC_FILE_RANGE] = "sync_file_range", [MSYNC] = "msync", NULL};

static const struct param_desc writeback_params[] = {
	[PAGES] = {.key = "pages",
		   .kind = PARAM_INT,
		   .unit = "pages",
		   .help = "how many pages of the file are written to and written out",
		   .min = 1,
		   .max = 65536,
		   .def = "1"},
	[METHOD] = {.key = "method",
		    .kind = PARAM_CHOICE,
		    .unit = "",
		    .help = "how they are written out: the data only, or as msync "
			    "does, with the file's metadata",
		    .choices = writeback_methods,
		    .def = "sync_file_range"},
};

const struct workload_ops writeback_ops = {
	.desc = {.name = "writeback",
		 .title = "page cache writeback",
		 .summary =
			 "Writes to shared pages of a file and has them written out: "
			 "a flush for every page that was dirty.",
		 .params = writeback_params,
		 .n_params = sizeof(writeback_params) / sizeof(writeback_params[0])},
	.available = writeback_available,
	.enter = writeback_enter,
	.operate = writeback_operate,
	.leave = writeback_leave,
	.expect = writeback_expect,
};
