/* SPDX-License-Identifier: MIT */
/*
 * Models by CPUID family and model, since libpfm4 detects fewer than it has tables for.
 * Raw encodings are Intel's (perfmon event lists) and Linux's (tools/perf/pmu-events),
 * written as perf takes them: event | umask << 8 | cmask << 24. To add a model: one row
 * of models[], and a list of candidates where no existing one fits.
 */
#include "sensors/walk_models.h"

#include <stddef.h>
#include <string.h>

#define BUSY                                                                              \
	"cycles with a page walk under way (duration of walks on cores before Skylake); " \
	"loads, stores and fetches overlap, so the roles must not be added"
#define WALKS "page walks that completed, every page size"
#define STLB  "flushes of any second-level TLB entries"
#define DTLB  "flushes of first-level data TLB entries"
#define AMD_BOTH                                                                       \
	"second-level misses, so walks, of loads and stores together; a count, not cycles"
#define AMD_ITLB  "instruction fetches that missed both TLB levels; a count, not cycles"
#define AMD_FLUSH "flushes of all TLB levels"

static const struct walk_candidate intel[] = {
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES:WALK_ACTIVE", 0, BUSY},
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES:WALK_DURATION", 0, BUSY},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES:WALK_COMPLETED", 0, WALKS},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES:WALK_ACTIVE", 0, BUSY},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES:WALK_DURATION", 0, BUSY},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES:WALK_COMPLETED", 0, WALKS},
	{WALK_ITLB_CYCLES, "ITLB_MISSES:WALK_ACTIVE", 0, BUSY},
	{WALK_ITLB_CYCLES, "ITLB_MISSES:WALK_DURATION", 0, BUSY},
	{WALK_ITLBS, "ITLB_MISSES:WALK_COMPLETED", 0, WALKS},
	{WALK_STLB_FLUSH, "TLB_FLUSH:STLB_ANY", 0, STLB},
	{WALK_DTLB_FLUSH, "TLB_FLUSH:DTLB_THREAD", 0, DTLB},
	{.event = NULL},
};

/* Sapphire Rapids' successors: the same encodings under another model number. */
static const struct walk_candidate golden_cove[] = {
	{WALK_DTLB_LOAD_CYCLES, "DTLB_LOAD_MISSES.WALK_ACTIVE", 0x1001012, BUSY},
	{WALK_DTLB_LOADS, "DTLB_LOAD_MISSES.WALK_COMPLETED", 0xe12, WALKS},
	{WALK_DTLB_STORE_CYCLES, "DTLB_STORE_MISSES.WALK_ACTIVE", 0x1001013, BUSY},
	{WALK_DTLB_STORES, "DTLB_STORE_MISSES.WALK_COMPLETED", 0xe13, WALKS},
	{WALK_ITLB_CYCLES, "ITLB_MISSES.WALK_ACTIVE", 0x1001011, BUSY},
	{WALK_ITLBS, "ITLB_MISSES.WALK_COMPLETED", 0xe11, WALKS},
	{.event = NULL},
};

#define ZEN_WALKS                                                                      \
	"L1_DTLB_MISS:TLB_RELOAD_1G_L2_MISS:TLB_RELOAD_2M_L2_MISS"                     \
	":TLB_RELOAD_COALESCED_PAGE_MISS:TLB_RELOAD_4K_L2_MISS"

/* libpfm4 4.13 has no flush event for Zen 1 and another mask than Linux for Zen 2. */
static const struct walk_candidate zen12[] = {
	{WALK_DTLB_LOADS, ZEN_WALKS, 0, AMD_BOTH},
	{WALK_ITLBS, "L1_ITLB_MISS_L2_ITLB_MISS:IF1G:IF2M:IF4K", 0, AMD_ITLB},
	{WALK_STLB_FLUSH, "ls_tlb_flush.all_tlb_flushes", 0xdf78, AMD_FLUSH},
	{.event = NULL},
};

