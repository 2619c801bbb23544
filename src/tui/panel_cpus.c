/* SPDX-License-Identifier: MIT */
/* The machine map: who sits where, and who receives the shootdowns. */
#include "tui/panels.h"

#include <stdio.h>

#include "tui/cpu_bars.h"

void panel_cpus_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct snapshot *s = v->snap;
	struct rect in = rect_inner(r);
	struct cpu_rates rates = {s->cpu_shootdowns, s->n_cpus,	   s->window.elapsed_s,
				  s->cpus,	     s->n_workers, s->n_victims};
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

	canvas_wrap(c, in, ROLE_DIM,
		    sensor && !sensor->available ? sensor->reason
						 : "nothing counted yet");
}
