/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SENSORS_SENSOR_H
#define TLBLAB_SENSORS_SENSOR_H

#include <sys/types.h>

#include "tlblab/base/perf.h"
#include "tlblab/lab/channel.h"
#include "tlblab/machine/machine.h"

/*
 * A sensor fills channels of a sample. It is opened once, attached anew to each rig,
 * and read once an interval; what it cannot measure it leaves absent, and its
 * availability carries the reason. A refusal never ends a run.
 */
/* Operations done, and parts of long ones, readable at any moment: n counters that only
 * rise, one for each worker in their order, or one for all of them together. */
struct work_counter {
	double (*done)(const void *of, int i);
	const void *of;
	int n;
};

struct sensor_target {
	pid_t rig_pid;
	int n_workers, n_victims;
	const pid_t *tids;    /* workers then victims */
	const int *cpus;      /* the same order; -1 not pinned */
	bool warms_up;	      /* before the measured part begins */
	bool separate_spaces; /* processes instead of threads */
	/* The workers are, or run, programs of somebody's: what they start counts, too.
	 */
	bool programs;
	struct work_counter work;
};

struct sensor_env {
	const struct machine *machine;
	const struct perf_opener *perf;
	const char *root;   /* "" is this machine; else a captured /proc and /sys */
	bool trace_flushes; /* count tlb:tlb_flush (it costs the traced) */
};

struct sensor; /* a sensor's private state */

struct sensor_ops {
	const char *name;    /* "interrupts", "pmu", "flush_trace", "steal" … */
	const char *summary; /* one line for `list sensors` */
	/* Required. Always gives a sensor, unless memory is short (-ENOMEM); what is
	 * missing is said in *availability. */
	int (*open)(struct sensor **out, const struct sensor_env *env,
		    struct availability *availability);
	/* Optional. New workers; counters start from here. May change availability. */
	void (*attach)(struct sensor *s, const struct sensor_target *target,
		       struct availability *availability);
	/* Optional. The warm-up ends here, before the measured part begins: true where
	 * something was closed for it, which takes time from the workers. */
	bool (*settle)(struct sensor *s);
	/* Optional. The measured part of a run begins here, or ends with the next
	 * read: what is measured rarely is measured then, so that a short run has it.
	 */
	void (*window)(struct sensor *s, bool ends);
	/* Required. Adds this sensor's channels for the time since the last read (or
	 * attach). s->elapsed_s and the rig's channels are already filled. */
	void (*read)(struct sensor *s, struct sample *sample);
	/* Required. */
	void (*close)(struct sensor *s);
};

/* All sensors, NULL-terminated, in reading order. */
extern const struct sensor_ops *const sensor_table[];

/* The sensors of a lab, opened together. */
enum { SENSORS_MAX = 12 };

struct sensor_set {
	int n;
	const struct sensor_ops *ops[SENSORS_MAX];
	struct sensor *sensor[SENSORS_MAX];
	struct availability availability[SENSORS_MAX];
};

int sensor_set_open(struct sensor_set *set, const struct sensor_env *env);
void sensor_set_attach(struct sensor_set *set, const struct sensor_target *target);
bool sensor_set_settle(struct sensor_set *set);
void sensor_set_window(struct sensor_set *set, bool ends);
void sensor_set_read(struct sensor_set *set, struct sample *sample);
/* One alone, so that its next reading begins here; nothing when there is none of that
 * name. */
void sensor_set_read_one(struct sensor_set *set, const char *name,
			 struct sample *sample);
void sensor_set_close(struct sensor_set *set);
const struct availability *sensor_set_availability(const struct sensor_set *set,
						   const char *name);

#endif
