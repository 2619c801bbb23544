/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_BACKENDS_BACKEND_H
#define TLBLAB_SRC_BACKENDS_BACKEND_H

/*
 * A backend turns an experiment into samples: live (a rig, sensors and the ceiling) or
 * sim (a simulated machine). The session drives one and keeps what it gives; nobody
 * above the session knows which it is. A recording needs none: replay.h shows it.
 */

#include "tlblab/backends/session_view.h"
#include "tlblab/lab/channel.h"
#include "tlblab/lab/check.h"
#include "tlblab/lab/experiment.h"
#include "tlblab/rig/rig.h"
#include "tlblab/sensors/flush_self_test.h"

enum backend_phase {
	BACKEND_IDLE,
	BACKEND_STARTING, /* placing workers, measuring the victims alone */
	BACKEND_RUNNING,
	BACKEND_DONE,	/* the operations asked for are done */
	BACKEND_FAILED, /* step's error says why; start again is allowed */
};

/* When something rare began and ended, on the backend's clock. */
struct backend_moment {
	const char *what; /* one word; borrowed */
	double begin_s, end_s;
};

/* What the checks and the screen want to know beside the samples. Borrowed. */
struct backend_view {
	struct session_view shown; /* as it is, passed on by the session */
	int pinned;	 /* how many of them really are on the CPU they were given */
	int worker_cpus; /* distinct */
	int mm_cpus;	 /* distinct CPUs that share an address space */
	int oversubscribed_cpus;
	int outlived; /* processes that outlived their command, and were ended */
	const char *watch_note; /* what of a watched program cannot be seen, or NULL */
	bool program;	      /* the workload is somebody's program, not our threads */
	bool gives_way;	      /* all else on the machine goes before them */
	const char *emulator; /* the program whose times these are; NULL: a CPU's */
	const struct flush_self_test *self_test; /* NULL: none was made */
	/* How flushes may reach other CPUs; NULL: there is no kernel to ask. */
	const struct mechanism_facts *mechanism;
	bool mechanism_ipi;
	const char *mechanism_note;
	struct expectation expectation; /* what the workload expects to flush */
	int n_cpus;   /* of a machine that is not this one; 0: this one */
	double speed; /* of its clock, over the wall's; 0: as fast as it can */
	bool seeded;  /* the seed makes the machine: another one is another machine */
	int event_fd; /* readable when a step is wanted; -1: none */
	const struct backend_moment *moments; /* of the last sample's interval */
	int n_moments;
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

/* What a workload's expectation is of. */
static inline struct expect_case backend_expect_case(const struct experiment *e,
						     const struct backend_view *view,
						     int64_t ceiling_pages)
{
	return (struct expect_case){
		.experiment = e,
		.params = e->params,
		.workers = e->threads,
		.victims = e->victims,
		.worker_cpus = view->worker_cpus,
		.mm_cpus = view->mm_cpus,
		.ceiling_pages = ceiling_pages,
	};
}

/* What changes under an experiment that runs on. */
enum backend_change {
	BACKEND_CEILING, /* to: pages */
	BACKEND_SETTLE, /* the warm-up is over: what is recorded in it ends; more than 0
			   where that took the CPUs, so that the next sample is not
			   measured either */
	BACKEND_WINDOW, /* to: 1, what is measured begins now; 0: ends with the next
			   sample */
	BACKEND_TRIGGER, /* does what the workload's description says; to: 0 */
};

struct backend_ops {
	int (*open)(struct backend **out, const struct session_options *options,
		    struct error *error);
	void (*close)(struct backend *b);
	/* Runs this instead of what runs, or, NULL, nothing; the rest happens in step.
	 */
	int (*run)(struct backend *b, const struct experiment *e, struct error *error);
	int (*change)(struct backend *b, enum backend_change what, int64_t to,
		      struct error *error);
	/* Carries on what is under way, and looks at what may change while nothing
	 * runs. until_s: the next sample's moment on its clock, past which one that is
	 * not the wall's does not go; NaN: none is due. Fills the error on
	 * BACKEND_FAILED. */
	enum backend_phase (*step)(struct backend *b, double until_s,
				   struct error *error);
	/* The backend's clock, in seconds; runs on between experiments. */
	double (*now_s)(struct backend *b);
	/* Closes the interval since the last sample (or the gate) into *out. */
	void (*sample)(struct backend *b, struct sample *out);
	/* i counts workers, then victims; since the gate opened. */
	void (*worker)(struct backend *b, int i, struct rig_reading *out);
	void (*view)(struct backend *b, struct backend_view *out);
};

static inline void backend_stop(const struct backend_ops *ops, struct backend *b)
{
	ops->run(b, NULL, NULL);
}

extern const struct backend_ops backend_live, backend_sim;

#endif
