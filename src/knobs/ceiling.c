/* SPDX-License-Identifier: MIT */
/*
 * tlb_single_page_flush_ceiling: the span in pages up to which the kernel flushes page
 * by page (arch/x86/mm/tlb.c, get_flush_tlb_info). System-wide, in debugfs, root only.
 */
#include "tlblab/knobs/ceiling.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "knobs/ceiling_reason.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

/* Does root's mount table show debugfs where the ceiling is looked for? */
static bool debugfs_is_mounted(const char *root)
{
	char *mounts = NULL, *line, *rest;
	bool found = false;
	size_t bytes;

	if (file_read_all(root, "/proc/self/mounts", &mounts, &bytes) &&
	    file_read_all(root, "/proc/mounts", &mounts, &bytes))
		return false;
	for (rest = mounts; (line = strsep(&rest, "\n"));)
		found = found || strstr(line, " /sys/kernel/debug debugfs ");
	free(mounts);
	return found;
}

static bool debugfs_is_known(const char *root)
{
	char *text = NULL;
	size_t bytes;
	bool known = true;

	if (file_read_all(root, "/proc/filesystems", &text, &bytes) == 0)
		known = strstr(text, "\tdebugfs\n") != NULL;
	free(text);
	return known;
}

static bool is_x86(const char *root)
{
	struct utsname u;

	/* A captured tree is one of an x86 machine, or it has no such file. */
	if (root && root[0])
		return true;
	return uname(&u) == 0 && (!strcmp(u.machine, "x86_64") || u.machine[0] == 'i');
}

static void say_absent(const char *root, int err, struct availability *a)
{
	struct ceiling_circumstances c = {
		.err = err,
		.x86 = is_x86(root),
		.debugfs_known = debugfs_is_known(root),
		.debugfs_mounted = debugfs_is_mounted(root),
		.root = geteuid() == 0,
	};
	char text[128];

	if (!file_read_text(root, "/sys/kernel/security/lockdown", text, sizeof(text)))
		ceiling_parse_lockdown(text, c.lockdown, sizeof(c.lockdown));
	a->available = false;
	a->source[0] = '\0';
	ceiling_reason(&c, a->reason, sizeof(a->reason));
}

int ceiling_read(const char *root, int64_t *pages, struct availability *availability)
{
	long value;
	int err = file_read_long(root, CEILING_PATH, &value);

	if (!err && value < 0)
		err = -EINVAL;
	if (err) {
		if (availability)
			say_absent(root, err, availability);
		return err;
	}
	*pages = value;
	if (availability) {
		memset(availability, 0, sizeof(*availability));
		availability->available = true;
		text_copy(availability->source, sizeof(availability->source),
			  CEILING_PATH);
	}
	return 0;
}

/* One write of the whole number: the kernel takes it or refuses it. */
static int write_number(const char *root, int64_t pages)
{
	char path[512], text[32];
	int fd, n, err = 0;

	snprintf(path, sizeof(path), "%s%s", root ? root : "", CEILING_PATH);
	n = snprintf(text, sizeof(text), "%lld\n", (long long)pages);
	fd = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, (size_t)n) != n)
		err = errno ? -errno : -EIO;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int ceiling_write(const char *root, int64_t pages, struct error *error)
{
	struct availability a = {0};
	int64_t now;
	int err;

	if (pages < 0 || pages > INT32_MAX)
		return error_setf(error, ERROR_INPUT, EINVAL, "ceiling",
				  "give a number of pages from 0 to 2147483647",
				  "%lld is not a ceiling", (long long)pages);
	err = write_number(root, pages);
	if (err) {
		say_absent(root, err, &a);
		return error_set(error, ERROR_MACHINE, -err, "ceiling", a.reason,
				 "see tlblab doctor");
	}
	err = ceiling_read(root, &now, &a);
	if (err)
		return error_set(error, ERROR_MACHINE, -err, "ceiling", a.reason,
				 "see tlblab doctor");
	if (now != pages)
		return error_setf(error, ERROR_MACHINE, EIO, "ceiling",
				  "another program may be changing it",
				  "%lld was written but %lld is in force",
				  (long long)pages, (long long)now);
	return 0;
}
