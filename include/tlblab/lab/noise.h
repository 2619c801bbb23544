/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_NOISE_H
#define TLBLAB_LAB_NOISE_H

#include "tlblab/lab/channel.h"

/*
 * When an interval was disturbed from outside so much that its figures say more about
 * the machine's other business than about the experiment. It is kept and counted all
 * the same; whoever reads it is told.
 */
enum noise_kind {
	NOISE_STEAL,	  /* the hypervisor took 5 % or more of the CPUs in use */
	NOISE_SWITCHES,	  /* workers and victims preempted 50 times a second each */
	NOISE_THROTTLED,  /* a CPU in use was slowed for heat */
	NOISE_MIGRATIONS, /* workers and victims moved 20 times a second each */
	NOISE_FREQUENCY,  /* the clock of a CPU in use went 10 % from its usual */
	NOISE_KINDS
};

/* What is only noise on threads that were given their place: a program may move and
 * share the CPUs as it likes. */
#define NOISE_OF_THREADS (1u << NOISE_SWITCHES | 1u << NOISE_MIGRATIONS)

extern const char *const noise_name[NOISE_KINDS]; /* "involuntary_switches" … */
extern const char *const noise_word[NOISE_KINDS]; /* to be read: "forced switches" */

/* Bits (1 << kind) of one interval; what was not measured accuses nobody. */
uint8_t noise_judge(const struct sample *s);

#endif
