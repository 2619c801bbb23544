/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_IO_RESULT_INTERVAL_SCAN_H
#define TLBLAB_SRC_IO_RESULT_INTERVAL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "tlblab/lab/catalogue.h"
#include "tlblab/lab/series.h"

/* An interval of a stream as this version writes it, read without a tree. */
struct interval_scan {
	int run;
	struct sample sample; /* its row points at cpus */
	bool ranged;	      /* low and high were given */
	float low[METRIC_N], high[METRIC_N];
	const struct catalogue *catalogue; /* the caller's; tells gauges from counts */
	uint32_t *cpus;			   /* the caller's, room_cpus long */
	int room_cpus;
};

/* False when the line is anything but exactly what stream_interval_line writes: then
 * it is for stream_parse_line. The line need not be terminated. */
bool interval_scan(const char *line, size_t bytes, struct interval_scan *out);

#endif
