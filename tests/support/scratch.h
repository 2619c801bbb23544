/* SPDX-License-Identifier: MIT */
/* A temporary folder that stands for "/": tests put files under it and hand it to the
 * code as root. Removed by scratch_remove. */
#ifndef TLBLAB_TESTS_SUPPORT_SCRATCH_H
#define TLBLAB_TESTS_SUPPORT_SCRATCH_H

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
	char root[64];
};

static inline void scratch_make(struct scratch *s)
{
	strcpy(s->root, "/tmp/tlblab-test-XXXXXX");
	if (!mkdtemp(s->root))
		abort();
}

/* Writes root/path whole, in place, making folders on the way. */
static inline void scratch_write_bytes(const struct scratch *s, const char *path,
				       const char *data, size_t bytes)
{
	char full[512];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", s->root, path);
	for (char *slash = full + strlen(s->root) + 1; (slash = strchr(slash, '/'));
	     slash++) {
		*slash = '\0';
		if (mkdir(full, 0755) && errno != EEXIST)
			abort();
		*slash = '/';
	}
	f = fopen(full, "w");
	if (!f || fwrite(data, 1, bytes, f) != bytes || fclose(f))
		abort();
}

static inline void scratch_write(const struct scratch *s, const char *path,
				 const char *text)
{
	scratch_write_bytes(s, path, text, strlen(text));
}

static inline int scratch_unlink_one(const char *path, const struct stat *st, int type,
				     struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void scratch_remove(const struct scratch *s)
{
	nftw(s->root, scratch_unlink_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
