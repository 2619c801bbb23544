/* SPDX-License-Identifier: MIT */
/* The provenance view: everything about this machine that a result will carry. */
#include "tui/pages/pages.h"

#include <stdio.h>

enum { LABEL_W = 26 };

static void facts_draw(struct scroller *s, const char *heading,
		       const struct fact *facts, int n)
{
	char text[300];

	scroller_text(s, ROLE_TITLE, 0, heading);
	for (int i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%s%s%s%s", facts[i].value,
			 *facts[i].source ? "   (" : "", facts[i].source,
			 *facts[i].source ? ")" : "");
		scroller_pair(s, ROLE_DIM, facts[i].key, LABEL_W, ROLE_NORMAL, text);
	}
	if (n == 0)
		scroller_text(s, ROLE_DIM, 0, "none known");
	scroller_gap(s);
}

static const char *feature_word(const struct cpu_identity *cpu, bool has)
{
	return has ? "yes" : cpu->features_known ? "no" : "unknown";
}

/* The rate of the time stamp counter and how it is known, or why it is not. */
static void tsc_text(const struct machine *m, char *buf, size_t buf_bytes)
{
	if (m->tsc_ns_per_tick > 0)
		snprintf(buf, buf_bytes, "%.1f MHz%s%s", 1e3 / m->tsc_ns_per_tick,
			 *m->tsc_source ? ", " : "", m->tsc_source);
	else
		snprintf(buf, buf_bytes, "%s",
			 *m->tsc_source ? m->tsc_source : "unknown");
}

static void machine_draw(struct scroller *s, const struct machine *m)
{
	char text[200];

	scroller_text(s, ROLE_TITLE, 0, "CPU and kernel");
	scroller_pair(s, ROLE_DIM, "CPU", LABEL_W, ROLE_NORMAL, m->cpu.brand);
	scroller_pair(s, ROLE_DIM, "perf id", LABEL_W, ROLE_NORMAL, m->cpu.perf_id);
	scroller_pair(s, ROLE_DIM, "hypervisor", LABEL_W, ROLE_NORMAL,
		      !m->cpu.hypervisor	? "none"
		      : *m->cpu.hypervisor_name ? m->cpu.hypervisor_name
						: "yes, unnamed");
	snprintf(text, sizeof(text),
		 "PCID %s, INVPCID %s, INVLPGB %s, invariant TSC %s",
		 feature_word(&m->cpu, m->cpu.pcid),
		 feature_word(&m->cpu, m->cpu.invpcid),
		 feature_word(&m->cpu, m->cpu.invlpgb),
		 feature_word(&m->cpu, m->cpu.invariant_tsc));
	scroller_pair(s, ROLE_DIM, "features", LABEL_W, ROLE_NORMAL, text);
	tsc_text(m, text, sizeof(text));
	scroller_pair(s, ROLE_DIM, "TSC", LABEL_W, ROLE_NORMAL, text);
	scroller_pair(s, ROLE_DIM, "kernel", LABEL_W, ROLE_NORMAL, m->kernel_release);
	scroller_pair(s, ROLE_DIM, "built", LABEL_W, ROLE_NORMAL, m->kernel_version);
	scroller_gap(s);
	facts_draw(s, "Kernel configuration", m->kernel, m->n_kernel);
	facts_draw(s, "Mitigations", m->mitigations, m->n_mitigations);
	facts_draw(s, "Settings", m->settings, m->n_settings);
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	const struct app *a = v->app;
	const struct rect r = l->page;
	struct rect in = rect_inner(r);
	struct scroller s;

	canvas_box(c, r, ROLE_BORDER);
	frame_title(c, r, "Provenance: what a result carries", "", "");
	in.x += 2;
	in.w -= 4;
	scroller_begin(&s, c, in, a->scroll);
	scroller_text(&s, ROLE_TITLE, 0, "Experiment");
	scroller_pair(&s, ROLE_DIM, "tlblab", LABEL_W, ROLE_NORMAL, a->version);
	scroller_pair(&s, ROLE_DIM, "preset", LABEL_W, ROLE_NORMAL, a->preset->name);
	scroller_pair(&s, ROLE_DIM, "read from", LABEL_W, ROLE_NORMAL,
		      *a->preset->path ? a->preset->path : "not from a file");
	scroller_gap(&s);
	if (a->machine)
		machine_draw(&s, a->machine);
	return scroller_end(&s);
}

static const char *const about_provenance_checks[] = {"timings", "ceiling", NULL};

static const struct about about_provenance = {
	.name = "Provenance",
	.unit = "as each line says",
	.counts = "What a result carries so that somebody else can tell where it "
		  "came from: processor, kernel, mitigations, settings.",
	.counts_not = "Which other programs ran beside it: of those only what they "
		      "disturbed is known, as steal and involuntary switches.",
	.comes_from = "CPUID, uname, /sys/devices/system/cpu/vulnerabilities and the "
		      "settings under /sys and /proc, read at the start.",
	.misleads = "Page-table isolation (PTI) doubles a page-by-page flush with PCID "
		    "and INVPCID (native_flush_tlb_one_user); with PCID alone each "
		    "page makes the whole user PCID stale; without PCID it doubles "
		    "nothing. That moves the point from which a full flush pays: "
		    "compare only results whose lines agree.",
	.checks = about_provenance_checks,
};

static const struct about *const abouts[] = {&about_provenance, NULL};

const struct page_desc page_provenance = {
	.name = "provenance",
	.context = CONTEXT_PAGE,
	.draw = page_draw,
	.abouts = abouts,
};
