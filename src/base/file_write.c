/* SPDX-License-Identifier: MIT */
/*
 * Writing whole or not at all. Whoever reads the path sees the old file or the new one,
 * never a half: the bytes go to a new file of an unpredictable name in the same folder,
 * reach the disk, and take the name over. A link is followed, so that it stays a link.
 * Devices, pipes and standard output have no old content to protect and are simply
 * written to.
 */
#include "tlblab/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tlblab/base/text.h"

enum {
	LINKS_MAX = 40, /* as the kernel: MAXSYMLINKS */
	TEMP_TRIES = 16,
	NEW_FILE_MODE = 0644,
};

struct write_target {
	char folder[PATH_MAX];
	char name[NAME_MAX + 1];
	bool exists;
	struct stat old; /* where it exists */
};

int file_write_error(struct error *f, const char *path, int err)
{
	static const struct {
		int err;
		enum error_code code;
		const char *why, *todo;
	} known[] = {
		{ENOSPC, ERROR_MACHINE, "no space is left there",
		 "free some space or choose another folder"},
		{EDQUOT, ERROR_MACHINE, "the disk quota is used up",
		 "free some space or choose another folder"},
		{EFBIG, ERROR_MACHINE, "the file would be larger than is allowed",
		 "raise the limit (ulimit -f) or choose another folder"},
		{EROFS, ERROR_MACHINE, "the file system is read-only",
		 "choose another folder"},
		{EACCES, ERROR_MACHINE, "no permission to write there",
		 "choose a file or folder you may write"},
		{EPERM, ERROR_MACHINE, "the system does not permit writing there",
		 "choose another file or folder"},
		{ENOENT, ERROR_INPUT, "the folder does not exist",
		 "create it or choose another"},
		{ENOTDIR, ERROR_INPUT, "part of the path is a file, not a folder",
		 "correct the path"},
		{EISDIR, ERROR_INPUT, "it is a folder", "name a file inside it"},
		{ELOOP, ERROR_INPUT, "its symbolic links lead in a circle",
		 "correct the links"},
		{ENAMETOOLONG, ERROR_INPUT, "the name is too long",
		 "choose a shorter one"},
		{EPIPE, ERROR_MACHINE, "the program that was reading has gone",
		 "keep it running until the output ends"},
		{EBADF, ERROR_MACHINE, "it is closed", "leave it open or name a file"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].err == err)
			return error_set(f, known[i].code, err, path, known[i].why,
					 known[i].todo);
	return error_set(f, ERROR_MACHINE, err, path, strerror(err),
			 "choose another file or folder");
}

static int file_write_fd(int fd, const char *data, size_t bytes)
{
	while (bytes) {
		ssize_t put = write(fd, data, bytes);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		if (!put)
			return -EIO;
		data += put;
		bytes -= (size_t)put;
	}
	return 0;
}

static int file_write_through(const char *path, const char *data, size_t bytes)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int err;

	if (fd < 0)
		return -errno;
	err = file_write_fd(fd, data, bytes);
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/* Splits path at its last slash. */
static int file_split_path(const char *path, struct write_target *t)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t folder_bytes = slash == path ? 2
			      : slash	    ? (size_t)(slash - path) + 1
					    : 2;

	if (!*name)
		return -EISDIR;
	if (folder_bytes > sizeof(t->folder) ||
	    !text_copy(t->name, sizeof(t->name), name))
		return -ENAMETOOLONG;
	memcpy(t->folder, slash ? path : ".", folder_bytes - 1);
	t->folder[folder_bytes - 1] = '\0';
	return 0;
}

/* The folder and name that path stands for once its last part's links, also a dangling
 * one, are followed. */
static int file_resolve_target(const char *path, struct write_target *t)
{
	char at[PATH_MAX], link[PATH_MAX];

	if (!text_copy(at, sizeof(at), path))
		return -ENAMETOOLONG;
	for (int links = 0; links < LINKS_MAX; links++) {
		ssize_t length = readlink(at, link, sizeof(link) - 1);
		int err = file_split_path(at, t);

		if (err || length < 0)
			return err;
		link[length] = '\0';
		if (*link == '/')
			length = snprintf(at, sizeof(at), "%s", link);
		else
			length = snprintf(at, sizeof(at), "%s/%s", t->folder, link);
		if ((size_t)length >= sizeof(at))
			return -ENAMETOOLONG;
	}
	return -ELOOP;
}

