/* SPDX-License-Identifier: MIT */
/*
 * "pages" is an unsigned long in the tracepoint, so the kernel's filter parser wants
 * the whole-TLB mark as 2^64 - 1 and not as -1 (kernel/trace/trace_events_filter.c). A
 * local flush of 0 pages found its CPU up to date; it is neither full nor page by page.
 */
#include "sensors/flush_filter.h"

#define WHOLE_TLB "18446744073709551615"

#define REASON_EVENTS                                                                  \
	{CH_FLUSH_TASK_SWITCH, "reason == 0"},                                         \
		{CH_FLUSH_REMOTE_SHOOTDOWN, "reason == 1"},                            \
		{CH_FLUSH_LOCAL_SHOOTDOWN, "reason == 2"},                             \
		{CH_FLUSH_LOCAL_MM_SHOOTDOWN, "reason == 3"},                          \
		{CH_FLUSH_REMOTE_IPI_SEND, "reason == 4"},                             \
	{                                                                              \
		CH_FLUSH_REMOTE_WRONG_CPU, "reason == 5"                               \
	}

#define SIZE_EVENTS(who)                                                               \
	{CH_FLUSH_FULL, who " && pages == " WHOLE_TLB},                                \
		{CH_FLUSH_PAGES_1, who " && pages == 1"},                              \
		{CH_FLUSH_PAGES_2_8, who " && pages >= 2 && pages <= 8"},              \
		{CH_FLUSH_PAGES_9_33, who " && pages >= 9 && pages <= 33"},            \
	{                                                                              \
		CH_FLUSH_PAGES_34_UP, who " && pages >= 34 && pages < " WHOLE_TLB      \
	}

const struct flush_event *flush_events(enum flush_view view)
{
	static const struct flush_event local[FLUSH_EVENTS] = {
		REASON_EVENTS,
		SIZE_EVENTS("reason >= 2 && reason <= 3"),
	};
	static const struct flush_event sent[FLUSH_EVENTS] = {
		REASON_EVENTS,
		SIZE_EVENTS("reason == 4"),
	};

	return view == FLUSH_VIEW_SENT ? sent : local;
}

enum flush_view flush_view_better(enum flush_view now, double local, double sent)
{
	/* A tie is the rule with one initiator: stay. Either view misses flushes, it
	 * never invents them, so the larger is nearer the truth. */
	if (now == FLUSH_VIEW_LOCAL && sent > 1.1 * local)
		return FLUSH_VIEW_SENT;
	if (now == FLUSH_VIEW_SENT && local > 1.1 * sent)
		return FLUSH_VIEW_LOCAL;
	return now;
}
