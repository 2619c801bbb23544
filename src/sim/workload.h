/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SIM_WORKLOAD_H
#define TLBLAB_SRC_SIM_WORKLOAD_H

#include "sim/steps.h"

/*
 * A workload as the simulator knows it: the live one's operation, as steps. Its
 * parameters begin with its own; those of the machine (params.h) follow.
 */
struct workload_sim {
	struct workload_desc desc; /* required */
	/* Optional. Rules across parameters. */
	int (*check)(const struct experiment *e, struct error *error);
	/* Optional. A worker's memory: t->base_vpn and the like. False: no memory. */
	bool (*prepare)(struct sim *s, struct sim_task *t);
	/* Required. One operation's steps. */
	void (*build)(struct sim *s, struct sim_task *t);
	/* Required. What an operation is meant to flush. */
	void (*expect)(const struct expect_case *c, struct expectation *out);
};

extern const struct workload_sim sim_madvise, sim_release, sim_mmap1, sim_mprotect,
	sim_collateral, sim_pmap, sim_mixed, sim_victim;
extern const struct workload_sim *const sim_workload_table[];
const struct workload_sim *sim_workload_find(const char *name);

/* The common parameters, for the end of every workload's table. */
#define SIM_PARAM_STRATEGY                                                             \
	{                                                                              \
		.key = SIM_FIRST_COMMON, .kind = PARAM_CHOICE, .unit = "",             \
		.help = "how translations are taken back",                             \
		.choices = sim_strategy_names, .def = "ipi"                            \
	}
#define SIM_PARAMS                                                                      \
	SIM_PARAM_STRATEGY,                                                             \
		{.key = "cpus",                                                         \
		 .kind = PARAM_INT,                                                     \
		 .unit = "",                                                            \
		 .min = 1,                                                              \
		 .max = SIM_MAX_CPUS,                                                   \
		 .def = "64",                                                           \
		 .step = 1,                                                             \
		 .help = "CPUs of the simulated machine"},                              \
		{.key = "packages",                                                     \
		 .kind = PARAM_INT,                                                     \
		 .unit = "",                                                            \
		 .min = 1,                                                              \
		 .max = 64,                                                             \
		 .def = "1",                                                            \
		 .step = 1,                                                             \
		 .help = "packages the CPUs are divided into"},                         \
		{.key = "nodes",                                                        \
		 .kind = PARAM_INT,                                                     \
		 .unit = "",                                                            \
		 .min = 1,                                                              \
		 .max = 64,                                                             \
		 .def = "1",                                                            \
		 .step = 1,                                                             \
		 .help = "memory nodes, as many or more than packages"},                \
		{.key = "smt",                                                          \
		 .kind = PARAM_INT,                                                     \
		 .unit = "",                                                            \
		 .min = 1,                                                              \
		 .max = 4,                                                              \
		 .def = "1",                                                            \
		 .step = 1,                                                             \
		 .help = "CPUs that share one core"},                                   \
		{.key = "l1_entries",                                                   \
		 .kind = PARAM_INT,                                                     \
		 .unit = "entries",                                                     \
		 .min = 4,                                                              \
		 .max = 4096,                                                           \
		 .def = "64",                                                           \
		 .step = 1,                                                             \
		 .help = "translations in the first level of each TLB"},                \
		{.key = "l2_entries",                                                   \
		 .kind = PARAM_INT,                                                     \
		 .unit = "entries",                                                     \
		 .min = 16,                                                             \
		 .max = 65536,                                                          \
		 .def = "1536",                                                         \
		 .step = 1,                                                             \
		 .help = "translations in the second level of each TLB"},               \
		{.key = "generations",                                                  \
		 .kind = PARAM_BOOL,                                                    \
		 .unit = "",                                                            \
		 .def = "yes",                                                          \
		 .help = "per-CPU generations as since Linux 4.14: who is behind "      \
			 "catches up, once"},                                           \
		{.key = "pti",                                                          \
		 .kind = PARAM_BOOL,                                                    \
		 .unit = "",                                                            \
		 .def = "no",                                                           \
		 .help = "page table isolation: page tables of its own for user mode"}, \
		{.key = "pcid",                                                         \
		 .kind = PARAM_CHOICE,                                                  \
		 .unit = "",                                                            \
		 .choices = sim_pcid_names,                                             \
		 .def = "invpcid",                                                      \
		 .help = "identifiers of address spaces in the TLB, and INVPCID, "      \
			 "which flushes one of another"},                               \
		{.key = "ipi_model",                                                    \
		 .kind = PARAM_CHOICE,                                                  \
		 .unit = "",                                                            \
		 .choices = sim_ipi_choices,                                            \
		 .def = "costs",                                                        \
		 .help = "how interrupts are sent: as the costs say (published: one "   \
			 "by one), shorthand for all, one for each x2APIC cluster "     \
			 "of 16, one hypercall for each 128"},                          \
		{.key = "pause_us",                                                     \
		 .kind = PARAM_REAL,                                                    \
		 .unit = "us",                                                          \
		 .min = 0,                                                              \
		 .max = 1000000,                                                        \
		 .def = "0",                                                            \
		 .help = "sleep between operations; the CPU goes idle (lazy)"},         \
		{.key = "working_set_pages",                                            \
		 .kind = PARAM_INT,                                                     \
		 .unit = "pages",                                                       \
		 .min = 0,                                                              \
		 .max = 65536,                                                          \
		 .def = "1",                                                            \
		 .help = "pages a victim reads over and over"},                         \
		{.key = "costs",                                                        \
		 .kind = PARAM_CHOICE,                                                  \
		 .unit = "",                                                            \
		 .choices = sim_cost_names,                                             \
		 .def = "published",                                                    \
		 .help = "what things cost: published figures, or this machine's as "   \
			 "`tlblab run calibrate` measured them"},                       \
	{                                                                               \
		.key = "speed", .kind = PARAM_REAL, .unit = "", .min = 0, .max = 1000,  \
		.def = "0",                                                             \
		.help = "virtual seconds in a real second; 0: as fast as it can"        \
	}

extern const char *const sim_strategy_names[], *const sim_cost_names[];
extern const char *const sim_pcid_names[], *const sim_ipi_choices[];

int64_t sim_param(const struct experiment *e, const char *key, int64_t missing);
double sim_param_real(const struct experiment *e, const char *key, double missing);
const struct strategy_ops *sim_strategy_of(const struct experiment *e);

/* Expectations: one flush of so many pages, by the experiment's strategy. */
void sim_expect_flush(const struct expect_case *c, int64_t pages,
		      struct expectation *out);
void sim_expect_nothing(struct expectation *out, const char *why);

#endif
