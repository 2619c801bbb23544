/* SPDX-License-Identifier: MIT */
#ifndef SENSORS_FLUSH_FILTER_H
#define SENSORS_FLUSH_FILTER_H

#include "tlblab/lab/channel.h"

/*
 * What is counted of tlb:tlb_flush, as pairs of a channel and an event filter: first
 * one for each reason, then (initiators only) one for each size.
 *
 * An operation's flush shows in two places. On the initiator's own CPU it is reason 3
 * (2 for batched and kernel-wide ones); when other CPUs may hold the mapping it is also
 * reason 4, the request as sent. Where several threads flush one address space at once
 * the first vanishes: the neighbour's interrupt has already brought the CPU up to date
 * (seen here: 0.03 local events an operation, 1.00 sent). Where there is no other CPU
 * the second vanishes. So sizes are taken from one of the two views, and the totals of
 * both reasons tell when it was the wrong one.
 */
enum flush_view { FLUSH_VIEW_LOCAL, FLUSH_VIEW_SENT };

enum { FLUSH_REASONS = 6, FLUSH_SIZES = 5, FLUSH_EVENTS = FLUSH_REASONS + FLUSH_SIZES };

struct flush_event {
	enum channel channel;
	const char *filter;
};

/* FLUSH_EVENTS rows. */
const struct flush_event *flush_events(enum flush_view view);

/* The view these totals of the two reasons speak for; `now` when they do not tell. */
enum flush_view flush_view_better(enum flush_view now, double local, double sent);

#endif
