/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_SENSORS_H
#define TLBLAB_SRC_SENSORS_SENSORS_H

#include "tlblab/sensors/sensor.h"

/* The table's rows; sensor.c lists them in reading order. */
extern const struct sensor_ops interrupts_ops;
extern const struct sensor_ops flush_trace_ops;
extern const struct sensor_ops flushers_ops;
extern const struct sensor_ops hypervisor_flushes_ops;
extern const struct sensor_ops frequency_ops;
extern const struct sensor_ops pmu_ops;
extern const struct sensor_ops refill_ops;
extern const struct sensor_ops sched_ops;
extern const struct sensor_ops steal_ops;
extern const struct sensor_ops throttle_ops;
extern const struct sensor_ops vmstat_ops;

#endif
