/* SPDX-License-Identifier: MIT */
/* Whole-TLB flushes, and beside them those that go page by page. */
#include "tui/traces/traces.h"

#include <stddef.h>

#include "tlblab/base/text.h"
#include "tui/panels/panels.h"

static const char *const checks[] = {"flushes", "ceiling", NULL};

static void ceiling_now(const struct view *v, char *buf, size_t buf_bytes)
{
	if (v->snap->view.ceiling_pages >= 0)
		text_append(buf, buf_bytes, "The ceiling in force is %lld pages. ",
			    (long long)v->snap->view.ceiling_pages);
	else
		text_append(buf, buf_bytes,
			    "The ceiling cannot be read here; Linux starts with 33. ");
}

const struct trace trace_flushes = {
	.id = TRACE_FLUSHES,
	.title = "Full flushes",
	.choice = {{METRIC_FULL_FLUSHES_PER_OP, NULL, "per operation", ""}},
	.n_choices = 1,
	.sensor = "flush_trace",
	.role = ROLE_INITIATOR,
	.about =
		{
			.name = "Full flushes",
			.unit = "full flushes per operation; page by page in the title",
			.counts =
				"Flushes that dropped the whole TLB, for one operation of the "
				"workers, on the workers' own CPUs.",
			.counts_not =
				"What other programs flush, and what a hypervisor flushes for "
				"a guest. Between the slices in which the tracepoint is on "
				"nothing is counted, for counting would slow the operation "
				"down.",
			.comes_from =
				"The tracepoint tlb:tlb_flush, counted (never recorded) with a "
				"filter by reason; pages = -1 is a full flush. "
				"flush_tlb_mm_range() (arch/x86/mm/tlb.c) makes it full when "
				"(end - start) >> stride_shift exceeds "
				"tlb_single_page_flush_ceiling.",
			.misleads =
				"It is the span that counts, holes included, not the pages "
				"touched. Two threads that zap in one address space at once "
				"always flush in full, whatever the ceiling "
				"(tlb_finish_mmu()); so does a receiver that missed a flush.",
			.sensor = "flush_trace",
			.checks = checks,
			.now = ceiling_now,
		},
};
