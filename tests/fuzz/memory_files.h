/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_FUZZ_MEMORY_FILES_H
#define TLBLAB_TESTS_FUZZ_MEMORY_FILES_H

/*
 * A tree of files that is never on a disk: the reading functions of
 * tlblab/base/file.h over a table. A fuzzer that includes this is linked with them
 * instead of base's own, so that a tree costs microseconds.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

enum { MEMORY_FILES_MAX = 200 };

/* The table is no part of what is tried: looking into it costs half as much unwatched.
 */
#define MEMORY_UNWATCHED                                                               \
	__attribute__((no_sanitize("address", "undefined", "coverage")))

static struct memory_file {
	const char *path; /* with a "/" in front */
	const char *text;
} memory_files[MEMORY_FILES_MAX];
static int n_memory_files;
static char memory_dirs[4][128];
static bool memory_dir_used[4];

/* Where a path's text and its folders are found: by hash, since a tree is asked for
 * far more files than it has. Slots of earlier trees are told by their age. */
static struct memory_slot {
	unsigned int age;
	uint32_t hash;
	bool is_dir;
	const char *text; /* so many bytes; what lies behind is not its own */
	size_t bytes;
} memory_slots[4096];
static unsigned int memory_age = 1;

static void memory_clear(void)
{
	n_memory_files = 0;
	memory_age++;
}

MEMORY_UNWATCHED static bool memory_begins(const char *text, const char *with,
					   size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if (text[i] != with[i])
			return false;
	return true;
}

MEMORY_UNWATCHED static struct memory_slot *memory_slot(const char *path, size_t bytes,
							bool is_dir)
{
	uint32_t hash = 2166136261u, at;

	for (size_t i = 0; i < bytes; i++)
		hash = (hash ^ (unsigned char)path[i]) * 16777619u;
	hash ^= is_dir;
	for (at = hash % 4096; memory_slots[at].age == memory_age; at = (at + 1) % 4096)
		if (memory_slots[at].hash == hash && memory_slots[at].is_dir == is_dir)
			break;
	memory_slots[at].hash = hash;
	memory_slots[at].is_dir = is_dir;
	return &memory_slots[at];
}

/* The last one of a path counts, as on a disk. A tree has at most 200 files, each in
 * at most ten folders: there is a free slot. */
static void memory_put_bytes(const char *path, const char *text, size_t bytes)
{
	struct memory_slot *slot;
	int depth = 0;

	if (n_memory_files == MEMORY_FILES_MAX)
		return;
	for (const char *at = path + 1; (at = strchr(at, '/')) && depth < 10;
	     at++, depth++)
		memory_slot(path, (size_t)(at - path), true)->age = memory_age;
	memory_files[n_memory_files++] = (struct memory_file){path, text};
	slot = memory_slot(path, strlen(path), false);
	slot->age = memory_age;
	slot->text = text;
	slot->bytes = bytes;
}

static inline void memory_put(const char *path, const char *text)
{
	memory_put_bytes(path, text, strlen(text));
}

static bool memory_has_dir(const char *path)
{
	return memory_slot(path, strlen(path), true)->age == memory_age;
}

static const struct memory_slot *memory_find(const char *path)
{
	const struct memory_slot *slot = memory_slot(path, strlen(path), false);

	return slot->age == memory_age ? slot : NULL;
}

int file_read_all(const char *root, const char *path, char **out, size_t *out_bytes)
{
	const struct memory_slot *slot = memory_find(path);

	(void)root;
	if (!slot)
		return -ENOENT;
	*out = malloc(slot->bytes + 1);
	if (!*out)
		return -ENOMEM;
	memcpy(*out, slot->text, slot->bytes);
	(*out)[slot->bytes] = '\0';
	if (out_bytes)
		*out_bytes = slot->bytes;
	return 0;
}

int file_read_text(const char *root, const char *path, char *buf, size_t buf_bytes)
{
	const struct memory_slot *slot = memory_find(path);
	size_t used = slot ? slot->bytes : 0;

	(void)root;
	if (!slot)
		return -ENOENT;
	if (used >= buf_bytes)
		return -EOVERFLOW;
	memcpy(buf, slot->text, used);
	while (used && strchr(" \t\r\n", buf[used - 1]))
		used--;
	buf[used] = '\0';
	return 0;
}

int file_read_long(const char *root, const char *path, long *out)
{
	char text[64], *end;
	int err = file_read_text(root, path, text, sizeof(text));

	if (err)
		return err == -EOVERFLOW ? -EINVAL : err;
	errno = 0;
	*out = strtol(text_trim(text), &end, 10);
	return errno || !*text || *end ? -EINVAL : 0;
}

int file_dir_open(const char *root, const char *path)
{
	(void)root;
	for (int i = 0; memory_has_dir(path) && i < 4; i++) {
		if (memory_dir_used[i])
			continue;
		memory_dir_used[i] = true;
		snprintf(memory_dirs[i], sizeof(memory_dirs[i]), "%s", path);
		return i;
	}
	return -ENOENT;
}

int file_dir_read_text(int dir, const char *name, char *buf, size_t buf_bytes)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", memory_dirs[dir], name);
	return file_read_text("", path, buf, buf_bytes);
}

void file_dir_close(int dir)
{
	memory_dir_used[dir] = false;
}

int file_dir_numbers(const char *root, const char *path, const char *prefix,
		     struct cpumask *out)
{
	size_t length = strlen(path), prefix_length = strlen(prefix);

	(void)root;
	cpumask_clear(out);
	if (!memory_has_dir(path))
		return -ENOENT;
	for (int i = 0; i < n_memory_files; i++) {
		const char *name = memory_files[i].path + length + 1;
		size_t digits;

		if (!memory_begins(memory_files[i].path, path, length) ||
		    name[-1] != '/' || !memory_begins(name, prefix, prefix_length))
			continue;
		name += prefix_length;
		digits = strspn(name, "0123456789");
		if (digits && digits <= 5 && (!name[digits] || name[digits] == '/'))
			cpumask_set(out, atoi(name));
	}
	return 0;
}

#endif
