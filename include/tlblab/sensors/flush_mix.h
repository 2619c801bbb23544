/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SENSORS_FLUSH_MIX_H
#define TLBLAB_SENSORS_FLUSH_MIX_H

#include <stdint.h>
#include <sys/types.h>

#include "tlblab/base/error.h"
#include "tlblab/base/perf.h"

/*
 * How often a running process flushes how many pages, counted (never sampled) by the
 * tracepoint tlb:tlb_flush on its threads, those that come later too. Sizes come in
 * buckets, one counter each. Of a flush of everything the kernel does not say how many
 * pages it stands for: those are counted by themselves.
 */
enum { FLUSH_MIX_BUCKETS = 12 };

struct flush_mix_bucket {
	int low, high; /* pages, both included */
};
extern const struct flush_mix_bucket flush_mix_bucket[FLUSH_MIX_BUCKETS];

struct flush_mix_counts {
	uint64_t whole;
	uint64_t bucket[FLUSH_MIX_BUCKETS];
	int threads, traced; /* those it had at the beginning, and of them counted */
};

struct flush_mix;

/* root "" is this machine. The error says what is missing. */
int flush_mix_open(struct flush_mix **out, pid_t pid, const struct perf_opener *perf,
		   const char *root, struct error *error);
/* Since it was opened. 0 or -errno. */
int flush_mix_read(const struct flush_mix *m, struct flush_mix_counts *out);
void flush_mix_close(struct flush_mix *m); /* NULL is fine */

#endif
