/* SPDX-License-Identifier: MIT */
/*
 * Remote action requests (Intel): the fourth of the seven steps of a shootdown sends a
 * signal instead of an interrupt, and the fifth is done by the receiving core's
 * hardware. Nobody enters the kernel; the sender still waits for every answer.
 */
#include "sim/strategy.h"

static enum verdict rar_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	t->flush.hardware = true;
	return ipi_flush(s, t, cost_ns);
}

const struct strategy_ops strategy_rar = {
	.name = "rar",
	.title = "remote action requests",
	.summary = "Signals every CPU; its hardware flushes without an interrupt, and "
		   "the answers are waited for.",
	.flush = rar_flush,
	.interrupts = true,
};
