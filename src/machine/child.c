/* SPDX-License-Identifier: MIT */
/* The answer goes through a pipe, whole and with its result in front, or not at all. */
#include "machine/child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static bool write_whole(int fd, const char *data, size_t bytes)
{
	while (bytes) {
		ssize_t put = write(fd, data, bytes);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		data += put;
		bytes -= (size_t)put;
	}
	return true;
}

static bool read_whole(int fd, char *data, size_t bytes)
{
	while (bytes) {
		ssize_t got = read(fd, data, bytes);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		data += got;
		bytes -= (size_t)got;
	}
	return true;
}

int child_compute(int (*compute)(const void *arg, void *out), const void *arg,
		  void *out, size_t bytes)
{
	int ends[2], result = -EIO;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0) {
		result = compute(arg, out);
		write_whole(ends[1], (const char *)&result, sizeof(result));
		write_whole(ends[1], out, bytes);
		_exit(0);
	}
	if (pid < 0)
		result = -errno;
	close(ends[1]);
	if (pid > 0 && (!read_whole(ends[0], (char *)&result, sizeof(result)) ||
			!read_whole(ends[0], out, bytes)))
		result = -EIO;
	close(ends[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return result;
}
