/* SPDX-License-Identifier: MIT */
#include "knobs/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tlblab/base/file.h"

enum { BOOT_ID_BYTES = 64 };

static void path_of(const struct journal *j, const char *name, char *out, size_t bytes)
{
	snprintf(out, bytes, "%s/%s", j->folder, name);
}

void journal_init(struct journal *j, const char *root)
{
	snprintf(j->folder, sizeof(j->folder), "%s/run/tlblab", root);
	j->lock_fd = -1;
}

/* The folder must be ours alone: what is in it decides what root writes. */
static int make_folder(const struct journal *j)
{
	struct stat st;

	if (mkdir(j->folder, 0755) && errno != EEXIST)
		return -errno;
	if (lstat(j->folder, &st))
		return -errno;
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022))
		return -EPERM;
	/* Whatever the umask was: a start without privilege looks for the entry. */
	if ((st.st_mode & 0777) != 0755 && chmod(j->folder, 0755))
		return -errno;
	return 0;
}

static pid_t read_holder(int fd)
{
	char text[32] = "";
	int pid = 0;

	if (pread(fd, text, sizeof(text) - 1, 0) > 0 && sscanf(text, "%d", &pid) != 1)
		pid = 0;
	return pid;
}

/* True when the open file is still the one of that name: its last holder may have
 * removed it between our open and our lock. */
static bool is_still_named(int fd, const char *path)
{
	struct stat a, b;

	return !fstat(fd, &a) && !stat(path, &b) && a.st_ino == b.st_ino &&
	       a.st_dev == b.st_dev;
}

int journal_lock(struct journal *j, pid_t *holder)
{
	char path[300];
	int err;

	*holder = 0;
	path_of(j, "lock", path, sizeof(path));
	for (int tries = 0; j->lock_fd < 0 && tries < 100; tries++) {
		int fd;

		err = make_folder(j);
		if (err)
			return err;
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX | LOCK_NB)) {
			err = errno == EWOULDBLOCK ? -EBUSY : -errno;
			*holder = read_holder(fd);
			close(fd);
			return err;
		}
		if (is_still_named(fd, path))
			j->lock_fd = fd;
		else
			close(fd);
	}
	if (j->lock_fd < 0)
		return -EAGAIN;
	if (ftruncate(j->lock_fd, 0) == 0)
		dprintf(j->lock_fd, "%d\n", (int)getpid());
	return 0;
}

void journal_unlock(struct journal *j)
{
	char path[300];

	if (j->lock_fd < 0)
		return;
	path_of(j, "lock", path, sizeof(path));
	unlink(path);
	close(j->lock_fd);
	j->lock_fd = -1;
	rmdir(j->folder);
}

static int read_boot_id(char *out, size_t bytes)
{
	return file_read_text("", "/proc/sys/kernel/random/boot_id", out, bytes);
}

int journal_write(const struct journal *j, const struct journal_entry *entry)
{
	char boot[BOOT_ID_BYTES], text[200], path[300];
	int err = read_boot_id(boot, sizeof(boot));
	mode_t mask;
	int n;

	if (err)
		return err;
	path_of(j, "ceiling", path, sizeof(path));
	n = snprintf(text, sizeof(text), "%lld %d %s %lld %lld\n",
		     (long long)entry->original, (int)getpid(), boot,
		     (long long)entry->ours[0], (long long)entry->ours[1]);
	mask = umask(022);
	err = file_write_whole(path, text, (size_t)n, NULL);
	umask(mask);
	return err;
}

static bool is_ceiling(long long pages, long long least)
{
	return pages >= least && pages <= INT32_MAX;
}

int journal_parse(const char *text, const char *boot, struct journal_entry *entry)
{
	long long original, ours[2] = {-1, -1};
	char entry_boot[BOOT_ID_BYTES], more;
	int pid;
	/* An entry without the last two is an older program's. */
	int n = sscanf(text, "%lld %d %63s %lld %lld %c", &original, &pid, entry_boot,
		       &ours[0], &ours[1], &more);

	if ((n != 3 && n != 5) || !is_ceiling(original, 0) || pid <= 0 ||
	    !is_ceiling(ours[0], -1) || !is_ceiling(ours[1], -1))
		return -EBADMSG;
	if (strcmp(boot, entry_boot))
		return -ESTALE;
	*entry = (struct journal_entry){original, {ours[0], ours[1]}, pid};
	return 0;
}

int journal_read(const struct journal *j, struct journal_entry *entry)
{
	char boot[BOOT_ID_BYTES], text[200];
	int err = file_read_text(j->folder, "/ceiling", text, sizeof(text));

	if (err)
		return err == -EOVERFLOW ? -EBADMSG : err;
	err = read_boot_id(boot, sizeof(boot));
	return err ? err : journal_parse(text, boot, entry);
}

bool journal_is_attended(const struct journal_entry *entry)
{
	char path[64], name[32];

	if (kill(entry->pid, 0) && errno != EPERM)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)entry->pid);
	/* Where /proc hides other users' processes, one of that number will do. */
	return file_read_text("", path, name, sizeof(name)) ||
	       !strcmp(name, JOURNAL_ATTENDANT);
}

int journal_remove(const struct journal *j)
{
	char path[300];

	path_of(j, "ceiling", path, sizeof(path));
	return unlink(path) && errno != ENOENT ? -errno : 0;
}
