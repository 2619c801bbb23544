/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/tune.h"

void tune_mix_default(struct tune_mix *m)
{
	/* Commit a5102476a24b: "59% of the flushes" of one page, "98.57%" up to 33. */
	static const double one = 0.59, up_to_33 = 0.9857;
	static const int middle[] = {2, 4, 8, 16, 32};
	enum { MIDDLE = sizeof(middle) / sizeof(middle[0]) };

	*m = (struct tune_mix){.n = MIDDLE + 2};
	m->part[0].pages = 1;
	m->part[0].share = one;
	for (int i = 0; i < MIDDLE; i++) {
		m->part[i + 1].pages = middle[i];
		m->part[i + 1].share = (up_to_33 - one) / MIDDLE;
	}
	m->part[MIDDLE + 1].pages = 64;
	m->part[MIDDLE + 1].share = 1 - up_to_33;
}

static int mix_part(struct tune_mix *m, char *word)
{
	char *colon = strchr(word, ':');
	int64_t pages;
	double weight;

	if (!colon)
		return -EINVAL;
	*colon = '\0';
	if (!strcmp(text_trim(word), "full"))
		return text_to_double(text_trim(colon + 1), &m->whole) ||
				       !(m->whole > 0)
			       ? -EINVAL
			       : 0;
	if (m->n == TUNE_MAX_PARTS || text_to_int(text_trim(word), false, &pages) ||
	    pages < 1 || pages > INT32_MAX ||
	    text_to_double(text_trim(colon + 1), &weight) || !(weight > 0))
		return -EINVAL;
	m->part[m->n].pages = (int)pages;
	m->part[m->n++].share = weight;
	return 0;
}

static void mix_to_shares(struct tune_mix *m)
{
	double sum = m->whole;

	for (int i = 0; i < m->n; i++)
		sum += m->part[i].share;
	for (int i = 0; i < m->n; i++)
		m->part[i].share /= sum;
	m->whole /= sum;
}

int tune_mix_parse(struct tune_mix *m, const char *text, struct error *error)
{
	struct tune_mix mix = {.n = 0};
	char copy[512], *rest;
	int err = text_copy(copy, sizeof(copy), text) ? 0 : -EINVAL;

	for (char *w = strtok_r(copy, ",", &rest); w && !err;
	     w = strtok_r(NULL, ",", &rest))
		err = mix_part(&mix, w);
	if (err || !mix.n)
		return error_setf(error, ERROR_INPUT, EINVAL, "--mix",
				  "write pages:weight, as in 1:59,8:20,33:19,full:2",
				  "\"%s\" is no list of at most %d flush sizes", text,
				  TUNE_MAX_PARTS);
	mix_to_shares(&mix);
	*m = mix;
	return 0;
}

bool tune_mix_of_counts(struct tune_mix *m, const int *pages, const uint64_t *counts,
			int n, uint64_t whole)
{
	uint64_t sum = whole;

	*m = (struct tune_mix){.whole = (double)whole};
	for (int i = 0; i < n && m->n < TUNE_MAX_PARTS; i++) {
		if (!counts[i])
			continue;
		m->part[m->n].pages = pages[i];
		m->part[m->n++].share = (double)counts[i];
		sum += counts[i];
	}
	if (sum)
		mix_to_shares(m);
	return sum > 0;
}
