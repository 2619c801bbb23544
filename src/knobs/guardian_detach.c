/* SPDX-License-Identifier: MIT */
#include "knobs/guardian_detach.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "knobs/journal.h"

enum { CLOSE_MAX = 1 << 16 };

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83 /* Linux 6.16 */
#endif

static void close_from(unsigned int first)
{
	struct rlimit limit;
	unsigned int end = CLOSE_MAX;

	if (!close_range(first, ~0U, 0))
		return;
	/* An old kernel, or a container's filter of system calls. */
	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_max < end)
		end = (unsigned int)limit.rlim_max;
	for (unsigned int fd = first; fd < end; fd++)
		close((int)fd);
}

/* Should memory run out, others go first. */
static void spare_from_oom(void)
{
	static const char least[] = "-1000";
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* Refused where root is a container's own; then nothing is lost but this. */
	if (write(fd, least, strlen(least)) < 0)
		errno = 0;
	close(fd);
}

int guard_detach(int socket)
{
	int off = 0, null_fd;

	setsid();
	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, SIG_IGN);
	spare_from_oom();
	if (prctl(PR_SET_DUMPABLE, 0))
		return -errno;
	/* Kernels that know it refuse a client's descriptors at its own send. */
	setsockopt(socket, SOL_SOCKET, SO_PASSRIGHTS, &off, sizeof(off));
	null_fd = open("/dev/null", O_RDWR);
	if (null_fd < 0) /* a bare chroot: what can be neither read nor written does */
		null_fd = open("/", O_PATH);
	if (null_fd < 0)
		return -errno;
	/* The socket may have one of the numbers that are about to be taken. */
	socket = fcntl(socket, F_DUPFD, GUARD_SOCKET_FD + 1);
	null_fd = fcntl(null_fd, F_DUPFD, GUARD_SOCKET_FD + 1);
	if (socket < 0 || null_fd < 0 || dup2(socket, GUARD_SOCKET_FD) < 0)
		return -errno;
	for (int fd = 0; fd < GUARD_SOCKET_FD; fd++) {
		if (dup2(null_fd, fd) < 0)
			return -errno;
	}
	close_from(GUARD_SOCKET_FD + 1);
	umask(077);
	prctl(PR_SET_NAME, JOURNAL_ATTENDANT);
	return chdir("/") ? -errno : 0;
}

void guard_mount_privately(void)
{
	if (unshare(CLONE_NEWNS))
		return;
	/* What is unmounted outside must not be held here: but for /sys, where what is
	 * unmounted outside must stay. */
	mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL);
	if (mount(NULL, "/sys", NULL, MS_REC | MS_PRIVATE, NULL))
		return;
	if (access("/sys/kernel/debug/x86", F_OK))
		mount("none", "/sys/kernel/debug", "debugfs",
		      MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	if (access("/sys/kernel/tracing/events", F_OK))
		mount("none", "/sys/kernel/tracing", "tracefs",
		      MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}
