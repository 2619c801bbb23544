/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_BACKEND_H
#define TLBLAB_SRC_BACKENDS_BACKEND_H

/*
 * A backend turns an experiment into samples: live (a rig, sensors and the ceiling),
 * sim (a simulated machine) or replay (a result file). The session drives one and
 * keeps what it gives; nobody above the session knows which it is.
 */

#include "tlblab/backends/session.h"
#include "tlblab/sensors/flush_self_test.h"

enum backend_phase {
	BACKEND_IDLE,
	BACKEND_STARTING, /* placing workers, measuring the victims alone */
	BACKEND_RUNNING,
	BACKEND_DONE,	/* the operations asked for are done */
	BACKEND_FAILED, /* step's error says why; start again is allowed */
};

/* One worker or victim since the gate opened. */
struct backend_worker {
	int tid, cpu, node;
	uint64_t ops;	    /* a victim's loop iterations */
	double elapsed_s;   /* its own running time so far, from its clock readings */
	double done_s;	    /* of that, until the last of ops ended */
	double quiet_per_s; /* victims: turns a second when left alone; 0 unknown */
	uint64_t stalls, stall_ticks; /* victims */
	uint64_t max_ticks;	      /* since reset_max */
	int time_one_in;
	const struct hist *hist; /* live: operations, or a victim's stalls, in ticks */
};

/* What the checks and the screen want to know beside the samples. Borrowed. */
struct backend_view {
	int n_workers, n_victims;
	const int *cpus;		    /* workers then victims; -1 not pinned */
	const struct cpumask *program_cpus; /* see struct snapshot */
	int pinned;	 /* how many of them really are on the CPU they were given */
	int worker_cpus; /* distinct */
	int mm_cpus;	 /* distinct CPUs that share an address space */
	int oversubscribed_cpus;
	int outlived; /* processes that outlived their command, and were ended */
	const char *watch_note; /* what of a watched program cannot be seen, or NULL */
	bool program;	      /* the workload is somebody's program, not our threads */
	bool gives_way;	      /* all else on the machine goes before them */
	const char *emulator; /* the program whose times these are; NULL: a CPU's */
	double ns_per_tick;
	int64_t ceiling_pages, ceiling_original; /* -1 unknown */
	const struct availability *ceiling;
	const struct session_sensor *sensors;
	int n_sensors;
	const struct refill_estimate *refill;  /* NULL: not measured, so far */
	const struct flush_slots *flush_slots; /* NULL: not counted thread by thread */
	const struct flush_self_test *self_test; /* NULL: none was made */
	/* How flushes may reach other CPUs; NULL: there is no kernel to ask. */
	const struct mechanism_facts *mechanism;
	bool mechanism_ipi;
	const char *mechanism_note;
	int n_cpus; /* of a machine that is not this one; 0: this one */
};

/* When something rare began and ended, on the backend's clock. */
struct backend_moment {
	const char *what; /* one word; borrowed */
	double begin_s, end_s;
};

/* CPUs that hold more than one of n members placed on so many distinct ones, which a
 * placement fills in turn. */
static inline int backend_shared_cpus(int n, int distinct)
{
	int more = n - distinct;

	if (!distinct || more <= 0)
		return 0;
	return more < distinct ? more : distinct;
}

struct backend;

struct backend_ops {
	const char *name;
	const struct catalogue *(*catalogue)(void);
	int (*open)(struct backend **out, const struct session_options *options,
		    struct error *error);
	void (*close)(struct backend *b);
	/* Starts, or replaces what runs; the rest happens in step. */
	int (*start)(struct backend *b, const struct experiment *e,
		     struct error *error);
	void (*stop)(struct backend *b);
	/* Changes the ceiling under a running experiment. */
	int (*set_ceiling)(struct backend *b, int64_t pages, struct error *error);
	/* Optional. Looks at what may change while nothing runs; waits for nothing. */
	void (*watch)(struct backend *b);
	/* Optional. For a clock that is not the wall's: the moment of the next sample,
	 * which a step does not go past. */
	void (*until)(struct backend *b, double t_s);
	/* Optional. Seconds on the wall for so many on the backend's clock. */
	double (*wall_s)(struct backend *b, double clock_s);
	/* Carries on what is under way. Fills the error on BACKEND_FAILED. */
	enum backend_phase (*step)(struct backend *b, struct error *error);
	/* The backend's clock, in seconds; runs on between experiments. */
	double (*now_s)(struct backend *b);
	/* Optional. The measured part of a run begins, or ends with the next sample. */
	void (*window)(struct backend *b, bool ends);
	/* Closes the interval since the last sample (or the gate) into *out. */
	void (*sample)(struct backend *b, struct sample *out);
	/* i counts workers, then victims. */
	void (*worker)(struct backend *b, int i, struct backend_worker *out);
	void (*reset_max)(struct backend *b);
	void (*view)(struct backend *b, struct backend_view *out);
	/* What a workload of this backend expects to flush. */
	void (*expect)(struct backend *b, const struct experiment *e,
		       struct expectation *out);
	int (*event_fd)(struct backend *b);
	/* Optional. Makes the workload do what its description's trigger says. */
	int (*trigger)(struct backend *b, struct error *error);
	/* Optional. The next moment since the last call; false when there is none. */
	bool (*moment)(struct backend *b, struct backend_moment *out);
};

extern const struct backend_ops backend_live, backend_sim;

#endif
