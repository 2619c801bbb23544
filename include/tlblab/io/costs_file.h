/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_IO_COSTS_FILE_H
#define TLBLAB_IO_COSTS_FILE_H

#include <stddef.h>

#include "tlblab/base/error.h"

/*
 * A machine file: what things cost on a machine that was measured, by name. What the
 * names mean, and their limits, is for whoever takes the costs.
 */
#define COSTS_SCHEMA "tlblab.machine-costs/1"

enum { COSTS_MAX = 96, COSTS_MAX_PROOFS = 16 };

struct costs_value {
	char name[32]; /* with its unit: "invlpg_ns" */
	double value;  /* NaN: not measured */
};

/* The same experiment on the machine and on the simulated one. */
struct costs_proof {
	char experiment[64];
	double live_ns, sim_ns; /* of an operation */
};

struct costs_file {
	char cpu[64], kernel[96], measured_utc[32];
	struct costs_value costs[COSTS_MAX];
	int n_costs;
	/* How interrupts are sent, by name; "" when the file does not say. */
	char ipi_model[16];
	/* Written for people; a reader takes only what is above. */
	struct costs_value measured[COSTS_MAX];
	int n_measured;
	struct costs_proof proofs[COSTS_MAX_PROOFS];
	int n_proofs;
};

/* $TLBLAB_MACHINE, else machine.json in the user's configuration folder. 0, -ENOENT
 * when there is no home, -ENAMETOOLONG. */
int costs_file_path(char *buf, size_t buf_bytes);
/* 0 or -errno with an error that names file, line and key. */
int costs_file_load(struct costs_file *f, const char *path, struct error *error);
/* Whole or not at all; makes the folders on the way to it. */
int costs_file_save(const struct costs_file *f, const char *path, struct error *error);

/* How far the simulated time is off, in percent of the live one. */
double costs_proof_error_pct(const struct costs_proof *p);

#endif
