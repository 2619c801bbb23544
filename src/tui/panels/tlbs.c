/* SPDX-License-Identifier: MIT */
/* The TLBs as CPUID describes them, and what it left out, beside the machine's map. */
#include "tui/panels/panels.h"

#include <stdio.h>

#include "tlblab/base/text.h"

enum { TLB_LABEL_W = 11 };

const char *panel_core_kind_words(enum core_kind kind)
{
	return kind == CORE_PERFORMANCE ? "performance cores"
	       : kind == CORE_EFFICIENT ? "efficient cores"
					: "";
}

/* "L2 data    4 KiB: 3072, 8- to 15-way": what tlb_level_text says, in less room. */
static void tlb_level_draw(struct scroller *s, const struct tlb_level *l)
{
	char label[32], text[128], pages[64];

	snprintf(label, sizeof(label), "L%d %s", l->level,
		 l->kind == TLB_INSTRUCTION ? "code" : tlb_kind_name(l->kind));
	snprintf(text, sizeof(text), "%s: %d",
		 tlb_pages_text(l->pages, pages, sizeof(pages)), l->entries);
	if (l->fully_associative)
		text_append(text, sizeof(text), ", full");
	else if (l->ways && l->ways_max > l->ways)
		text_append(text, sizeof(text), ", %d- to %d-way", l->ways,
			    l->ways_max);
	else if (l->ways)
		text_append(text, sizeof(text), ", %d-way", l->ways);
	if (l->shared_threads > 1)
		text_append(text, sizeof(text), ", of %d threads", l->shared_threads);
	scroller_pair(s, ROLE_DIM, label, TLB_LABEL_W, ROLE_NORMAL, text);
}

int panel_tlbs_draw(struct canvas *c, struct rect r, const struct view *v, int scroll)
{
	const struct machine *m = v->app->machine;
	struct scroller s;
	char line[256];

	frame_title(c, (struct rect){r.x - 2, r.y - 1, r.w + 4, 1}, "TLBs: entries", "",
		    "");
	scroller_begin(&s, c, r, scroll);
	for (int i = 0; i < m->n_tlb; i++) {
		if (*panel_core_kind_words(m->tlb[i].core))
			scroller_text(&s, ROLE_TITLE, 0,
				      panel_core_kind_words(m->tlb[i].core));
		for (int k = 0; k < m->tlb[i].n_levels; k++)
			tlb_level_draw(&s, &m->tlb[i].levels[k]);
		for (int k = 0; k < m->tlb[i].n_could_not_tell; k++)
			scroller_text(&s, ROLE_DIM, 0, m->tlb[i].could_not_tell[k]);
	}
	if (!m->n_tlb)
		scroller_text(&s, ROLE_DIM, 0, "not known: CPUID was not to be had");
	scroller_gap(&s);
	scroller_text(&s, ROLE_NORMAL, 0, machine_line(m, line, sizeof(line)));
	return scroller_end(&s);
}
