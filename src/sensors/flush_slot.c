/* SPDX-License-Identifier: MIT */
#include "sensors/flush_slot.h"

enum { REMOTE_SHOOTDOWN = 1 }; /* a reason of the kernel's */

void flush_slot_worker(struct flush_slot *slot, int index,
		       const uint64_t count[FLUSH_COLUMNS])
{
	enum flush_column view = flush_better_view(count);

	*slot = (struct flush_slot){
		.index = index,
		.full = (double)count[view],
		.received = (double)count[FLUSH_REASON + REMOTE_SHOOTDOWN],
	};
	for (int i = 1; i < FLUSH_SIZES; i++)
		slot->ranged += (double)count[view + i];
}

void flush_slot_victim(struct flush_slot *slot, int index,
		       const uint64_t count[FLUSH_REASONS])
{
	*slot = (struct flush_slot){
		.victim = true,
		.index = index,
		.received = (double)count[FLUSH_REASON + REMOTE_SHOOTDOWN],
	};
}
