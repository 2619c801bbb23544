/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_PERF_H
#define TLBLAB_BASE_PERF_H

#include <linux/perf_event.h>
#include <sys/types.h>

/*
 * The seam through which every counter is opened: by this process itself, or by the
 * guardian on its behalf when privilege has been dropped, or by a test. Returns a file
 * descriptor or -errno; filter (tracepoints only, may be NULL) is set before return.
 */
struct perf_opener {
	int (*open)(void *self, struct perf_event_attr *attr, pid_t tid, int cpu,
		    int group_fd, const char *filter);
	void *self;
	/* Optional. Reads a tracefs file that only root may read, such as
	 * "events/tlb/tlb_flush/id", into buf, terminated; 0 or -errno. NULL: the
	 * caller looks under /sys/kernel/tracing itself. */
	int (*read_tracepoint)(void *self, const char *which, char *buf,
			       unsigned long buf_bytes);
};

/* perf_event_open(2) in this process. */
extern const struct perf_opener perf_opener_direct;

#endif
