/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_WORKLOADS_COLLATERAL_H
#define TLBLAB_WORKLOADS_COLLATERAL_H

#include <stdint.h>

/*
 * What the trigger (rig_set_trigger) says to the workload "collateral". At 0 it does
 * what its params say; every other position replaces pages and span_pages from the next
 * operation on, without any restart, so that flushes of any kind and size can be
 * measured in turn in one and the same process.
 */
enum {
	COLLATERAL_TRIGGER_MAX_PAGES = 8190,
	COLLATERAL_TRIGGER_IDLE = 1u << 16, /* only visits the working set */
	COLLATERAL_TRIGGER_MEMBARRIER =
		2u << 16, /* interrupts the same CPUs, flushes nothing */
};

/* 1 to COLLATERAL_TRIGGER_MAX_PAGES pages, spread over span_pages >= pages. */
static inline uint32_t collateral_trigger(int pages, int span_pages)
{
	return (uint32_t)span_pages << 16 | (uint32_t)pages;
}

#endif
