/* SPDX-License-Identifier: MIT */
/*
 * Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID,
 * "Encoding of CPUID Leaf 2 Descriptors". The manual calls the levels TLB, TLB0, uTLB
 * (here 1) and TLB1, shared second-level (here 2).
 */
#include "machine/tlb_descriptors.h"

#define K4   TLB_PAGE_4K
#define M2   TLB_PAGE_2M
#define M4   TLB_PAGE_4M
#define G1   TLB_PAGE_1G
#define I    TLB_INSTRUCTION
#define D    TLB_DATA
#define U    TLB_UNIFIED
#define FULL 0xff

const struct tlb_descriptor tlb_descriptors[] = {
	{0x01, 1, I, K4, 32, 4},
	{0x02, 1, I, M4, 2, FULL},
	{0x03, 1, D, K4, 64, 4},
	{0x04, 1, D, M4, 8, 4},
	{0x05, 2, D, M4, 32, 4},
	{0x0b, 1, I, M4, 4, 4},
	{0x4f, 1, I, K4, 32, 0},
	{0x50, 1, I, K4 | M2 | M4, 64, 0},
	{0x51, 1, I, K4 | M2 | M4, 128, 0},
	{0x52, 1, I, K4 | M2 | M4, 256, 0},
	{0x55, 1, I, M2 | M4, 7, FULL},
	{0x56, 1, D, M4, 16, 4},
	{0x57, 1, D, K4, 16, 4},
	{0x59, 1, D, K4, 16, FULL},
	{0x5a, 1, D, M2 | M4, 32, 4},
	{0x5b, 1, D, K4 | M4, 64, 0},
	{0x5c, 1, D, K4 | M4, 128, 0},
	{0x5d, 1, D, K4 | M4, 256, 0},
	{0x61, 1, I, K4, 48, FULL},
	{0x63, 1, D, M2 | M4, 32, 4},
	{0x63, 1, D, G1, 4, 4},
	{0x64, 1, D, K4, 512, 4},
	{0x6a, 1, D, K4, 64, 8},
	{0x6b, 2, D, K4, 256, 8},
	{0x6c, 2, D, M2 | M4, 128, 8},
	{0x6d, 2, D, G1, 16, FULL},
	{0x76, 1, I, M2 | M4, 8, FULL},
	{0xa0, 1, D, K4, 32, FULL},
	{0xb0, 1, I, K4, 128, 4},
	{0xb1, 1, I, M2, 8, 4},
	{0xb1, 1, I, M4, 4, 4},
	{0xb2, 1, I, K4, 64, 4},
	{0xb3, 1, D, K4, 128, 4},
	{0xb4, 2, D, K4, 256, 4},
	{0xb5, 1, I, K4, 64, 8},
	{0xb6, 1, I, K4, 128, 8},
	{0xba, 2, D, K4, 64, 4},
	{0xc0, 1, D, K4 | M4, 8, 4},
	{0xc1, 2, U, K4 | M2, 1024, 8},
	{0xc2, 1, D, K4 | M2, 16, 4},
	{0xc3, 2, U, K4 | M2, 1536, 6},
	{0xc3, 2, U, G1, 16, 4},
	{0xc4, 1, D, M2 | M4, 32, 4},
	{0xca, 2, U, K4, 512, 4},
	{0, 0, D, 0, 0, 0},
};

/* Caches, trace caches, prefetch sizes, and the notes 0xFE and 0xFF, as ranges. */
static const struct {
	uint8_t first, last;
} not_tlbs[] = {
	{0x06, 0x06}, {0x08, 0x0a}, {0x0c, 0x0e}, {0x1d, 0x1d}, {0x21, 0x25},
	{0x29, 0x29}, {0x2c, 0x2c}, {0x30, 0x30}, {0x39, 0x3e}, {0x40, 0x4e},
	{0x60, 0x60}, {0x66, 0x68}, {0x70, 0x73}, {0x78, 0x7d}, {0x7f, 0x80},
	{0x82, 0x87}, {0xd0, 0xd2}, {0xd6, 0xd8}, {0xdc, 0xde}, {0xe2, 0xe4},
	{0xea, 0xec}, {0xf0, 0xf1}, {0xfe, 0xff},
};

bool tlb_descriptor_known(uint8_t byte)
{
	for (const struct tlb_descriptor *d = tlb_descriptors; d->entries; d++)
		if (d->byte == byte)
			return true;
	for (unsigned int i = 0; i < sizeof(not_tlbs) / sizeof(not_tlbs[0]); i++)
		if (byte >= not_tlbs[i].first && byte <= not_tlbs[i].last)
			return true;
	return false;
}
