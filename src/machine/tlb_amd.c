/* SPDX-License-Identifier: MIT */
/*
 * AMD and Hygon: leaves 0x80000005 (L1), 0x80000006 (L2) and 0x80000019 (1 GiB pages),
 * each register packing a data and an instruction TLB; 0x8000001E says how many threads
 * a core has, which since Zen is who shares them (AMD64 Architecture Programmer's
 * Manual, volume 3, appendix E).
 */
#include "machine/tlb_decode.h"

#include <stdio.h>

enum { FAMILY_ZEN = 0x17, FULLY = -1 };

/* The four-bit field of L2 and 1 GiB leaves: a range of ways (table E-4). The manuals
 * of families before Zen give the lower end as the exact number. */
static const struct ways {
	int low, high;
} l2_ways[16] = {
	[1] = {1, 1},	  [2] = {2, 2},	    [3] = {3, 3},      [4] = {4, 5},
	[5] = {6, 7},	  [6] = {8, 15},    [8] = {16, 31},    [0xa] = {32, 47},
	[0xb] = {48, 63}, [0xc] = {64, 95}, [0xd] = {96, 127}, [0xf] = {FULLY, FULLY},
};

struct amd_tlb {
	int level;
	enum tlb_kind kind;
	unsigned int pages;
	int entries;
	struct ways ways;
	uint32_t leaf;
};

static void add(struct tlb_geometry *g, const struct amd_tlb *t)
{
	struct tlb_level *l;

	if (!t->entries)
		return;
	l = tlb_add(g);
	if (!l)
		return;
	l->level = t->level;
	l->kind = t->kind;
	l->pages = t->pages;
	l->entries = t->entries;
	l->fully_associative = t->ways.low == FULLY;
	l->ways = l->fully_associative ? t->entries : t->ways.low;
	l->ways_max = l->fully_associative ? t->entries : t->ways.high;
	snprintf(l->source, sizeof(l->source), "CPUID 0x%08x", t->leaf);
}

/* 8 bits of associativity above 8 bits of entries: data in the upper half. */
static void decode_l1(struct tlb_geometry *g, uint32_t reg, unsigned int pages)
{
	for (int half = 0; half < 2; half++) {
		uint32_t bits = half ? reg & 0xffff : reg >> 16;
		int ways = (int)(bits >> 8);
		struct amd_tlb t = {.level = 1,
				    .kind = half ? TLB_INSTRUCTION : TLB_DATA,
				    .pages = pages,
				    .entries = (int)(bits & 0xff),
				    .ways = {ways, ways},
				    .leaf = 0x80000005};

		if (ways == 0xff)
			t.ways = l2_ways[0xf];
		add(g, &t);
	}
}

/* 4 bits of associativity above 12 of entries. An L2 with nothing in the data half is
 * a unified one, described in the instruction half (0x80000006 only). */
static void decode_l2_form(struct tlb_geometry *g, uint32_t reg, struct amd_tlb t)
{
	bool unified = t.leaf == 0x80000006 && !(reg >> 16);

	for (int half = 0; half < 2; half++) {
		uint32_t bits = half ? reg & 0xffff : reg >> 16;

		t.kind = !half ? TLB_DATA : unified ? TLB_UNIFIED : TLB_INSTRUCTION;
		t.entries = bits >> 12 ? (int)(bits & 0xfff) : 0;
		t.ways = l2_ways[bits >> 12];
		add(g, &t);
	}
}

static int family(const struct cpuid_source *source)
{
	struct cpuid_regs r;

	tlb_read(source, 1, 0, &r);
	return (int)((r.eax >> 8 & 0xf) +
		     ((r.eax >> 8 & 0xf) == 0xf ? r.eax >> 20 & 0xff : 0));
}

static void decode_sharing(struct tlb_geometry *g, const struct cpuid_source *source,
			   bool before_zen)
{
	struct cpuid_regs r;

	/* Before Zen the same field counts the cores of a module, and not all of a
	 * module's TLBs are shared by them. */
	if (before_zen || !tlb_read(source, 0x8000001e, 0, &r)) {
		tlb_doubt(g, "CPUID does not tell here which threads share a TLB");
		return;
	}
	for (int i = 0; i < g->n_levels; i++)
		g->levels[i].shared_threads = (int)(r.ebx >> 8 & 0xff) + 1;
}

void tlb_amd_decode(struct tlb_geometry *g, const struct cpuid_source *source)
{
	const unsigned int large = TLB_PAGE_2M | TLB_PAGE_4M;
	const bool before_zen = family(source) < FAMILY_ZEN;
	struct cpuid_regs r;

	if (tlb_read(source, 0x80000005, 0, &r)) {
		decode_l1(g, r.ebx, TLB_PAGE_4K);
		decode_l1(g, r.eax, large);
	}
	if (tlb_read(source, 0x80000006, 0, &r)) {
		struct amd_tlb t = {.level = 2, .leaf = 0x80000006};

		t.pages = TLB_PAGE_4K;
		decode_l2_form(g, r.ebx, t);
		t.pages = large;
		decode_l2_form(g, r.eax, t);
	}
	if (tlb_read(source, 0x80000019, 0, &r)) {
		struct amd_tlb t = {
			.level = 1, .pages = TLB_PAGE_1G, .leaf = 0x80000019};

		decode_l2_form(g, r.eax, t);
		t.level = 2;
		decode_l2_form(g, r.ebx, t);
	}
	for (int i = 0; before_zen && i < g->n_levels; i++)
		g->levels[i].ways_max = g->levels[i].ways;
	if (g->n_levels)
		decode_sharing(g, source, before_zen);
	else
		tlb_doubt(g, "CPUID leaves 0x80000005 and 0x80000006 describe no TLB");
}
