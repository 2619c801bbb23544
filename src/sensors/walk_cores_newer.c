/* SPDX-License-Identifier: MIT */
/*
 * Cores that libpfm4 4.13 does not know, one row a role, from Intel's perfmon event
 * lists and Linux's tools/perf/pmu-events. Encodings as perf takes them: event | umask
 * << 8 | cmask << 24. tests/sensors/test_walk_newer.c holds every row against the lists
 * in tests/fixtures/walk_events.
 *
 * Efficiency cores that list only WALK_PENDING have no cycles that could be set against
 * all cycles; some do not even have that.
 */
#include <stddef.h>

#include "sensors/walk_models.h"

#define OVERLAP "; loads, stores and fetches overlap, so the roles must not be added"
#define ACTIVE	"cycles with a page walk under way; never more than all cycles" OVERLAP
#define PENDING                                                                        \
	"walks under way, summed over cycles: divided by completed walks the mean "    \
	"length of one, and no part of the cycles"
#define WALKS	 "page walks that completed, every page size"
#define WALKS_4K "page walks that completed, 4 KiB pages only"
#define STLB	 "flushes of any second-level TLB entries"
#define NO_EVENT "this core has no such event"
#define NO_CYCLES                                                                      \
	"this core lists no walk cycles for loads and stores; completed walks are "    \
	"counted"

static const struct walk_row golden_cove_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES.WALK_ACTIVE", 0x1001012, WALK_BUSY,
	 ACTIVE},
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES.WALK_PENDING", 0x1012, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES.WALK_COMPLETED", 0xe12, WALK_COUNT, WALKS},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES.WALK_ACTIVE", 0x1001013, WALK_BUSY,
	 ACTIVE},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES.WALK_PENDING", 0x1013, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES.WALK_COMPLETED", 0xe13, WALK_COUNT,
	 WALKS},
	{WALK_ITLB_CYCLES, "ITLB_MISSES.WALK_ACTIVE", 0x1001011, WALK_BUSY, ACTIVE},
	{WALK_ITLB_CYCLES, "ITLB_MISSES.WALK_PENDING", 0x1011, WALK_PENDING, PENDING},
	{WALK_ITLBS, "ITLB_MISSES.WALK_COMPLETED", 0xe11, WALK_COUNT, WALKS},
	{WALK_STLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{WALK_DTLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{0},
};

static const struct walk_row gracemont_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, NULL, 0, 0, NO_CYCLES},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES.WALK_COMPLETED", 0xe08, WALK_COUNT, WALKS},
	{WALK_DTLB_STORE_CYCLES, NULL, 0, 0, NO_CYCLES},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES.WALK_COMPLETED", 0xe49, WALK_COUNT,
	 WALKS},
	{WALK_ITLB_CYCLES, NULL, 0, 0, NO_EVENT},
	{WALK_ITLBS, "ITLB_MISSES.WALK_COMPLETED", 0xe85, WALK_COUNT, WALKS},
	{WALK_STLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{WALK_DTLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{0},
};

static const struct walk_row crestmont_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES.WALK_PENDING", 0x1008, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES.WALK_COMPLETED", 0xe08, WALK_COUNT, WALKS},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES.WALK_PENDING", 0x1049, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES.WALK_COMPLETED", 0xe49, WALK_COUNT,
	 WALKS},
	{WALK_ITLB_CYCLES, "ITLB_MISSES.WALK_PENDING", 0x1085, WALK_PENDING, PENDING},
	{WALK_ITLBS, "ITLB_MISSES.WALK_COMPLETED", 0xe85, WALK_COUNT, WALKS},
	{WALK_STLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{WALK_DTLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{0},
};

static const struct walk_row skymont_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES.WALK_PENDING", 0x1008, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES.WALK_COMPLETED", 0xe08, WALK_COUNT, WALKS},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES.WALK_PENDING", 0x1049, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES.WALK_COMPLETED", 0xe49, WALK_COUNT,
	 WALKS},
	{WALK_ITLB_CYCLES, "ITLB_MISSES.WALK_PENDING", 0x1085, WALK_PENDING, PENDING},
	{WALK_ITLBS, "ITLB_MISSES.WALK_COMPLETED", 0xe85, WALK_COUNT, WALKS},
	{WALK_STLB_FLUSH, "TLB_FLUSHES.STLB_ANY", 0x20bd, WALK_COUNT, STLB},
	{WALK_DTLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{0},
};

