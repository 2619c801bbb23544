/* SPDX-License-Identifier: MIT */
/* How long operations take, and how long victims stand still, as distributions. */
#include "tui/panels/panels.h"

#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/histogram.h"

/* Why single operations cannot be timed here. */
static const char *untimed_reason(const struct snapshot *s)
{
	return s->machine && *s->machine->tsc_source
		       ? s->machine->tsc_source
		       : "the rate of the time stamp counter is unknown: single "
			 "operations cannot be timed";
}

static void workers_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct snapshot *s = v->snap;
	const struct histogram h = {
		.ticks = s->worker_hist,
		.ns_per_tick = s->view.ns_per_tick,
		.summary = &s->worker_latency,
		.role = ROLE_INITIATOR,
		.baseline_ticks =
			view_baseline(v) ? &view_baseline(v)->worker_hist : NULL,
	};
	struct rect text = {r.x + 1, r.y, r.w - 2, r.h};

	if (!(s->view.ns_per_tick > 0))
		canvas_wrap(c, text, ROLE_DIM, untimed_reason(s));
	else if (!s->worker_hist || s->worker_hist->total == 0)
		canvas_wrap(c, text, ROLE_DIM, "no operation timed yet");
	else
		histogram_draw(c, r, &h);
}

static void victims_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct snapshot *s = v->snap;
	const struct histogram h = {
		.ticks = s->victim_hist,
		.ns_per_tick = s->view.ns_per_tick,
		.summary = &s->victim_latency,
		.role = ROLE_VICTIM,
	};
	struct rect text = {r.x + 1, r.y, r.w - 2, r.h};

	if (!s->experiment || s->experiment->victims == 0)
		canvas_wrap(c, text, ROLE_DIM,
			    "no victims: set victims to 1 or more to measure what is "
			    "done to threads that only share the address space");
	else if (!(s->view.ns_per_tick > 0))
		canvas_wrap(c, text, ROLE_DIM, untimed_reason(s));
	else if (!s->victim_hist || s->victim_hist->total == 0)
		canvas_wrap(c, text, ROLE_DIM, "no stall measured yet");
	else
		histogram_draw(c, r, &h);
}

static void timed_text(const struct snapshot *s, char *buf, size_t buf_bytes)
{
	if (s->time_one_in > 1)
		snprintf(buf, buf_bytes, "one in %d timed", s->time_one_in);
	else
		snprintf(buf, buf_bytes, "%s", s->time_one_in == 1 ? "all timed" : "");
}

void panel_latency_draw(struct canvas *c, struct rect r, const struct view *v,
			bool shares_with_victims)
{
	struct rect in = rect_inner(r);
	char words[64];

	timed_text(v->snap, words, sizeof(words));
	frame_title(c, r, "Latency of an operation", words, "");
	if (shares_with_victims && v->app->draft.victims > 0 && in.h >= 5) {
		struct rect low = {in.x, in.y + in.h - in.h / 2, in.w, in.h / 2};

		in.h -= low.h;
		canvas_text(c, in.x + 1, low.y, in.w - 2, ROLE_VICTIM,
			    "stalls of the victims");
		low.y++;
		low.h--;
		victims_draw(c, low, v);
	}
	workers_draw(c, in, v);
}

void panel_victim_latency_draw(struct canvas *c, struct rect r, const struct view *v)
{
	frame_title(c, r, "Stalls of the victims", "", "");
	victims_draw(c, rect_inner(r), v);
}

static const char *const about_latency_checks[] = {
	"timings",	    "steal",	      "involuntary_switches",
	"latency_sampling", "oversubscribed", NULL};

static void sampling_now(const struct view *v, char *buf, size_t buf_bytes)
{
	if (v->snap->time_one_in > 1)
		text_append(buf, buf_bytes,
			    "One operation in %d is timed, for timing all of them "
			    "would slow them down. ",
			    v->snap->time_one_in);
	if (!(v->snap->view.ns_per_tick > 0))
		text_append(buf, buf_bytes, "Nothing is timed here: %s. ",
			    untimed_reason(v->snap));
}

const struct about about_latency = {
	.name = "Latency of an operation",
	.unit = "nanoseconds of single operations, since the last change",
	.counts = "How long single operations took, as a distribution: p50 is "
		  "the middle one, one in a hundred takes longer than p99; the "
		  "largest is exact, the others within 3.2 %.",
	.counts_not = "What happens between operations, and the operations that were "
		      "not timed. It is the initiators' side: what a flush does to "
		      "others is the stalls of the victims.",
	.comes_from = "The time stamp counter before and after an operation, by the "
		      "worker itself, into a log-linear histogram in shared memory.",
	.misleads = "An operation that was preempted counts with the time it was "
		    "away: look at steal and involuntary switches before the tail. "
		    "Two humps are two ways through the kernel, and their mean is "
		    "neither.",
	.checks = about_latency_checks,
	.now = sampling_now,
};

const struct about about_stalls = {
	.name = "Stalls of the victims",
	.unit = "nanoseconds of single stalls, since the last change",
	.counts = "Gaps between two turns of a victim's loop that are longer "
		  "than the threshold of a stall, as a distribution.",
	.counts_not = "What a victim loses afterwards, refilling its TLB in short "
		      "pieces: the slowdown has that.",
	.comes_from = "The time stamp counter, read by the victim on every turn; the "
		      "usual gap is one flush: the interrupt of flush_tlb_func() "
		      "(arch/x86/mm/tlb.c), or a hypervisor's exit.",
	.misleads = "Timer interrupts and preemption make gaps too. In a virtual "
		    "machine the interrupt itself costs about 10 µs, whatever it "
		    "flushes.",
	.checks = about_timing_checks,
};
