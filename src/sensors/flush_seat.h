/* SPDX-License-Identifier: MIT */
#ifndef SENSORS_FLUSH_SEAT_H
#define SENSORS_FLUSH_SEAT_H

#include "sensors/flush_filter.h"
#include "tlblab/sensors/flush_seats.h"

/* Fills a seat from what was counted of its thread: all columns of a worker, the
 * reasons alone of a victim. */
void flush_seat_worker(struct flush_seat *seat, int index,
		       const uint64_t count[FLUSH_COLUMNS]);
void flush_seat_victim(struct flush_seat *seat, int index,
		       const uint64_t count[FLUSH_REASONS]);

#endif