static const struct walk_candidate zen34[] = {
	{WALK_DTLB_LOADS, ZEN_WALKS, 0, AMD_BOTH},
	{WALK_ITLBS, "L1_ITLB_MISS_L2_ITLB_MISS:COALESCED4K:IF1G:IF2M:IF4K", 0,
	 AMD_ITLB},
	{WALK_STLB_FLUSH, "TLB_FLUSHES:ALL", 0, AMD_FLUSH},
	{.event = NULL},
};

static const struct walk_candidate zen5[] = {
	{WALK_DTLB_LOADS, "ls_l1_d_tlb_miss.all_l2_miss", 0xf045, AMD_BOTH},
	{WALK_ITLBS, "bp_l1_tlb_miss_l2_tlb_miss.all", 0xf85, AMD_ITLB},
	{WALK_STLB_FLUSH, "ls_tlb_flush.all", 0xff78, AMD_FLUSH},
	{.event = NULL},
};

#define INTEL(low, high, step, pfm)                                                    \
	{                                                                              \
		"GenuineIntel", 6, low, high, step, pfm, intel                         \
	}
#define AMD(family, low, high, pfm, list)                                              \
	{                                                                              \
		"AuthenticAMD", family, low, high, 0, pfm, list                        \
	}

static const struct walk_model models[] = {
	INTEL(0x2a, 0x2a, 0, "snb"),
	INTEL(0x2d, 0x2d, 0, "snb_ep"),
	INTEL(0x3a, 0x3a, 0, "ivb"),
	INTEL(0x3e, 0x3e, 0, "ivb_ep"),
	INTEL(0x3c, 0x3c, 0, "hsw"),
	INTEL(0x45, 0x46, 0, "hsw"),
	INTEL(0x3f, 0x3f, 0, "hsw_ep"),
	INTEL(0x3d, 0x3d, 0, "bdw"),
	INTEL(0x47, 0x47, 0, "bdw"),
	INTEL(0x4f, 0x4f, 0, "bdw_ep"),
	INTEL(0x56, 0x56, 0, "bdw_ep"),
	INTEL(0x4e, 0x4e, 0, "skl"),
	INTEL(0x5e, 0x5e, 0, "skl"),
	INTEL(0x8e, 0x8e, 0, "skl"),
	INTEL(0x9e, 0x9e, 0, "skl"),
	INTEL(0xa5, 0xa6, 0, "skl"),
	INTEL(0x55, 0x55, 5, "clx"),
	INTEL(0x55, 0x55, 0, "skx"),
	INTEL(0x7d, 0x7e, 0, "icl"),
	INTEL(0x8c, 0x8d, 0, "icl"),
	INTEL(0x9d, 0x9d, 0, "icl"),
	INTEL(0xa7, 0xa7, 0, "icl"),
	INTEL(0x6a, 0x6a, 0, "icx"),
	INTEL(0x6c, 0x6c, 0, "icx"),
	INTEL(0x8f, 0x8f, 0, "spr"),
	{"GenuineIntel", 6, 0xcf, 0xcf, 0, NULL, golden_cove},
	{"GenuineIntel", 6, 0xad, 0xae, 0, NULL, golden_cove},
	AMD(0x17, 0x00, 0x2f, "amd64_fam17h_zen1", zen12),
	AMD(0x17, 0x30, 0xff, "amd64_fam17h_zen2", zen12),
	AMD(0x19, 0x00, 0x0f, "amd64_fam19h_zen3", zen34),
	AMD(0x19, 0x20, 0x5f, "amd64_fam19h_zen3", zen34),
	AMD(0x19, 0x10, 0xff, "amd64_fam19h_zen4", zen34),
	AMD(0x1a, 0x00, 0xff, NULL, zen5),
};

const struct walk_model *walk_model_find(const struct walk_cpu *cpu)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		const struct walk_model *m = &models[i];

		if (!strcmp(m->vendor, cpu->vendor) && m->family == cpu->family &&
		    cpu->model >= m->model_low && cpu->model <= m->model_high &&
		    (cpu->stepping < 0 || cpu->stepping >= m->stepping_low))
			return m;
	}
	return NULL;
}
