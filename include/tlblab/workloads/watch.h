/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_WORKLOADS_WATCH_H
#define TLBLAB_WORKLOADS_WATCH_H

#include <stdint.h>
#include <sys/types.h>

#include "tlblab/base/cpumask.h"
#include "tlblab/workloads/family.h"
#include "tlblab/workloads/workload.h"

struct switches;

/* What is looked at beside where the threads are. */
enum { WATCH_COUNTERS = 1, WATCH_IO = 2, WATCH_SWITCHES = 4 };

/*
 * A process that is not the lab's, and all that it started: their threads as they come
 * and go, the CPUs they are on, and the shootdowns those CPUs receive. Somebody else's
 * on the same CPUs are among them: the kernel does not say whose they are.
 */
struct watch {
	pid_t pid;
	unsigned int wanted;
	/* Threads and processes, and where they were when last looked at. */
	int threads, processes;
	struct cpumask cpus;
	/* Since it began, of all of them, ended ones too. io_calls, read and written: 0
	 * where they are not shown to us. */
	uint64_t cpu_ms, minor_faults, switches, io_calls;
	uint64_t shootdowns; /* on their CPUs, since watch_begin */
	struct family family;
	struct switches *sleeps; /* owned; NULL unless wanted */
	uint64_t *rows;		 /* the TLB row, by CPU, when last looked at; owned */
};

/* 0 or -errno: -ESRCH when there is no such process, or it has ended. */
int watch_begin(struct watch *w, pid_t pid, unsigned int wanted);
/* Looks again; takes about 50 us and more with its threads. 0, or -ESRCH when it has
 * ended, waited for or not. */
int watch_look(struct watch *w);
void watch_end(struct watch *w);
/* Whether threads that come and go between two looks are counted with `wanted`; a few
 * system calls. */
bool watch_is_whole(pid_t pid, unsigned int wanted);
/* How far a counter of the kernel's went that wraps at 32 bits; 0 when it fell for
 * another reason (it was reset). */
uint64_t watch_step(uint64_t before, uint64_t now);

/* What workloads that watch publish. */
enum { WATCH_THREADS, WATCH_CPUS, WATCH_SHOOTDOWNS, WATCH_PROCESSES, WATCH_EXTRAS };
#define WATCH_EXTRAS_LIST                                                              \
	[WATCH_THREADS] = {"threads", "threads", "threads it has now", true},          \
	[WATCH_CPUS] = {"cpus", "CPUs", "CPUs they are on", true},                     \
	[WATCH_SHOOTDOWNS] = {"cpu_shootdowns", "shootdowns",                          \
			      "received by those CPUs, whoever sent them",             \
			      .meanwhile = true},                                      \
	[WATCH_PROCESSES] = {"processes", "processes", "processes it is now", true}
/* Of a command run again and again: the same, and what its runs took. */
enum { EXEC_RUNS_US = WATCH_EXTRAS, EXEC_EXTRAS };
extern const struct extra_desc watch_extras[WATCH_EXTRAS];
/* Before the first look: nothing of it is known. */
void watch_publish_unknown(const struct worker *w);
void watch_publish(const struct watch *watch, const struct worker *w);

/* Parsers of the two files, on their text: the TLB row's counts by CPU (at most n; how
 * many there are), and the processor a thread was last on (-1). */
int watch_parse_row(const char *interrupts, uint64_t *counts, int n);
int watch_parse_processor(const char *stat);
/* Calls of both kinds, from the text of /proc/PID/io. */
uint64_t watch_parse_io(const char *io);

#endif
