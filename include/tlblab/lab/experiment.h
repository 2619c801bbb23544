/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_EXPERIMENT_H
#define TLBLAB_LAB_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/error.h"
#include "tlblab/base/param.h"
#include "tlblab/lab/catalogue.h"

/*
 * Everything that decides one run, as plain data: copied, compared and stored freely.
 * Each key of the contract's "experiment" is a field here, described once in
 * experiment_fields(); presets, --set, sweeps, the form, help and results all walk
 * that table, so a new key is one row.
 */
enum run_mode { RUN_THREADS, RUN_PROCESSES };

enum {
	EXPERIMENT_NAME_BYTES = 64,
	EXPERIMENT_MAX_WORKERS = 4096, /* workers and victims together */
	EXPERIMENT_CEILING_KEEP = -1,
};

struct experiment {
	char backend[16];
	char workload[32];
	/* In the order of catalogue_param(). */
	struct param_value params[WORKLOAD_MAX_PARAMS];
	int threads;
	enum run_mode mode;
	char placement[PARAM_TEXT_BYTES];
	int64_t ceiling_pages; /* EXPERIMENT_CEILING_KEEP leaves the kernel's value */
	int victims;
	double warmup_s;
	double duration_s; /* 0: until stopped */
	int64_t ops;	   /* per worker, instead of a duration; 0: none (null) */
	int interval_ms;
	int repeats;
	uint64_t seed;
};

/* The fixed keys (without params), in the order presets are written. */
const struct param_desc *experiment_fields(int *n);

/* Defaults for a workload of the catalogue (its first when name is NULL). */
int experiment_init(struct experiment *e, const struct catalogue *c,
		    const char *workload, struct error *error);

/*
 * Get and set by key: "threads", "params.pages", and "pages" for short where no field
 * bears that name. Setting "workload" resets the params to the new one's defaults,
 * keeping those both workloads know. Errors name the key and what is allowed.
 */
int experiment_set(struct experiment *e, const struct catalogue *c, const char *key,
		   const char *text, struct error *error);
int experiment_get(const struct experiment *e, const struct catalogue *c,
		   const char *key, const struct param_desc **desc,
		   struct param_value *value);
/* Sets from a checked value instead of text; the same rules. */
int experiment_put(struct experiment *e, const struct catalogue *c, const char *key,
		   const struct param_value *value, struct error *error);
/* Description of a key of this experiment, or NULL. */
const struct param_desc *experiment_describe(const struct experiment *e,
					     const struct catalogue *c,
					     const char *key);
/* Whether two keys mean the same setting ("pages" and "params.pages"). */
bool experiment_same_key(const struct experiment *e, const struct catalogue *c,
			 const char *a, const char *b);
/* Every value within its limits, and the rules across keys: workers and victims
 * together, at least one interval in the duration. With ops the duration is unused. */
int experiment_check(const struct experiment *e, const struct catalogue *c,
		     struct error *error);
/* What this experiment's backend knows of its workload, NULL when nothing. Of all that
 * takes a catalogue here, the list of the experiment's own backend counts. */
const struct workload_desc *experiment_workload(const struct experiment *e,
						const struct catalogue *c);
/* Its i-th parameter, in the order of experiment.params; NULL behind the last. */
const struct param_desc *experiment_param_desc(const struct experiment *e,
					       const struct catalogue *c, int i);
/* The first key in which two experiments differ, "" when they do not. */
void experiment_diff(const struct experiment *a, const struct experiment *b,
		     const struct catalogue *c, char *key, size_t key_bytes);
/* The value of a workload parameter by key, NULL when this workload has none such. */
const struct param_value *experiment_param(const struct experiment *e,
					   const struct catalogue *c, const char *key);

#endif
