/* SPDX-License-Identifier: MIT */
/*
 * The table of sensors and the set a lab opens. A sensor that cannot measure stays in
 * the set with its reason, so that lists, results and `doctor` show it all the same;
 * its read leaves its channels absent.
 */
#include "tlblab/sensors/sensor.h"

#include <string.h>

#include "sensors/sensors.h"

const struct sensor_ops *const sensor_table[] = {
	&interrupts_ops, &flush_trace_ops, &flushers_ops, &hypervisor_flushes_ops,
	&pmu_ops,	 &refill_ops,	   &sched_ops,	  &steal_ops,
	&vmstat_ops,	 &frequency_ops,   &throttle_ops, NULL,
};

/* The last entry is the end. */
_Static_assert(sizeof(sensor_table) / sizeof(sensor_table[0]) <= SENSORS_MAX + 1,
	       "every sensor has a place in the set");

int sensor_set_open(struct sensor_set *set, const struct sensor_env *env)
{
	memset(set, 0, sizeof(*set));
	for (int i = 0; sensor_table[i]; i++) {
		int err = sensor_table[i]->open(&set->sensor[i], env,
						&set->availability[i]);

		if (err) {
			sensor_set_close(set);
			return err;
		}
		set->ops[i] = sensor_table[i];
		set->n = i + 1;
	}
	return 0;
}

void sensor_set_attach(struct sensor_set *set, const struct sensor_target *target)
{
	for (int i = 0; i < set->n; i++) {
		if (set->ops[i]->attach)
			set->ops[i]->attach(set->sensor[i], target,
					    &set->availability[i]);
	}
}

bool sensor_set_settle(struct sensor_set *set)
{
	bool closed = false;

	for (int i = 0; i < set->n; i++)
		if (set->ops[i]->settle)
			closed |= set->ops[i]->settle(set->sensor[i]);
	return closed;
}

void sensor_set_window(struct sensor_set *set, bool ends)
{
	for (int i = 0; i < set->n; i++)
		if (set->ops[i]->window)
			set->ops[i]->window(set->sensor[i], ends);
}

void sensor_set_read(struct sensor_set *set, struct sample *sample)
{
	for (int i = 0; i < set->n; i++)
		set->ops[i]->read(set->sensor[i], sample);
}

void sensor_set_read_one(struct sensor_set *set, const char *name,
			 struct sample *sample)
{
	for (int i = 0; i < set->n; i++)
		if (!strcmp(set->ops[i]->name, name))
			set->ops[i]->read(set->sensor[i], sample);
}

void sensor_set_close(struct sensor_set *set)
{
	while (set->n > 0) {
		set->n--;
		set->ops[set->n]->close(set->sensor[set->n]);
	}
}

const struct availability *sensor_set_availability(const struct sensor_set *set,
						   const char *name)
{
	for (int i = 0; i < set->n; i++) {
		if (!strcmp(set->ops[i]->name, name))
			return &set->availability[i];
	}
	return NULL;
}
