/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_TLB_DESCRIPTORS_H
#define TLBLAB_SRC_MACHINE_TLB_DESCRIPTORS_H

#include "tlblab/machine/tlb_geometry.h"

enum { TLB_DESCRIPTOR_LEAF18 = 0xfe };

/* A descriptor byte of leaf 2; some stand for two structures and have two rows. */
struct tlb_descriptor {
	uint8_t byte;
	uint8_t level;
	enum tlb_kind kind;
	uint8_t pages;
	uint16_t entries;
	uint8_t ways; /* 0: unknown; 0xFF: fully associative */
};

extern const struct tlb_descriptor tlb_descriptors[]; /* ends with entries 0 */

/* Is the byte in the manual's table at all, be it as a TLB, a cache or a note? */
bool tlb_descriptor_known(uint8_t byte);

#endif
