/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_TLB_DECODE_H
#define TLBLAB_SRC_MACHINE_TLB_DECODE_H

#include "tlblab/machine/tlb_geometry.h"

/* One vendor's leaves each. */
void tlb_intel_decode(struct tlb_geometry *g, const struct cpuid_source *source);
void tlb_amd_decode(struct tlb_geometry *g, const struct cpuid_source *source);

/* The next free level, or NULL with a doubt noted when there are too many. */
struct tlb_level *tlb_add(struct tlb_geometry *g);
/* Notes something that could not be told, once; printf format. */
void tlb_doubt(struct tlb_geometry *g, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static inline bool tlb_read(const struct cpuid_source *s, uint32_t leaf,
			    uint32_t subleaf, struct cpuid_regs *out)
{
	return s->read(s->self, leaf, subleaf, out);
}

#endif
