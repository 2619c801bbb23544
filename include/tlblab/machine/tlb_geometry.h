/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_MACHINE_TLB_GEOMETRY_H
#define TLBLAB_MACHINE_TLB_GEOMETRY_H

#include <stdbool.h>

#include "tlblab/machine/cpuid.h"
#include "tlblab/machine/topology.h"

/*
 * The translation lookaside buffers as the CPU describes them: CPUID leaves 2 and 0x18
 * (Intel), 0x80000005, 0x80000006, 0x80000019 and 0x8000001E (AMD). Nothing is filled
 * in from tables of models: what CPUID does not say is unknown, and could_not_tell
 * says so in words.
 */
enum tlb_kind { TLB_DATA, TLB_INSTRUCTION, TLB_UNIFIED, TLB_LOAD, TLB_STORE };

enum tlb_page { /* a set of page sizes */
		TLB_PAGE_4K = 1,
		TLB_PAGE_2M = 2,
		TLB_PAGE_4M = 4,
		TLB_PAGE_1G = 8,
};

struct tlb_level {
	int level; /* 1 is next to the core */
	enum tlb_kind kind;
	unsigned int pages; /* enum tlb_page, or'ed */
	int entries; /* of 2 MiB where 2 MiB and 4 MiB share (AMD: 4 MiB takes two) */
	int ways, ways_max; /* 0: unknown; apart where CPUID gives only a range */
	bool fully_associative;
	int shared_threads; /* hardware threads that share it; 0: unknown */
	char source[24];    /* "CPUID 0x18.1", "CPUID 2 (0xC3)" */
};

enum { TLB_LEVELS_MAX = 32, TLB_UNKNOWN_MAX = 8, TLB_UNKNOWN_BYTES = 128 };

struct tlb_geometry {
	enum core_kind core; /* of a hybrid CPU: which kind this describes */
	struct tlb_level levels[TLB_LEVELS_MAX];
	int n_levels;
	char could_not_tell[TLB_UNKNOWN_MAX][TLB_UNKNOWN_BYTES];
	int n_could_not_tell;
};

/* Never fails: an answer that makes no sense becomes a line of could_not_tell. */
void tlb_geometry_decode(struct tlb_geometry *g, const struct cpuid_source *source);
/* Entries for data of one page size at the outermost level that holds it; 0 unknown.
 * Times the page size this is the TLB's reach. */
int tlb_geometry_data_entries(const struct tlb_geometry *g, enum tlb_page page);

const char *tlb_kind_name(enum tlb_kind kind); /* "data", "unified" … */
/* "4 KiB + 2 MiB"; returns buf. */
const char *tlb_pages_text(unsigned int pages, char *buf, unsigned long buf_bytes);
/* "L2 unified, 4 KiB + 2 MiB, 1024 entries, 8-way, shared by 2 threads". */
const char *tlb_level_text(const struct tlb_level *l, char *buf,
			   unsigned long buf_bytes);

#endif
