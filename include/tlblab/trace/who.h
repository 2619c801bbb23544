/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_WHO_H
#define TLBLAB_TRACE_WHO_H

#include <stdbool.h>

#include "tlblab/base/hist.h"
#include "tlblab/trace/cause.h"
#include "tlblab/trace/flush_event.h"
#include "tlblab/trace/flush_source.h"

/*
 * Who flushes, why, whom it reaches and for how long, summed up from flush_events.
 * Pure: no clock, no file. Memory is bounded: tasks past WHO_TASKS_MAX are summed up in
 * one row, and so are pairs past WHO_PAIRS_MAX.
 */
enum { WHO_TASKS_MAX = 4096, WHO_PAIRS_MAX = 8192, WHO_CPUS_MAX = 8192 };

struct who_counts {
	double sent, local;  /* flushes that asked other CPUs; that flushed this one */
	double full, pages;  /* whole-TLB flushes; pages of the others */
	double told;	     /* CPUs asked */
	double flush_ns;     /* from asking to the last answer */
	double received;     /* flushes that reached it */
	double disturbed_ns; /* time that those took */
};

/* A flush that asks others usually flushes the CPU it runs on as well: one flush. */
double who_flushes(const struct who_counts *c);

/* Of the interval before, and of all. */
struct who_tally {
	struct who_counts now, last, all;
};

struct who_task {
	int pid, tid;
	char comm[16]; /* "" not known */
	bool ended;
	int durations; /* its place among the kept ones, plus one; 0: none so far */
	struct who_tally tally;
	struct who_counts by_cause[CAUSE_N]; /* of all */
};

struct who_cause {
	struct who_tally tally;
};

struct who_cpu {
	struct who_tally tally;
	int last_pid; /* who ran there at the last flush received; 0 idle */
};

/* The initiator's process, and the process that ran where it was received. */
struct who_pair {
	int from_pid, to_pid;
	double count, last;
};

/* Classes of the number of CPUs asked: 1, 2-3, 4-7 … 64 and more. */
enum { WHO_TOLD_CLASSES = 7, WHO_DURATIONS_MAX = 1024 };

struct who_mean {
	double n, sum_ns;
};

/* The time line of flushes, summed up: the three parts of each add up to its length.
 * Where requests are told, the last CPU to answer decides: until the last request was
 * sent, until that CPU began with it, until it was done. Where probes tell begin and
 * end: until the requests were sent, until the last answer, until the return. */
struct who_path {
	double n, send_ns, wait_ns, answer_ns;
};

struct who_durations {
	struct hist_view all; /* in ns */
	struct who_mean by_told[WHO_TOLD_CLASSES];
	struct who_path path;
};

/* Of all initiators. */
struct who_all_durations {
	struct who_durations sum;
	struct hist_view by_told[WHO_TOLD_CLASSES];
	/* Means of requests: asking to entry, entry to done. */
	double n_requests, deliver_ns, receive_ns;
};

/* The least and the most CPUs of a class; *most is 0 where there is no limit. */
void who_told_range(int told_class, int *least, int *most);
double who_mean_ns(const struct who_mean *m); /* NaN without any */
/* What there is in all classes together. */
struct who_mean who_mean_of(const struct who_durations *d);
void who_durations_merge(struct who_durations *to, const struct who_durations *from);

/* Mean lengths that were published, to stand next to one's own. */
struct who_published {
	int threads, told; /* CPUs asked: one a thread, less the initiator's */
	double mean_ns;
};

enum { WHO_PUBLISHED = 3 };
extern const struct who_published who_published[WHO_PUBLISHED];
extern const char who_published_source[];

struct who;

struct who *who_new(int n_cpus);
void who_free(struct who *w); /* NULL is fine */
/* A name that a task had before anything was recorded of it. */
void who_name(struct who *w, int tid, const char *comm);
void who_add(struct who *w, const struct flush_event *e,
	     const struct stack_table *stacks);
void who_task(struct who *w, const struct flush_task *task);
/* Some events were not recorded: what is under way has no end that could be told from
 * that of a later flush. */
void who_gap(struct who *w);
/* Ends an interval: what was counted in it becomes "last". */
void who_interval(struct who *w, double elapsed_s);
/* Names that are to be looked up: tids of tasks without one; returns how many. */
int who_nameless(const struct who *w, int *tids, int max);

double who_elapsed_s(const struct who *w, bool of_last);
int who_n_tasks(const struct who *w);
const struct who_task *who_task_at(const struct who *w, int i);
const struct who_cause *who_cause_at(const struct who *w, enum cause c);
int who_n_cpus(const struct who *w);
const struct who_cpu *who_cpu_at(const struct who *w, int cpu);
int who_n_pairs(const struct who *w);
const struct who_pair *who_pair_at(const struct who *w, int i);
const struct who_tally *who_total(const struct who *w);
/* Kernel-range flushes: of no process's memory. */
const struct who_tally *who_kernel_ranges(const struct who *w);
const struct who_all_durations *who_durations(const struct who *w);
/* Of the flushes of a task since the start; NULL when none was seen whole. Only of the
 * first WHO_DURATIONS_MAX tasks that had one. */
const struct who_durations *who_task_durations(const struct who *w, int i);
/* How often each stack initiated a flush; index as in the stack_table. */
double who_stack_count(const struct who *w, int stack);
/* Tasks whose events went into the row of the others. */
long who_n_others(const struct who *w);

#endif
