/* SPDX-License-Identifier: MIT */
#include "sensors/flush_seat.h"

enum { REMOTE_SHOOTDOWN = 1 }; /* a reason of the kernel's */

void flush_seat_worker(struct flush_seat *seat, int index,
		       const uint64_t count[FLUSH_COLUMNS])
{
	enum flush_column view = flush_better_view(count);

	*seat = (struct flush_seat){
		.index = index,
		.full = (double)count[view],
		.received = (double)count[FLUSH_REASON + REMOTE_SHOOTDOWN],
	};
	for (int i = 1; i < FLUSH_SIZES; i++)
		seat->ranged += (double)count[view + i];
}

void flush_seat_victim(struct flush_seat *seat, int index,
		       const uint64_t count[FLUSH_REASONS])
{
	*seat = (struct flush_seat){
		.victim = true,
		.index = index,
		.received = (double)count[FLUSH_REASON + REMOTE_SHOOTDOWN],
	};
}
