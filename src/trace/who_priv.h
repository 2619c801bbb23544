/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TRACE_WHO_PRIV_H
#define TLBLAB_SRC_TRACE_WHO_PRIV_H

#include "tlblab/trace/who.h"

/* A request to one CPU that is under way. */
struct who_request {
	uint64_t request; /* 0 free */
	uint64_t sent_ns, entered_ns;
	int flush; /* of its initiator, in open */
};

/* A flush that waits for its answers, or for its end. */
struct who_open {
	int tid; /* 0 free */
	int task;
	enum cause cause;
	bool kernel_range;
	uint64_t begun_ns;
	uint64_t sent_ns;   /* the last request */
	uint64_t answer_ns; /* told by answers: the last of them; 0 none */
	int64_t pages;
	int asked, waiting;
};

enum {
	WHO_REQUESTS = 1 << 13,
	WHO_OPEN = 1 << 12,
	WHO_RECENT = 16,
	WHO_SLOTS = WHO_TASKS_MAX * 2,
	WHO_PAIR_SLOTS = WHO_PAIRS_MAX * 2,
};

struct who {
	int n_tasks, n_pairs, n_cpus;
	long n_others;
	struct who_tally total, kernel;
	struct who_cause cause[CAUSE_N];
	struct who_cpu *cpu;
	struct who_task *task; /* the first is that of the others */
	int16_t task_slot[WHO_SLOTS];
	struct who_pair pair[WHO_PAIRS_MAX];
	int16_t pair_slot[WHO_PAIR_SLOTS];
	struct who_request request[WHO_REQUESTS];
	struct who_open open[WHO_OPEN];
	int recent[WHO_RECENT], recent_next; /* of open, the last begun */
	bool has_requests;
	int kernel_tid; /* whose kernel-range flush was under way last, and when */
	uint64_t kernel_ns;
	struct who_all_durations durations;
	struct who_durations *of_task; /* WHO_DURATIONS_MAX */
	int n_of_task;
	double stack_count[STACKS_MAX];
	double last_s, all_s;
};

/* The task of an event; 0, the others, when there is no room. */
int who_task_of(struct who *w, int pid, int tid);
void who_pair_add(struct who *w, int from_pid, int to_pid, double weight);
/* The steps between asking and the last answer. */
void who_flight_add(struct who *w, const struct flush_event *e, enum cause cause);

/* The flush o is over with e. answer_ns: what began the last part of its time line. */
void who_durations_add(struct who *w, const struct who_open *o,
		       const struct flush_event *e, uint64_t answer_ns);

#endif
