/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_CALIBRATE_TRIALS_H
#define TLBLAB_SRC_COMMANDS_CALIBRATE_TRIALS_H

#include "commands/lab.h"
#include "tlblab/sim/costs.h"

/*
 * The experiments a calibration makes: trials, to which the costs are fitted, and
 * proofs, which are run on both machines and to which nothing was fitted.
 */
enum {
	TRIALS = 18,
	PROOFS = 9,
	TRIALS_AND_PROOFS = TRIALS + PROOFS,
	ROUNDS_USUAL = 6,
	ROUNDS_MAX = 64,
};

struct trial {
	char name[64]; /* of a trial: in the file, without its unit */
	enum sim_call call;
	int pages;
	bool full; /* more pages than the ceiling */
	int threads, victims;
};

/* What the rounds measured. Those in which other programs had the other CPU most of the
 * time are only counted: what must be told to nobody is quick. */
struct timing {
	int n, n_lonely;
	/* Of an operation the middle mean; of a victim's stalls the median (NaN: no
	 * victim). */
	double op_ns[ROUNDS_MAX], stall_ns[ROUNDS_MAX];
};

/* The median of the rounds; NaN: nothing measured. */
double timing_op_ns(const struct timing *t);
double timing_stall_ns(const struct timing *t);

/* For a ceiling of so many pages, which lies between the smaller and the larger of the
 * trials. False when nothing fits below or above it. */
bool trials_make(struct trial trials[TRIALS_AND_PROOFS], int64_t ceiling_pages);
/* Which part of a run's operations met the other CPU, by the best source there is; 1
 * where it cannot be told. Stalls estimate it too roughly to tell more than whether
 * most of them did. */
double trial_company_share(const struct run_record *r);
/* Whether this machine has the CPUs for it. */
bool trial_fits(const struct trial *t, const struct machine *m);
/* One round, live or with the costs the lab knows, added to *into. 0, -EINTR when a
 * signal ended it, or another with an error. */
int trial_run(struct lab *lab, const struct trial *t, bool simulated,
	      struct timing *into, struct error *error);
/* The trials' times as what costs are fitted to. */
void trials_measured(const struct trial trials[TRIALS], const struct timing *times,
		     struct sim_measured *out);

#endif
