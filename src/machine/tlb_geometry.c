/* SPDX-License-Identifier: MIT */
/* The vendor-independent half of the TLB geometry, and its words. */
#include "tlblab/machine/tlb_geometry.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "machine/tlb_decode.h"
#include "tlblab/base/text.h"

struct tlb_level *tlb_add(struct tlb_geometry *g)
{
	if (g->n_levels == TLB_LEVELS_MAX) {
		tlb_doubt(g, "more than %d TLBs described: the rest was left out",
			  TLB_LEVELS_MAX);
		return NULL;
	}
	g->levels[g->n_levels] = (struct tlb_level){0};
	return &g->levels[g->n_levels++];
}

void tlb_doubt(struct tlb_geometry *g, const char *format, ...)
{
	char words[TLB_UNKNOWN_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	for (int i = 0; i < g->n_could_not_tell; i++)
		if (!strcmp(g->could_not_tell[i], words))
			return;
	if (g->n_could_not_tell < TLB_UNKNOWN_MAX)
		memcpy(g->could_not_tell[g->n_could_not_tell++], words, sizeof(words));
}

/* Leaf 0x1A means something only where leaf 7 EDX says hybrid (bit 15). */
static enum core_kind decode_core_kind(const struct cpuid_source *source)
{
	struct cpuid_regs features, kind;

	tlb_read(source, 7, 0, &features);
	tlb_read(source, 0x1a, 0, &kind);
	if (!(features.edx & 1u << 15))
		return CORE_UNKNOWN;
	return kind.eax >> 24 == 0x40	? CORE_PERFORMANCE
	       : kind.eax >> 24 == 0x20 ? CORE_EFFICIENT
					: CORE_UNKNOWN;
}

void tlb_geometry_decode(struct tlb_geometry *g, const struct cpuid_source *source)
{
	struct cpuid_regs first, features;
	char vendor[13] = "";

	*g = (struct tlb_geometry){0};
	if (!tlb_read(source, 0, 0, &first)) {
		tlb_doubt(g, "there is no CPUID leaf 0 to tell the vendor");
		return;
	}
	memcpy(vendor, &first.ebx, 4);
	memcpy(vendor + 4, &first.edx, 4);
	memcpy(vendor + 8, &first.ecx, 4);
	g->core = decode_core_kind(source);
	if (!strcmp(vendor, "GenuineIntel"))
		tlb_intel_decode(g, source);
	else if (!strcmp(vendor, "AuthenticAMD") || !strcmp(vendor, "HygonGenuine"))
		tlb_amd_decode(g, source);
	else
		tlb_doubt(g, "no TLB leaves are known for the vendor \"%s\"", vendor);
	tlb_read(source, 1, 0, &features);
	if (features.ecx & 1u << 31)
		tlb_doubt(g, "a hypervisor answers CPUID here and may have edited it");
}

static bool holds_data(const struct tlb_level *l, enum tlb_page page)
{
	return (l->pages & page) &&
	       (l->kind == TLB_DATA || l->kind == TLB_UNIFIED || l->kind == TLB_LOAD);
}

int tlb_geometry_data_entries(const struct tlb_geometry *g, enum tlb_page page)
{
	int level = 0, entries = 0;

	for (int i = 0; i < g->n_levels; i++)
		if (holds_data(&g->levels[i], page) && g->levels[i].level > level)
			level = g->levels[i].level;
	for (int i = 0; i < g->n_levels; i++)
		if (holds_data(&g->levels[i], page) && g->levels[i].level == level)
			entries += g->levels[i].entries;
	return entries;
}

const char *tlb_kind_name(enum tlb_kind kind)
{
	static const char *const names[] = {[TLB_DATA] = "data",
					    [TLB_INSTRUCTION] = "instruction",
					    [TLB_UNIFIED] = "unified",
					    [TLB_LOAD] = "load",
					    [TLB_STORE] = "store"};

	return names[kind];
}

const char *tlb_pages_text(unsigned int pages, char *buf, unsigned long buf_bytes)
{
	static const struct {
		enum tlb_page page;
		const char *text;
	} sizes[] = {{TLB_PAGE_4K, "4 KiB"},
		     {TLB_PAGE_2M, "2 MiB"},
		     {TLB_PAGE_4M, "4 MiB"},
		     {TLB_PAGE_1G, "1 GiB"}};

	if (!buf_bytes)
		return buf;
	buf[0] = '\0';
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (pages & sizes[i].page)
			text_append(buf, buf_bytes, "%s%s", buf[0] ? " + " : "",
				    sizes[i].text);
	return buf;
}

const char *tlb_level_text(const struct tlb_level *l, char *buf,
			   unsigned long buf_bytes)
{
	char pages[48];

	if (!buf_bytes)
		return buf;
	buf[0] = '\0';
	text_append(buf, buf_bytes, "L%d %s, %s, %d %s", l->level,
		    tlb_kind_name(l->kind),
		    tlb_pages_text(l->pages, pages, sizeof(pages)), l->entries,
		    l->entries == 1 ? "entry" : "entries");
	if (l->fully_associative)
		text_append(buf, buf_bytes, ", fully associative");
	else if (l->ways && l->ways_max > l->ways)
		text_append(buf, buf_bytes, ", %d- to %d-way", l->ways, l->ways_max);
	else if (l->ways)
		text_append(buf, buf_bytes, ", %d-way", l->ways);
	if (l->shared_threads > 1)
		text_append(buf, buf_bytes, ", shared by %d threads",
			    l->shared_threads);
	return buf;
}
