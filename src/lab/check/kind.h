/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_LAB_CHECK_KIND_H
#define TLBLAB_SRC_LAB_CHECK_KIND_H

#include "tlblab/lab/check.h"

/*
 * One thing that is held against every run. A new one is a file and a line in check.c.
 * A check reads as a line of its own: `observed` is a short phrase that names its
 * subject, `expected` a value or a few words, `note` the sentence for whoever asks why.
 * What cannot be known is CHECK_UNKNOWN with the reason, never OK and never a zero.
 */
struct check_kind {
	const char *name; /* stable */
	enum check_reach reach;
	/* Fills *c, zeroed but for its name (so CHECK_OK); false when there is nothing
	 * to say here. */
	bool (*make)(const struct check_facts *f, struct check *c);
};

extern const struct check_kind check_timings;
extern const struct check_kind check_pinned;
extern const struct check_kind check_shootdowns;
extern const struct check_kind check_told_sources;
extern const struct check_kind check_flushes;
extern const struct check_kind check_ceiling;
extern const struct check_kind check_steal;
extern const struct check_kind check_oversubscribed;
extern const struct check_kind check_switches;
extern const struct check_kind check_operations;
extern const struct check_kind check_victims;
extern const struct check_kind check_balance;
extern const struct check_kind check_latency_sampling;

/* Counts may be off by this much of an operation's: some flushes are merged or skipped
 * by the kernel, and counts are machine-wide. */
extern const double check_tolerance_per_op;

void check_unknown(struct check *c, const char *observed, const char *reason);
/* Between low and high, give or take the tolerances. */
bool check_is_within(double seen, double low, double high);
/* Puts into the note who else told CPUs to flush, when that was recorded; false when
 * there was nobody. */
bool check_name_others(const struct check_facts *f, struct check *c);
/* Nobody was meant to be pinned. */
bool check_is_unpinned(const struct check_facts *f);
/* "0", "1.00", "15.1": two decimals while they say something. */
const char *check_number_text(double v, char *buf, size_t buf_bytes);
/* "0.90 to 1.00", or the one number both are. */
void check_range_text(double low, double high, char *buf, size_t buf_bytes);

#endif
