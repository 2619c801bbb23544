/* SPDX-License-Identifier: MIT */
/*
 * Intel cores whose events libpfm4 knows by name. Cores from Skylake on count cycles
 * with a walk under way (WALK_ACTIVE); those before count a walker's busy time
 * (WALK_DURATION), which is the same while there is one walker (Broadwell has two).
 */
#include <stddef.h>

#include "sensors/walk_models.h"

#define OVERLAP "; loads, stores and fetches overlap, so the roles must not be added"
#define ACTIVE                                                                         \
	"cycles with a page walk under way; never more than all cycles" OVERLAP        \
	". In a guest nested (EPT) walk time may be left out"
#define DURATION                                                                       \
	"cycles a page walker was busy" OVERLAP                                        \
	". Broadwell erratum BDM69: may count too much there"
#define PENDING                                                                        \
	"walks under way, summed over cycles: divided by completed walks the mean "    \
	"length of one, and no part of the cycles"
#define WALKS "page walks that completed, every page size"
#define STLB  "flushes of any second-level TLB entries"
#define DTLB  "flushes of first-level data TLB entries"

static const struct walk_row active_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES:WALK_ACTIVE", 0, WALK_BUSY, ACTIVE},
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES:WALK_PENDING", 0, WALK_PENDING,
	 PENDING},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES:WALK_COMPLETED", 0, WALK_COUNT, WALKS},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES:WALK_ACTIVE", 0, WALK_BUSY, ACTIVE},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES:WALK_COMPLETED", 0, WALK_COUNT, WALKS},
	{WALK_ITLB_CYCLES, "ITLB_MISSES:WALK_ACTIVE", 0, WALK_BUSY, ACTIVE},
	{WALK_ITLBS, "ITLB_MISSES:WALK_COMPLETED", 0, WALK_COUNT, WALKS},
	{WALK_STLB_FLUSH, "TLB_FLUSH:STLB_ANY", 0, WALK_COUNT, STLB},
	{WALK_DTLB_FLUSH, "TLB_FLUSH:DTLB_THREAD", 0, WALK_COUNT, DTLB},
	{0},
};

static const struct walk_row duration_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES:WALK_DURATION", 0, WALK_BUSY,
	 DURATION},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES:WALK_COMPLETED", 0, WALK_COUNT, WALKS},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES:WALK_DURATION", 0, WALK_BUSY,
	 DURATION},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES:WALK_COMPLETED", 0, WALK_COUNT, WALKS},
	{WALK_ITLB_CYCLES, "ITLB_MISSES:WALK_DURATION", 0, WALK_BUSY, DURATION},
	{WALK_ITLBS, "ITLB_MISSES:WALK_COMPLETED", 0, WALK_COUNT, WALKS},
	{WALK_STLB_FLUSH, "TLB_FLUSH:STLB_ANY", 0, WALK_COUNT, STLB},
	{WALK_DTLB_FLUSH, "TLB_FLUSH:DTLB_THREAD", 0, WALK_COUNT, DTLB},
	{0},
};

#define BOTH_SIDES                                                                     \
	"this core counts loads and stores together, as dtlb_load_walk_cycles and "    \
	"dtlb_load_walks"
#define NO_FLUSH "this core has no TLB flush event"

/* From here back in time DTLB_MISSES is loads and stores together. */
static const struct walk_row westmere_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES:WALK_CYCLES", 0, WALK_BUSY, DURATION},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES:WALK_COMPLETED", 0, WALK_COUNT, WALKS},
	{WALK_DTLB_STORE_CYCLES, NULL, 0, 0, "this core does not tell stores apart"},
	{WALK_DTLB_STORES, NULL, 0, 0, "this core does not tell stores apart"},
	{WALK_ITLB_CYCLES, "ITLB_MISSES:WALK_CYCLES", 0, WALK_BUSY, DURATION},
	{WALK_ITLBS, "ITLB_MISSES:WALK_COMPLETED", 0, WALK_COUNT, WALKS},
	{WALK_STLB_FLUSH, NULL, 0, 0, NO_FLUSH},
	{WALK_DTLB_FLUSH, NULL, 0, 0, NO_FLUSH},
	{0},
};

static const struct walk_row nehalem_rows[] = {
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES:WALK_COMPLETED", 0, WALK_COUNT, WALKS},
	{WALK_DTLB_STORES, NULL, 0, 0, "this core does not tell stores apart"},
	{WALK_ITLBS, "ITLB_MISSES:WALK_COMPLETED", 0, WALK_COUNT, WALKS},
	{0},
};

#define SIDE_CYCLES "cycles of page walks for data, loads and stores together"
#define SIDE_WALKS  "page walks for data, loads and stores together"
#define CODE_CYCLES "cycles of page walks for instructions"

static const struct walk_row silvermont_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, "PAGE_WALKS:D_SIDE_CYCLES", 0, WALK_BUSY, SIDE_CYCLES},
	{WALK_DTLB_LOADS, "PAGE_WALKS:D_SIDE_WALKS", 0, WALK_COUNT, SIDE_WALKS},
	{WALK_DTLB_STORE_CYCLES, NULL, 0, 0, BOTH_SIDES},
	{WALK_DTLB_STORES, NULL, 0, 0, BOTH_SIDES},
	{WALK_ITLB_CYCLES, "PAGE_WALKS:I_SIDE_CYCLES", 0, WALK_BUSY, CODE_CYCLES},
	{WALK_ITLBS, "PAGE_WALKS:I_SIDE_WALKS", 0, WALK_COUNT,
	 "page walks for instructions"},
	{WALK_STLB_FLUSH, NULL, 0, 0, NO_FLUSH},
	{WALK_DTLB_FLUSH, NULL, 0, 0, NO_FLUSH},
	{0},
};

static const struct walk_row goldmont_rows[] = {
	{WALK_DTLB_LOAD_CYCLES, "PAGE_WALKS:D_SIDE_CYCLES", 0, WALK_BUSY, SIDE_CYCLES},
	{WALK_DTLB_STORE_CYCLES, NULL, 0, 0, BOTH_SIDES},
	{WALK_ITLB_CYCLES, "PAGE_WALKS:I_SIDE_CYCLES", 0, WALK_BUSY, CODE_CYCLES},
	{WALK_STLB_FLUSH, NULL, 0, 0, NO_FLUSH},
	{WALK_DTLB_FLUSH, NULL, 0, 0, NO_FLUSH},
	{0},
};

const struct walk_core core_nehalem = {"Nehalem", NULL, nehalem_rows};
const struct walk_core core_westmere = {"Westmere", NULL, westmere_rows};
const struct walk_core core_duration = {"", NULL, duration_rows};
const struct walk_core core_active = {"", NULL, active_rows};
const struct walk_core core_silvermont = {"", NULL, silvermont_rows};
const struct walk_core core_goldmont = {"Goldmont", NULL, goldmont_rows};
