/* SPDX-License-Identifier: MIT */
/* The machine map: who sits where, and who receives the shootdowns. */
#include "tui/panels/panels.h"

#include <stdio.h>

#include "tlblab/draw/cpu_bars.h"

void panel_cpus_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct snapshot *s = v->snap;
	struct rect in = rect_inner(r);
	struct cpu_rates rates = {
		s->cpu_shootdowns, s->n_cpus,	      s->window.elapsed_s, s->view.cpus,
		s->view.n_workers, s->view.n_victims, s->view.program_cpus};
	char words[64];

	snprintf(words, sizeof(words), "%d CPU%s", s->n_cpus,
		 s->n_cpus == 1 ? "" : "s");
	frame_title(c, r, "Shootdowns received", words, "");
	in.x++;
	in.w -= 2;
	if (s->cpu_shootdowns && s->n_cpus > 0) {
		cpu_map_draw(c, in, &rates);
		return;
	}
	const struct availability *sensor = view_sensor(v, "interrupts");

	const struct mechanism_verdict *m = &s->mechanism;
	const char *why = "nothing counted yet";

	if (sensor && !sensor->available)
		why = sensor->reason;
	else if (!m->row_applies && *m->evidence)
		why = m->evidence;
	canvas_wrap(c, in, ROLE_DIM, why);
}

static const char *const about_cpus_checks[] = {"shootdowns_per_op", "pinned",
						"oversubscribed", NULL};

const struct about about_cpus = {
	.name = "Shootdowns received",
	.unit = "requests received per second, of each CPU, since the last "
		"change",
	.counts = "How often each CPU was interrupted to flush, and what runs "
		  "there: a worker, a victim or neither.",
	.counts_not = "The flushes a CPU asks for itself, and those it makes without "
		      "an interrupt.",
	.comes_from = "The row TLB of /proc/interrupts, column by column; an offline "
		      "CPU has no column and no bar.",
	.misleads = "A CPU where nobody of ours sits and which still receives "
		    "belongs to another program, or ran one of ours a moment ago: "
		    "the kernel keeps stale CPUs in an address space's mask for "
		    "about a second.",
	.sensor = "interrupts",
	.checks = about_cpus_checks,
};
