/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_FLUSH_FILTER_H
#define TLBLAB_SRC_SENSORS_FLUSH_FILTER_H

#include <stdint.h>

#include "tlblab/lab/channel.h"

/*
 * What is counted of tlb:tlb_flush, each by an event with a filter. An operation's
 * flush shows in two places: on the initiator's own CPU as reason 3 (2 for batched
 * ones: arch_tlbbatch_flush; kernel ranges make no event), and, when other CPUs may
 * hold the mapping, as reason 4, the request as sent. Where several threads flush one
 * address space at once the first vanishes: the neighbour's interrupt has already
 * brought the CPU up to date (0.03 local events an operation were seen, and 1.00 sent).
 * Where there is no other CPU the second vanishes. Both miss flushes and neither
 * invents any, so sizes are counted in both views and the one with the larger total is
 * taken.
 */
enum { FLUSH_REASONS = 6, FLUSH_SIZES = 5 };

enum flush_column {
	FLUSH_REASON, /* FLUSH_REASONS columns, kernel order */
	FLUSH_LOCAL = FLUSH_REASON + FLUSH_REASONS, /* FLUSH_SIZES: all, 1, 2-8, … */
	FLUSH_SENT = FLUSH_LOCAL + FLUSH_SIZES,
	FLUSH_COLUMNS = FLUSH_SENT + FLUSH_SIZES
};

/* The filters, by column; victims need the reasons only. */
extern const char *const flush_filter[FLUSH_COLUMNS];
/* What a CPU received from others. A request that found its CPU up to date, of 0 pages,
 * is neither. */
enum { FLUSH_RECEIVED_FULL, FLUSH_RECEIVED_RANGED, FLUSH_RECEIVED_COLUMNS };

extern const char *const flush_received_filter[FLUSH_RECEIVED_COLUMNS];
/* The channels of the sizes, in their order; the first is CH_FLUSH_FULL. */
extern const enum channel flush_size_channel[FLUSH_SIZES];

/* The first column of the view that tells the sizes of one initiator's flushes. A tie
 * is the rule with one initiator: then local, whose unit is the page flushed, not 4
 * KiB. */
enum flush_column flush_better_view(const uint64_t count[FLUSH_COLUMNS]);

#endif