/* A new file in the folder; its name is written to temp. Descriptor or -errno. */
static int file_create_temp(int folder_fd, char *temp, size_t temp_bytes)
{
	for (int i = 0; i < TEMP_TRIES; i++) {
		uint64_t random[2];
		int fd;

		if (getrandom(random, sizeof(random), 0) != sizeof(random))
			return -errno;
		snprintf(temp, temp_bytes, ".tlblab-%016" PRIx64 "%016" PRIx64 ".tmp",
			 random[0], random[1]);
		fd = openat(folder_fd, temp,
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    NEW_FILE_MODE);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* The replacement belongs to whom the old file belonged, as far as we may do that;
 * where not, the mode must not open it to people whom the old group left out. */
static int file_keep_owner_and_mode(int fd, const struct stat *old)
{
	mode_t mode = old->st_mode & 0777;
	struct stat now;

	if (fstat(fd, &now))
		return -errno;
	if ((now.st_uid != old->st_uid || now.st_gid != old->st_gid) &&
	    fchown(fd, old->st_uid, old->st_gid))
		mode &= ~(mode_t)077 | (now.st_mode & 077);
	return fchmod(fd, mode) ? -errno : 0;
}

/* Some file systems have nothing to synchronise and say EINVAL. */
static int file_sync(int fd)
{
	return fsync(fd) && errno != EINVAL && errno != EROFS ? -errno : 0;
}

static int file_fill_temp(int fd, const struct write_target *t, const char *data,
			  size_t bytes)
{
	int err = file_write_fd(fd, data, bytes);

	if (!err && t->exists)
		err = file_keep_owner_and_mode(fd, &t->old);
	if (!err)
		err = file_sync(fd);
	if (close(fd) && !err)
		err = -errno;
	return err;
}

static int file_sync_folder(int folder_fd)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	/* A folder one may write to but not list cannot be synchronised by name. */
	if (fd < 0)
		return errno == EACCES ? 0 : -errno;
	err = file_sync(fd);
	close(fd);
	return err;
}

static int file_replace(const struct write_target *t, const char *data, size_t bytes)
{
	char temp[64];
	int folder_fd, fd, err;

	folder_fd = open(t->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder_fd < 0)
		return -errno;
	fd = file_create_temp(folder_fd, temp, sizeof(temp));
	err = fd < 0 ? fd : 0;
	if (err)
		goto out;
	err = file_fill_temp(fd, t, data, bytes);
	if (!err && renameat(folder_fd, temp, folder_fd, t->name))
		err = -errno;
	if (err)
		unlinkat(folder_fd, temp, 0);
	else
		err = file_sync_folder(folder_fd);
out:
	close(folder_fd);
	return err;
}

static int file_write_named(const char *path, const char *data, size_t bytes)
{
	struct write_target t = {.exists = false};
	int err;

	if (!stat(path, &t.old))
		t.exists = true;
	else if (errno != ENOENT)
		return -errno;
	if (t.exists && S_ISDIR(t.old.st_mode))
		return -EISDIR;
	if (t.exists && !S_ISREG(t.old.st_mode))
		return file_write_through(path, data, bytes);
	/* rename would replace a write-protected file without asking. */
	if (t.exists && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS))
		return -errno;
	err = file_resolve_target(path, &t);
	return err ? err : file_replace(&t, data, bytes);
}

int file_write_whole(const char *path, const char *data, size_t bytes,
		     struct error *error)
{
	if (!*path)
		return error_set(error, ERROR_INPUT, ENOENT, "the file to write",
				 "its name is empty",
				 "name a file, or - for standard output");

	bool to_stdout = !strcmp(path, "-");
	int err = to_stdout ? file_write_fd(STDOUT_FILENO, data, bytes)
			    : file_write_named(path, data, bytes);

	return err ? file_write_error(error, to_stdout ? "standard output" : path, -err)
		   : 0;
}
