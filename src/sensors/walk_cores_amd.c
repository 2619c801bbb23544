/* SPDX-License-Identifier: MIT */
/*
 * AMD cores from Zen on. None counts walk cycles, and none tells the walks of stores
 * from those of loads. libpfm4 4.13 has no flush event for Zen 1, and other masks than
 * Linux's lists for Zen 2's flushes and Zen 3's fetches: there the list's are taken.
 */
#include <stddef.h>

#include "sensors/walk_models.h"

#define BOTH                                                                           \
	"second-level misses, so walks, of loads and stores together; a count, not cycles"
#define ITLB  "instruction fetches that missed both TLB levels; a count, not cycles"
#define FLUSH "flushes of all TLB levels"

#define ZEN_WALKS                                                                      \
	"L1_DTLB_MISS:TLB_RELOAD_1G_L2_MISS:TLB_RELOAD_2M_L2_MISS"                     \
	":TLB_RELOAD_COALESCED_PAGE_MISS:TLB_RELOAD_4K_L2_MISS"

static const struct walk_row zen1_rows[] = {
	{WALK_DTLB_LOADS, ZEN_WALKS, 0, WALK_COUNT, BOTH},
	{WALK_ITLBS, "L1_ITLB_MISS_L2_ITLB_MISS:IF1G:IF2M:IF4K", 0, WALK_COUNT, ITLB},
	{WALK_STLB_FLUSH, "ls_tlb_flush.all_tlb_flushes", 0xdf78, WALK_COUNT, FLUSH},
	{0},
};

static const struct walk_row zen3_rows[] = {
	{WALK_DTLB_LOADS, ZEN_WALKS, 0, WALK_COUNT, BOTH},
	{WALK_ITLBS, "bp_l1_tlb_miss_l2_tlb_miss", 0xff85, WALK_COUNT, ITLB},
	{WALK_STLB_FLUSH, "TLB_FLUSHES:ALL", 0, WALK_COUNT, FLUSH},
	{0},
};

static const struct walk_row zen4_rows[] = {
	{WALK_DTLB_LOADS, ZEN_WALKS, 0, WALK_COUNT, BOTH},
	{WALK_ITLBS, "L1_ITLB_MISS_L2_ITLB_MISS:COALESCED4K:IF1G:IF2M:IF4K", 0,
	 WALK_COUNT, ITLB},
	{WALK_STLB_FLUSH, "TLB_FLUSHES:ALL", 0, WALK_COUNT, FLUSH},
	{0},
};

#define LISTED "event list"

/* Zen 2 counts as Zen 1. */
const struct walk_core core_zen1 = {"Zen", LISTED, zen1_rows};
const struct walk_core core_zen3 = {"Zen 3", LISTED, zen3_rows};
const struct walk_core core_zen4 = {"Zen 4", LISTED, zen4_rows};
