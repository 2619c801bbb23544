/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_FLUSH_SLOT_H
#define TLBLAB_SRC_SENSORS_FLUSH_SLOT_H

#include "sensors/flush_filter.h"
#include "tlblab/sensors/flush_slots.h"

/* Fills a slot from what was counted of its thread: all columns of a worker, the
 * reasons alone of a victim. */
void flush_slot_worker(struct flush_slot *slot, int index,
		       const uint64_t count[FLUSH_COLUMNS]);
void flush_slot_victim(struct flush_slot *slot, int index,
		       const uint64_t count[FLUSH_REASONS]);

#endif
