/* SPDX-License-Identifier: MIT */
/* Other CPUs told to flush: by interrupts, where flushes travel so, else by the best
 * source that moves (tlblab/lab/told.h). */
#include "tui/traces.h"

#include <stddef.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/told.h"
#include "tui/panels.h"

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
	else if (v->snap->window.told_source > TOLD_ROW)
		text_append(buf, buf_bytes,
			    "Counted here: %s, times the other CPUs of the address "
			    "space: CPUs asked to flush, an upper bound from three "
			    "CPUs on. ",
			    told_source_words[v->snap->window.told_source]);
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
		},
};