static const struct walk_row darkmont_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, NULL, 0, 0, NO_CYCLES},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES.WALK_COMPLETED", 0xe08, WALK_COUNT, WALKS},
	{WALK_DTLB_STORE_CYCLES, NULL, 0, 0, NO_CYCLES},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES.WALK_COMPLETED", 0xe49, WALK_COUNT,
	 WALKS},
	{WALK_ITLB_CYCLES, "ITLB_MISSES.WALK_PENDING", 0x1085, WALK_PENDING, PENDING},
	{WALK_ITLBS, "ITLB_MISSES.WALK_COMPLETED", 0xe85, WALK_COUNT, WALKS},
	{WALK_STLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{WALK_DTLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{0},
};

static const struct walk_row arctic_wolf_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES.WALK_PENDING", 0x1008, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES.WALK_COMPLETED_4K", 0x208, WALK_COUNT,
	 WALKS_4K},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES.WALK_PENDING", 0x1049, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES.WALK_COMPLETED_4K", 0x249, WALK_COUNT,
	 WALKS_4K},
	{WALK_ITLB_CYCLES, NULL, 0, 0, NO_EVENT},
	{WALK_ITLBS, "ITLB_MISSES.WALK_COMPLETED_4K", 0x285, WALK_COUNT, WALKS_4K},
	{WALK_STLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{WALK_DTLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{0},
};

static const struct walk_row goldmont_plus_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES.WALK_PENDING", 0x1008, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES.WALK_COMPLETED_4K", 0x208, WALK_COUNT,
	 WALKS_4K},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES.WALK_PENDING", 0x1049, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES.WALK_COMPLETED_4K", 0x249, WALK_COUNT,
	 WALKS_4K},
	{WALK_ITLB_CYCLES, "ITLB_MISSES.WALK_PENDING", 0x1085, WALK_PENDING, PENDING},
	{WALK_ITLBS, "ITLB_MISSES.WALK_COMPLETED_4K", 0x285, WALK_COUNT, WALKS_4K},
	{WALK_STLB_FLUSH, "TLB_FLUSHES.STLB_ANY", 0x20bd, WALK_COUNT, STLB},
	{WALK_DTLB_FLUSH, NULL, 0, 0, NO_EVENT},
	{0},
};

#define AMD_BOTH                                                                       \
	"second-level misses, so walks, of loads and stores together; a count, not cycles"
#define AMD_ITLB  "instruction fetches that missed both TLB levels; a count, not cycles"
#define AMD_FLUSH "flushes of all TLB levels"

static const struct walk_row zen5_rows[] = {
	{WALK_DTLB_LOADS, "ls_l1_d_tlb_miss.all_l2_miss", 0xf045, WALK_COUNT, AMD_BOTH},
	{WALK_ITLBS, "bp_l1_tlb_miss_l2_tlb_miss.all", 0xf85, WALK_COUNT, AMD_ITLB},
	{WALK_STLB_FLUSH, "ls_tlb_flush.all", 0xff78, WALK_COUNT, AMD_FLUSH},
	{0},
};

static const struct walk_row zen6_rows[] = {
	{WALK_DTLB_LOADS, "ls_l1_d_tlb_miss.l2_miss_all", 0xf045, WALK_COUNT, AMD_BOTH},
	{WALK_ITLBS, "bp_l1_tlb_miss_l2_tlb_miss.all", 0xf85, WALK_COUNT, AMD_ITLB},
	{WALK_STLB_FLUSH, "ls_tlb_flush.all", 0xff78, WALK_COUNT, AMD_FLUSH},
	{0},
};

#define LISTED "newer-model table"

const struct walk_core core_golden_cove = {"Golden Cove or later", LISTED,
					   golden_cove_rows};
const struct walk_core core_gracemont = {"Gracemont", LISTED, gracemont_rows};
const struct walk_core core_crestmont = {"Crestmont", LISTED, crestmont_rows};
const struct walk_core core_skymont = {"Skymont", LISTED, skymont_rows};
const struct walk_core core_darkmont = {"Darkmont", LISTED, darkmont_rows};
const struct walk_core core_arctic_wolf = {"Arctic Wolf", LISTED, arctic_wolf_rows};
const struct walk_core core_goldmont_plus = {"Goldmont Plus", LISTED,
					     goldmont_plus_rows};
const struct walk_core core_zen5 = {"Zen 5", LISTED, zen5_rows};
const struct walk_core core_zen6 = {"Zen 6", LISTED, zen6_rows};
/* The same encodings as Crestmont's. */
const struct walk_core core_tremont = {"Tremont", LISTED, crestmont_rows};
