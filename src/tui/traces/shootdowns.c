/* SPDX-License-Identifier: MIT */
/* Other CPUs told to flush: by interrupts, where flushes travel so, else by the best
 * source that moves (tlblab/lab/told.h). */
#include "tui/traces/traces.h"

#include <stddef.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/told.h"
#include "tui/panels/panels.h"

static const char *const checks[] = {"shootdowns_per_op", "steal", NULL};

static void mechanism_now(const struct view *v, char *buf, size_t buf_bytes)
{
	const struct mechanism_verdict *m = &v->snap->mechanism;

	if (*m->evidence)
		text_append(buf, buf_bytes, "%s. ", m->evidence);
	if (v->snap->window.told_source == TOLD_STALLS)
		text_append(buf, buf_bytes,
			    "Estimated here from the victims' stalls beyond their "
			    "quiet rate: stalls merge and have other causes. ");
	else if (v->snap->window.told_source == TOLD_MODELLED)
		text_append(
			buf, buf_bytes,
			"Counted by the simulator: CPUs that the simulated hardware "
			"flushes. None of them is interrupted. ");
	else if (v->snap->window.told_source > TOLD_ROW)
		text_append(buf, buf_bytes,
			    "Counted here: %s, times the other CPUs of the address "
			    "space: CPUs asked to flush, an upper bound from three "
			    "CPUs on. ",
			    told_source_words[v->snap->window.told_source]);
}

/* Where the row does not count these flushes and another source does. */
static const struct about about_told = {
	.name = "CPUs told to flush",
	.unit = "CPUs told per second, all workers together",
	.counts = "One for every other CPU that is told to flush, by the best source "
		  "that moves here; the source is named in the title and below.",
	.counts_not =
		"The CPU that asks for the flush adds nothing, and other programs "
		"add nothing. A CPU that was told need not have been "
		"interrupted.",
	.comes_from = "Requests traced (tlb:tlb_flush, reason 4, raised in "
		      "native_flush_tlb_multi(), arch/x86/mm/tlb.c), the tracepoint of "
		      "Hyper-V's or Xen's flush, the victims' stalls, or a model of "
		      "the hardware. The TLB row of /proc/interrupts does not count "
		      "these flushes.",
	.misleads = "Counts of different sources do not measure the same: compare only "
		    "counts of one source.",
	.checks = checks,
	.now = mechanism_now,
};

static const struct about *told_instead(const struct view *v)
{
	return v->snap->window.told_source > TOLD_ROW ? &about_told : NULL;
}

const struct trace trace_shootdowns = {
	.id = TRACE_SHOOTDOWNS,
	.title = "TLB shootdowns",
	.choice = {{METRIC_CPUS_TOLD_PER_S, NULL, "per second, received", ""},
		   {METRIC_SHOOTDOWNS_PER_S, NULL, "per second, received", ""}},
	.n_choices = 2,
	.sensor = "interrupts",
	.role = ROLE_INITIATOR,
	.about =
		{
			.name = "TLB shootdowns",
			.unit = "requests received per second, of all CPUs together; each CPU "
				"at the right",
			.counts =
				"One for every CPU that was interrupted to flush: a flush that "
				"reaches three CPUs counts three. The background, as it was "
				"before the workers were let go, is taken off.",
			.counts_not =
				"The CPU that asks for the flush adds nothing. Flushes of "
				"kernel memory (do_flush_tlb_all, do_kernel_range_flush) count "
				"under CAL, not here. CAL is no measure of flushes: recent "
				"kernels include the shootdowns' interrupts in it, older ones "
				"subtracted them. Flushes without an interrupt are counted "
				"nowhere.",
			.comes_from =
				"The row TLB of /proc/interrupts: irq_tlb_count, raised in "
				"flush_tlb_func() (arch/x86/mm/tlb.c) when a request from "
				"another CPU arrives, before it is known whether there is "
				"anything to flush.",
			.misleads =
				"It is the whole machine: other programs count too. A "
				"preempted virtual CPU is left out of the interrupt and "
				"flushes when it runs again (KVM); Hyper-V and INVLPGB flush "
				"without an interrupt: then few shootdowns do not mean cheap "
				"flushes.",
			.sensor = "interrupts",
			.checks = checks,
			.now = mechanism_now,
			.instead = told_instead,
		},
};
