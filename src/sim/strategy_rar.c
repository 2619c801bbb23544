/* SPDX-License-Identifier: MIT */
/*
 * Remote action requests (Intel), as posted for Linux and not merged
 * (smp_call_rar_many): the sender writes what is to be flushed into one of 64 payloads
 * that the machine shares, one byte for each CPU of the mask, and sends one signal to
 * all of them. Their hardware flushes: nobody enters the kernel, no event is made and
 * the TLB row counts nothing. The sender waits for every answer, and for a payload when
 * all are taken. 63 pages or more become everything. Idle CPUs are not skipped.
 *
 * A request names a global ASID. Every process has one from its start here; how the
 * kernel would choose them is left out.
 */
#include "sim/strategy.h"

enum { RAR_PAYLOADS = 64, RAR_FULL_PAGES = 63, RAR_LOOK_NS = 100 };

static enum verdict rar_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	struct sim_flush *f = &t->flush;

	if (s->rar_slots_used == RAR_PAYLOADS) {
		s->counts.slot_waits += s->gate_open;
		*cost_ns = RAR_LOOK_NS;
		return STEP_AGAIN;
	}
	s->rar_slots_used++;
	f->slot = f->hardware = true;
	if (f->pages >= RAR_FULL_PAGES)
		f->full = true;
	return ipi_flush(s, t, cost_ns);
}

static enum verdict rar_release(struct sim *s, struct sim_task *t, double *cost_ns)
{
	(void)cost_ns;
	s->rar_slots_used -= t->flush.slot;
	t->flush.slot = false;
	task_free_gathered(s, t);
	return STEP_DONE;
}

const struct strategy_ops strategy_rar = {
	.name = "rar",
	.title = "remote action requests",
	.summary =
		"Posted for Linux, not merged: one signal to all CPUs, whose hardware "
		"flushes without an interrupt; the answers are waited for.",
	.flush = rar_flush,
	.release = rar_release,
	.global_asids = GLOBAL_FROM_START,
};
