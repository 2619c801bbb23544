/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SENSORS_FLUSHERS_H
#define TLBLAB_SENSORS_FLUSHERS_H

#include "tlblab/lab/flushers.h"

struct sensor_set;
/* Of the run that the set was attached to last; NULL where there is no such sensor.
 * Valid until the set is attached again. */
const struct flushers *flushers_of_set(const struct sensor_set *set);

#endif
