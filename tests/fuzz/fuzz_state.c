/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what the state folder holds: the recovery log of a killed session and
 * the list of lessons done. It is offered once and then seen, whatever is in it; what
 * was noted as done stays done; nothing else is left in the folder.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/bench/recovery_log.h"
#include "tui/lesson/course.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static char root[64], folder[96];

static void file_put(const char *name, const uint8_t *data, size_t bytes)
{
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, bytes) != (ssize_t)bytes || close(fd))
		abort();
}

/* Empties the folder; returns how many files it held. */
static int clear(void)
{
	DIR *dir = opendir(folder);
	int n = 0;

	for (const struct dirent *d; dir && (d = readdir(dir));)
		if (d->d_name[0] != '.')
			n += !unlinkat(dirfd(dir), d->d_name, 0);
	if (dir)
		closedir(dir);
	return n;
}

static void remove_all(void)
{
	clear();
	rmdir(folder);
	rmdir(root);
}

static void make_root(void)
{
	snprintf(root, sizeof(root), "/dev/shm/tlblab-fuzz-XXXXXX");
	if (!mkdtemp(root))
		abort();
	snprintf(folder, sizeof(folder), "%s/tlblab", root);
	if (mkdir(folder, 0700) || setenv("XDG_STATE_HOME", root, 1))
		abort();
	atexit(remove_all);
}

static void check_recovery(size_t bytes)
{
	struct recovery_log_left left;
	struct recovery_log *log = recovery_log_open(&left);

	if (!log || (bytes > 0) != (left.path[0] != '\0') || !(left.age_s >= 0))
		abort();
	if (*left.path)
		recovery_log_seen(&left);
	recovery_log_close(log);
	log = recovery_log_open(&left);
	if (!log || *left.path)
		abort();
	recovery_log_close(log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static const char lesson[] = "lesson-tlb";
	struct stat before, after;
	char path[200];

	if (!root[0])
		make_root();
	clear();
	file_put("live-1.jsonl", data, bytes);
	file_put("course", data, bytes);
	check_recovery(bytes);
	if (course_is_new())
		abort();
	course_note_done(lesson);
	snprintf(path, sizeof(path), "%s/course", folder);
	if (stat(path, &before))
		abort();
	course_note_done(lesson);
	if (stat(path, &after) || before.st_size != after.st_size)
		abort();
	if (clear() != 1 + (bytes > 0))
		abort();
	return 0;
}
