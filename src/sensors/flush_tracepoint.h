/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_FLUSH_TRACEPOINT_H
#define TLBLAB_SRC_SENSORS_FLUSH_TRACEPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/perf.h"

/* The id of a tracepoint, "tlb/tlb_flush", through the opener or from root's tracefs. 0
 * or -errno. */
int tracepoint_id(const struct perf_opener *perf, const char *root, const char *event,
		  uint64_t *id);
/* The id of tlb:tlb_flush, through the opener or from root's tracefs. 0 or -errno. */
int flush_tracepoint_id(const struct perf_opener *perf, const char *root, uint64_t *id);
/* Why it could not be read, and what would help. */
const char *flush_tracepoint_reason(int err);

#endif
