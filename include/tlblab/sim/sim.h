/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SIM_SIM_H
#define TLBLAB_SIM_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "tlblab/base/hist.h"
#include "tlblab/lab/catalogue.h"
#include "tlblab/lab/channel.h"
#include "tlblab/lab/expect.h"
#include "tlblab/sim/costs.h"

/*
 * A simulated machine: CPUs with two-level TLBs, interrupts, address spaces, a
 * scheduler, and one strategy that decides how translations are taken back. Time is
 * virtual, in picoseconds from the start; the same experiment and seed give the same
 * machine, whoever looks at it and how often.
 *
 * Every access checks the translation it uses. One that leads to a frame which was
 * freed is a failure of the run, kept with its story, and so is a wait that does not
 * end, a generation that runs backwards, or data that is neither kept nor zero.
 */
struct sim;
struct strategy_ops;

enum { SIM_MAX_CPUS = 4096, SIM_PS_PER_NS = 1000 };

/* Identifiers of address spaces in a TLB, and an instruction that flushes one. */
enum sim_pcid { SIM_PCID_NONE, SIM_PCID, SIM_INVPCID };

/* The machine an experiment of the sim's catalogue asks for. */
struct sim_machine {
	int cpus, packages, nodes, smt;
	int l1_entries, l2_entries;
	bool generations; /* false: Linux before 4.14 */
	bool pti;	  /* page table isolation */
	enum sim_pcid pcid;
};

struct sim_options {
	const struct experiment *experiment; /* copied */
	const int *cpus; /* workers then victims; -1: any, dealt in turn; copied */
	const struct sim_costs *costs;	     /* copied; NULL: the defaults */
	const struct strategy_ops *strategy; /* NULL: the experiment's */
};

/* Totals since the gate opened. */
struct sim_counts {
	uint64_t ops;
	uint64_t shootdowns;	   /* flush requests received */
	uint64_t told;		   /* CPUs told to flush, by whatever means */
	uint64_t told_by_hardware; /* of those, without an interrupt */
	uint64_t interrupts;	   /* those that entered the kernel, merged ones once */
	uint64_t reason[6];	   /* flushes, in the kernel's order of reasons */
	uint64_t size[5]; /* workers' flushes of 1, 2-8, 9-33, 34 up, all pages */
	uint64_t walks_load, walks_store, faults;
	uint64_t switches, preemptions;
	uint64_t deferred, reclaimed; /* ranges put off, and flushed for at last */
	uint64_t checked;	      /* accesses held against their frame */
	uint64_t signals;	      /* sent to one CPU or to many at once */
	uint64_t broadcasts;	      /* INVLPGB instructions */
	uint64_t slot_waits;	      /* looks for a free RAR payload, in vain */
};

/* One worker or victim since the gate opened. Times in ps, latency in ns. */
struct sim_slot {
	int cpu, node;
	bool done;
	uint64_t ops, busy_ps;
	uint64_t op_start_ps, last_op_ps; /* the one under way; the one before it */
	uint64_t stalls, stall_ps, max_ns;
	double quiet_per_s; /* victims */
	const struct hist *hist;
};

const struct catalogue *sim_catalogue(void);
/* Parameters from this one on are the machine's: every workload of the sim has them. */
#define SIM_FIRST_COMMON "strategy"
/* All strategies, NULL-terminated. */
extern const struct strategy_ops *const strategy_table[];
const char *sim_strategy_name(const struct strategy_ops *s);
const char *sim_strategy_summary(const struct strategy_ops *s);

/* Whether an experiment asks for the costs of a measured machine (costs=machine). */
bool sim_costs_of_machine(const struct experiment *e);
/* Reads the machine out of an experiment and checks the rules across its keys. */
int sim_machine_of(const struct experiment *e, struct sim_machine *out,
		   struct error *error);
/* Where a CPU sits. Siblings are numbered together: 0 and 1 share a core. */
void sim_machine_slot(const struct sim_machine *m, int cpu, int *package, int *node,
		      int *core);

int sim_new(struct sim **out, const struct sim_options *options, struct error *error);
void sim_free(struct sim *s); /* NULL is fine */
/* Measures the victims alone, then lets the workers go: everything before is quiet. */
void sim_open_gate(struct sim *s);
uint64_t sim_now_ps(const struct sim *s);
/* Goes on until `until_ps`, all operations are done, or about max_events happened;
 * true when it need not be called again for this moment. */
bool sim_run(struct sim *s, uint64_t until_ps, uint64_t max_events);
bool sim_done(const struct sim *s);	      /* every worker did its operations */
const char *sim_failure(const struct sim *s); /* the first story, NULL while well */
const struct sim_counts *sim_counts(const struct sim *s);
/* Received per CPU since the gate opened; sim_n_cpus long. */
const uint64_t *sim_cpu_shootdowns(const struct sim *s);
int sim_n_cpus(const struct sim *s);
double sim_walk_cycles(const struct sim *s); /* of one walk */
double sim_cpu_ghz(const struct sim *s);
void sim_slot(const struct sim *s, int i, struct sim_slot *out);
void sim_reset_max(struct sim *s);
void sim_set_ceiling(struct sim *s, int64_t pages);
int64_t sim_ceiling(const struct sim *s);
/* What an operation of this experiment is meant to flush. */
void sim_expect(const struct expect_case *c, struct expectation *out);

#endif
