/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_LIVE_PRIV_H
#define TLBLAB_SRC_BACKENDS_LIVE_PRIV_H

#include <sys/types.h>

#include "backends/backend.h"
#include "backends/live_background.h"
#include "backends/live_program.h"
#include "backends/work.h"
#include "tlblab/rig/rig.h"
#include "tlblab/sensors/flush_self_test.h"
#include "tlblab/sensors/mechanism.h"
#include "tlblab/sensors/sensor.h"

/*
 * The live backend's own state: live.c opens and shows it, live_start.c seats a rig
 * and opens its gate, live_sample.c reads what the rig counted.
 */

/* What was read of one worker or victim at the end of the last interval. */
struct live_seen {
	struct work_seen work;			      /* a worker's */
	uint64_t loops, stalls, stall_ticks, moments; /* a victim's */
	uint64_t extra[WORKLOAD_MAX_EXTRAS];
};

/* Who sits where: workers, then victims. */
struct live_slots {
	int n;
	int *cpus;
	pid_t *tids;
	struct live_seen *seen;
};

enum { LIVE_MOMENTS = 64 }; /* of an interval; more wait for the next */

struct backend {
	const struct machine *machine;
	struct guardian *guardian;
	struct sensor_set sensors;
	struct live_background background;
	struct live_program program;
	struct session_sensor sensor_words[SENSORS_MAX];
	struct experiment experiment;
	struct rig *rig;
	enum backend_phase phase;
	uint64_t open_ns; /* zero of now_s */
	uint64_t last_ns; /* end of the last interval */
	struct live_slots slots;
	int pinned, worker_cpus, all_cpus;
	bool gives_way;		/* see struct rig_config */
	int outlived;		/* processes that outlived their command, ended */
	const char *watch_note; /* what of the watched cannot be seen; NULL: nothing */
	bool watched;		/* the run is of a process that was there before it */
	uint32_t triggers;	/* so far, on the workers' trigger */
	struct backend_moment moments[LIVE_MOMENTS];
	int n_moments;
	int64_t ceiling_pages; /* as last read back; -1 unknown */
	struct mechanism_facts mechanism;
	bool trace_flushes;
	/* Once, before the first run; ceiling_pages 0: not yet. */
	struct flush_self_test self_test;
};

/* What the experiment in force runs. */
const struct workload_desc *live_workload(const struct experiment *e);

int live_set_ceiling(struct backend *b, int64_t pages, struct error *error);
int live_start(struct backend *b, const struct experiment *e, struct error *error);
enum backend_phase live_carry_on(struct backend *b, struct error *error);
void live_drop_rig(struct backend *b);

void live_sample(struct backend *b, struct sample *out);
void live_worker(struct backend *b, int i, struct rig_reading *out);

#endif
