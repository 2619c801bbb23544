/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SIM_TLB_H
#define TLBLAB_SRC_SIM_TLB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Two levels of translations, set-associative, each set replaced in turn. An entry's
 * key is a tag (one address space between two of its full flushes on this CPU) and a
 * page, so dropping everything is taking a new tag, and costs nothing here.
 */
struct tlb_entry {
	uint64_t key; /* tag << 32 | page; 0 empty */
	uint32_t frame, gen;
};

struct tlb_level {
	struct tlb_entry *entries; /* borrowed; sets x ways */
	uint8_t *next;		   /* borrowed; whose turn it is in each set */
	uint32_t set_mask, ways;
};

struct tlb {
	struct tlb_level level[2];
	uint32_t next_tag;
};

/* Entries one level really gets: the sets are a power of two. */
size_t tlb_level_entries(int entries, int ways);
size_t tlb_level_sets(int entries, int ways);
/* Both storages are zero, entries and sets long. */
void tlb_level_init(struct tlb_level *l, int entries, int ways,
		    struct tlb_entry *storage, uint8_t *next);
uint32_t tlb_new_tag(struct tlb *t);
/* 0: not there; 1, 2: found in that level (and brought up to the first). */
int tlb_find(struct tlb *t, uint32_t tag, uint32_t vpn, struct tlb_entry *out);
void tlb_fill(struct tlb *t, uint32_t tag, uint32_t vpn, uint32_t frame, uint32_t gen);
void tlb_drop(struct tlb *t, uint32_t tag, uint32_t vpn);

#endif
