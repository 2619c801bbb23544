/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_PERF_REASON_H
#define TLBLAB_SRC_SENSORS_PERF_REASON_H

#include <stdbool.h>
#include <stddef.h>

/* What perf_event_open's refusal means depends on more than its errno. */
struct perf_circumstances {
	int err;       /* -errno */
	int paranoid;  /* kernel.perf_event_paranoid; -2 unknown */
	bool hardware; /* a PMU event, not a tracepoint */
	bool have_pmu; /* sysfs shows a CPU PMU */
	bool root;
	bool cpu_wide; /* counted on a CPU, whoever runs there */
};

/* One sentence, cause first, then what would help. Returns buf. */
const char *perf_reason(const struct perf_circumstances *c, char *buf,
			size_t buf_bytes);

/* Reads root/proc/sys/kernel/perf_event_paranoid; -2 when it cannot be. */
int perf_paranoid_read(const char *root);

#endif
