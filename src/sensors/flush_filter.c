/* SPDX-License-Identifier: MIT */
/*
 * "pages" is an unsigned long in the tracepoint, so the kernel's filter parser wants
 * the whole-TLB mark as 2^64 - 1 and not as -1 (kernel/trace/trace_events_filter.c). A
 * local flush of 0 pages found its CPU up to date; it is neither full nor page by page.
 * Nor is a task switch (switch_mm_irqs_off) or a request (flush_tlb_func) of 0 pages a
 * flush: there was nothing to do.
 */
#include "sensors/flush_filter.h"

#define WHOLE_TLB "18446744073709551615"
#define LOCAL	  "reason >= 2 && reason <= 3 && "
#define SENT	  "reason == 4 && "
#define RECEIVED  "reason == 1 && "

const char *const flush_filter[FLUSH_COLUMNS] = {
	"reason == 0 && pages > 0",
	"reason == 1 && pages > 0",
	"reason == 2",
	"reason == 3",
	"reason == 4",
	"reason == 5",
	LOCAL "pages == " WHOLE_TLB,
	LOCAL "pages == 1",
	LOCAL "pages >= 2 && pages <= 8",
	LOCAL "pages >= 9 && pages <= 33",
	LOCAL "pages >= 34 && pages < " WHOLE_TLB,
	SENT "pages == " WHOLE_TLB,
	SENT "pages == 1",
	SENT "pages >= 2 && pages <= 8",
	SENT "pages >= 9 && pages <= 33",
	SENT "pages >= 34 && pages < " WHOLE_TLB,
};

const char *const flush_received_filter[FLUSH_RECEIVED_COLUMNS] = {
	[FLUSH_RECEIVED_FULL] = RECEIVED "pages == " WHOLE_TLB,
	[FLUSH_RECEIVED_RANGED] = RECEIVED "pages >= 1 && pages < " WHOLE_TLB,
};

const enum channel flush_size_channel[FLUSH_SIZES] = {
	CH_FLUSH_FULL,	     CH_FLUSH_PAGES_1,	   CH_FLUSH_PAGES_2_8,
	CH_FLUSH_PAGES_9_33, CH_FLUSH_PAGES_34_UP,
};

enum flush_column flush_better_view(const uint64_t count[FLUSH_COLUMNS])
{
	uint64_t local = 0, sent = 0;

	for (int i = 0; i < FLUSH_SIZES; i++) {
		local += count[FLUSH_LOCAL + i];
		sent += count[FLUSH_SENT + i];
	}
	/* A slice ends in the middle of an operation: a little more is a tie. */
	return sent > local + local / 64 + 1 ? FLUSH_SENT : FLUSH_LOCAL;
}
