/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_PLACE_H
#define TLBLAB_SRC_WORKLOADS_PLACE_H

#include <stddef.h>

/* As recorded with a result (workload_desc.layout). */
#define PLACE_LAYOUT                                                                   \
	"at an address of its own for each worker, between inaccessible pages 2 MiB away"

/*
 * Where a worker maps again and again: 32 TiB from the bottom of the address space,
 * where the kernel puts nothing by itself (it fills from the top: mm/mmap.c,
 * arch_get_unmapped_area_topdown), each worker's own, between two inaccessible pages
 * that are 2 MiB away. So a mapping there has the same neighbours in every thread,
 * touches none and merges with none.
 */
struct place {
	char *at; /* what mmap is to be asked for; NULL: there is no such place */
	size_t span_bytes;
};

/* For mappings of up to so many bytes, of the index-th worker. */
void place_take(struct place *p, int index, size_t bytes);
void place_leave(struct place *p);

#endif
