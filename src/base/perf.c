/* SPDX-License-Identifier: MIT */
/* Counters opened by this process itself, closed on exec. */
#include "tlblab/base/perf.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int perf_open_direct(void *self, struct perf_event_attr *attr, pid_t tid,
			    int cpu, int group_fd, const char *filter)
{
	(void)self;
	long fd = syscall(SYS_perf_event_open, attr, tid, cpu, group_fd,
			  PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (filter && ioctl((int)fd, PERF_EVENT_IOC_SET_FILTER, filter) < 0) {
		int err = errno;

		close((int)fd);
		return -err;
	}
	return (int)fd;
}

const struct perf_opener perf_opener_direct = {.open = perf_open_direct};
