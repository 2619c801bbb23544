/* SPDX-License-Identifier: MIT */
/*
 * One errno has several causes. EPERM from an open under debugfs is lockdown when it is
 * root who is refused (fs/debugfs/file.c, debugfs_locked_down); EACCES or ENOENT to
 * others is the folder's mode, 0700; ENOENT to root is an empty mount point, or a
 * kernel without the file.
 */
#include "knobs/ceiling_reason.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

static const char *reason_for_user(const struct ceiling_circumstances *c)
{
	/* Locked down, sudo would not help. */
	if (c->lockdown[0])
		return NULL;
	return "no permission: run with sudo";
}

static const char *reason_for_root(const struct ceiling_circumstances *c)
{
	if (!c->debugfs_mounted)
		return c->debugfs_known
			       ? "debugfs is not mounted at /sys/kernel/debug; as root: "
				 "mount -t debugfs none /sys/kernel/debug"
			       : "this kernel has no debugfs: it needs CONFIG_DEBUG_FS=y, or "
				 "use make vm";
	if (c->err == -ENOENT)
		return "this kernel has no tlb_single_page_flush_ceiling in debugfs: use "
		       "make vm";
	if (c->err == -EROFS)
		return "debugfs is mounted read-only (a container?): run on the host";
	if (c->err == -EACCES || c->err == -EPERM)
		return "root is refused: a container or a security module closes debugfs; run "
		       "on the host";
	return NULL;
}

const char *ceiling_reason(const struct ceiling_circumstances *c, char *buf,
			   size_t buf_bytes)
{
	const char *why;

	if (!c->x86) {
		text_copy(buf, buf_bytes, "not x86: this kernel has no such ceiling");
		return buf;
	}
	why = c->root ? reason_for_root(c) : reason_for_user(c);
	if (c->lockdown[0] && (!c->root || c->err == -EPERM))
		snprintf(
			buf, buf_bytes,
			"the kernel is locked down (%s): it refuses debugfs even to root; "
			"boot with lockdown=none or use make vm",
			c->lockdown);
	else if (why)
		text_copy(buf, buf_bytes, why);
	else
		snprintf(buf, buf_bytes, "the ceiling cannot be opened: %s",
			 strerror(-c->err));
	return buf;
}

void ceiling_parse_lockdown(const char *text, char *chosen, size_t chosen_bytes)
{
	const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;

	chosen[0] = '\0';
	if (!close || (size_t)(close - open) > chosen_bytes)
		return;
	memcpy(chosen, open + 1, (size_t)(close - open - 1));
	chosen[close - open - 1] = '\0';
	if (!strcmp(chosen, "none"))
		chosen[0] = '\0';
}
