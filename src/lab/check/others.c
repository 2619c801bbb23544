/* SPDX-License-Identifier: MIT */
/* Whose flushes those are that the workers did not make. */
#include "lab/check/kind.h"
#include "tlblab/base/text.h"

enum { NAMED_MAX = 2 };

bool check_name_others(const struct check_facts *f, struct check *c)
{
	char text[sizeof(c->note)] = "recorded in the warm-up, others flush too:";
	char rate[24];
	int named = 0;

	for (int i = 0; f->flushers && i < f->flushers->n && named < NAMED_MAX; i++) {
		const struct flusher *row = &f->flushers->row[i];

		if (row->worker || !(row->rates.asked_per_s > 0))
			continue;
		text_append(
			text, sizeof(text), "%s %s (%s, %s per second)",
			named++ ? "," : "", row->comm, row->cause,
			text_quantity(rate, sizeof(rate), row->rates.asked_per_s, ""));
	}
	if (named)
		text_copy(c->note, sizeof(c->note), text);
	return named > 0;
}
