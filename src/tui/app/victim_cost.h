/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_VICTIM_COST_H
#define TLBLAB_SRC_TUI_APP_VICTIM_COST_H

#include "tlblab/backends/session.h"

/*
 * What a flush costs a victim, taken apart. Three runs that differ in one thing tell:
 * one that flushes, its control (the same interrupts, nothing flushed), and the same
 * work from processes of their own. What was last measured of each is kept, so that
 * they can stand beside one another; of runs that cannot be compared only the latest
 * is.
 */
enum victim_cost_kind {
	VICTIM_COST_FLUSH,
	VICTIM_COST_INTERRUPT,
	VICTIM_COST_APART,
	VICTIM_COST_KINDS
};

struct victim_cost {
	bool set;
	struct experiment experiment;
	double share;	     /* of its time that a victim fell behind its quiet pace */
	double events_per_s; /* flushes or interrupts that reached it; 0 none */
	double ns_per_event; /* NaN without events */
	bool by_interrupts;  /* its flushes reached the victims as interrupts */
};

struct victim_costs {
	struct victim_cost kind[VICTIM_COST_KINDS];
};

/* Whether interrupts that flush nothing are a control of flushes: only where these are
 * interrupts too, not where a hypervisor or the hardware flushes other CPUs. */
bool victim_cost_control_holds(const struct mechanism_verdict *v);
/* What a run would tell of: VICTIM_COST_KINDS when nothing, as without victims. */
enum victim_cost_kind victim_cost_kind_of(const struct experiment *e,
					  const struct catalogue *c);
/* Takes over what the present window says. */
void victim_costs_observe(struct victim_costs *l, const struct snapshot *snap);
/* The control of a run: as many interrupts a second at its victims, from as many
 * workers in the same places; snap tells how many there were. 0 or -errno with an
 * error.
 */
int victim_cost_control_of(const struct experiment *e, const struct snapshot *snap,
			   struct experiment *control, struct error *error);
/* The sentence for what is known; appended. */
void victim_cost_sentence(const struct victim_costs *l, char *buf, size_t buf_bytes);

#endif
