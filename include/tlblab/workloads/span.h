/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_WORKLOADS_SPAN_H
#define TLBLAB_WORKLOADS_SPAN_H

#include <stdint.h>

/*
 * What the dial (rig_turn_dial) says to the workload "span". At 0 it does what its
 * params say; every other position replaces pages and span_pages from the next
 * operation on, without any restart, so that flushes of any kind and size can be
 * measured in turn in one and the same process.
 */
enum {
	SPAN_DIAL_MAX_PAGES = 8190,
	SPAN_DIAL_IDLE = 1u << 16,	 /* only visits the working set */
	SPAN_DIAL_MEMBARRIER = 2u << 16, /* interrupts the same CPUs, flushes nothing */
};

/* 1 to SPAN_DIAL_MAX_PAGES pages, spread over span_pages >= pages. */
static inline uint32_t span_dial(int pages, int span_pages)
{
	return (uint32_t)span_pages << 16 | (uint32_t)pages;
}

#endif
