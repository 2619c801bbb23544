/* SPDX-License-Identifier: MIT */
/*
 * Intel: leaf 0x18, which gives numbers, where the CPU has it; else leaf 2, whose
 * register bytes are names of structures, to be looked up in the manual's table
 * (tlb_descriptors.c). Leaf 2 can itself refer to leaf 0x18 (descriptor 0xFE).
 */
#include "machine/tlb_decode.h"

#include <stdio.h>

#include "machine/tlb_descriptors.h"

enum { SUBLEAVES_MAX = 64, LEVELS_MAX = 4, ENTRIES_MAX = 1 << 20, WAYS_FULL = 0xff };

/* Leaf 0x18 EDX 4:0; 0 is an unused subleaf. */
static const enum tlb_kind leaf18_kinds[] = {
	[1] = TLB_DATA, [2] = TLB_INSTRUCTION, [3] = TLB_UNIFIED,
	[4] = TLB_LOAD, [5] = TLB_STORE,
};

static void decode_subleaf(struct tlb_geometry *g, uint32_t subleaf,
			   const struct cpuid_regs *r)
{
	uint32_t type = r->edx & 0x1f, ways = r->ebx >> 16;
	uint32_t level = r->edx >> 5 & 7, pages = r->ebx & 0xf;
	uint64_t entries = (uint64_t)ways * r->ecx;
	struct tlb_level *l;

	if (!type)
		return;
	if (type >= sizeof(leaf18_kinds) / sizeof(leaf18_kinds[0]) || !entries ||
	    entries > ENTRIES_MAX) {
		tlb_doubt(g,
			  "CPUID 0x18.%u describes a TLB of type %u with %llu entries",
			  subleaf, type, (unsigned long long)entries);
		return;
	}
	if (level < 1 || level > LEVELS_MAX || !pages) {
		tlb_doubt(g, "CPUID 0x18.%u describes a TLB of level %u%s", subleaf,
			  level, pages ? "" : " for pages of no size");
		return;
	}
	l = tlb_add(g);
	if (!l)
		return;
	l->level = (int)level;
	l->kind = leaf18_kinds[type];
	l->pages = pages; /* the bits of enum tlb_page */
	l->entries = (int)entries;
	l->ways = l->ways_max = (int)ways;
	l->fully_associative = r->edx >> 8 & 1;
	l->shared_threads = (int)(r->edx >> 14 & 0xfff) + 1;
	snprintf(l->source, sizeof(l->source), "CPUID 0x18.%u", subleaf);
}

static void decode_leaf18(struct tlb_geometry *g, const struct cpuid_source *source)
{
	struct cpuid_regs r;
	uint32_t last;

	if (!tlb_read(source, 0x18, 0, &r))
		return;
	last = r.eax;
	if (last > SUBLEAVES_MAX) {
		tlb_doubt(g, "CPUID 0x18 claims %u subleaves: read %d of them", last,
			  SUBLEAVES_MAX);
		last = SUBLEAVES_MAX;
	}
	decode_subleaf(g, 0, &r);
	for (uint32_t subleaf = 1; subleaf <= last; subleaf++) {
		if (tlb_read(source, 0x18, subleaf, &r)) {
			decode_subleaf(g, subleaf, &r);
			continue;
		}
		tlb_doubt(g,
			  "CPUID 0x18 has subleaves 1 to %u that this dump leaves out",
			  last);
		return;
	}
}

static void decode_descriptor(struct tlb_geometry *g, uint8_t byte)
{
	const struct tlb_descriptor *d = tlb_descriptors;

	for (; d->entries; d++) {
		struct tlb_level *l;

		if (d->byte != byte)
			continue;
		l = tlb_add(g);
		if (!l)
			return;
		l->level = d->level;
		l->kind = d->kind;
		l->pages = d->pages;
		l->entries = d->entries;
		l->fully_associative = d->ways == WAYS_FULL;
		l->ways = l->ways_max = l->fully_associative ? d->entries : d->ways;
		snprintf(l->source, sizeof(l->source), "CPUID 2 (0x%02X)", byte);
	}
	if (!tlb_descriptor_known(byte))
		tlb_doubt(
			g,
			"CPUID 2 has the descriptor 0x%02X, which is in no table here",
			byte);
}

/* AL counts calls on CPUs of the 1990s and is 1 since; a register with bit 31 set holds
 * no descriptors; a zero byte is none. */
static void decode_leaf2(struct tlb_geometry *g, const struct cpuid_source *source)
{
	struct cpuid_regs r;
	uint32_t regs[4];

	if (!tlb_read(source, 2, 0, &r))
		return;
	regs[0] = r.eax & ~0xffu;
	regs[1] = r.ebx;
	regs[2] = r.ecx;
	regs[3] = r.edx;
	for (int i = 0; i < 4; i++) {
		if (regs[i] >> 31)
			continue;
		for (int shift = 0; shift < 32; shift += 8) {
			uint8_t byte = (uint8_t)(regs[i] >> shift);

			if (byte == TLB_DESCRIPTOR_LEAF18 && !g->n_levels)
				tlb_doubt(
					g,
					"CPUID 2 refers to leaf 0x18, which is not there");
			else if (byte)
				decode_descriptor(g, byte);
		}
	}
}

void tlb_intel_decode(struct tlb_geometry *g, const struct cpuid_source *source)
{
	decode_leaf18(g, source);
	if (g->n_levels)
		return;
	decode_leaf2(g, source);
	if (g->n_levels)
		tlb_doubt(g, "CPUID 2 does not tell which threads share a TLB");
	else
		tlb_doubt(g, "CPUID leaves 2 and 0x18 describe no TLB");
}
