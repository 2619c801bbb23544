/* SPDX-License-Identifier: MIT */
#include "backends/diagnosis_priv.h"

#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/machine/isolation.h"

void diagnosis_add_isolation(const struct machine *m, struct diagnosis *out)
{
	int row = isolation_of(m);
	const struct isolation_case *c;
	struct finding *f;

	if (row < 0)
		return;
	c = &isolation_table[row];
	f = diagnosis_add(out, "setting", "pti", "page table isolation");
	f->state = row ? FINDING_DISTURBS : FINDING_OK;
	f->why =
		row == 1
			? "an interrupt itself costs a victim its translations, "
			  "whatever was flushed"
			: "it decides what one page of a flush costs, and so where the "
			  "ceiling is best";
	text_append(f->detail, sizeof(f->detail), "%s: for each page %s (%s)", c->words,
		    c->per_page, c->function);
}
