/* SPDX-License-Identifier: MIT */
/* The table of checks, and what they share. */
#include "tlblab/lab/check.h"

#include <stdio.h>
#include <string.h>

#include "lab/check/kind.h"
#include "tlblab/base/text.h"

/* In the order of the panel. */
static const struct check_kind *const kinds[] = {
	&check_timings,		 &check_operations, &check_pinned,   &check_shootdowns,
	&check_told_sources,	 &check_flushes,    &check_ceiling,  &check_steal,
	&check_oversubscribed,	 &check_victims,    &check_switches, &check_balance,
	&check_latency_sampling,
};
static const size_t n_kinds = sizeof(kinds) / sizeof(kinds[0]);

_Static_assert(sizeof(kinds) / sizeof(kinds[0]) <= CHECKS_MAX, "checks fit");

const double check_tolerance_per_op = 0.02;
static const double tolerance_relative = 0.10;

bool check_is_unpinned(const struct check_facts *f)
{
	return !strcmp(f->experiment->placement, "none");
}

void check_unknown(struct check *c, const char *observed, const char *reason)
{
	c->state = CHECK_UNKNOWN;
	text_copy(c->observed, sizeof(c->observed), observed);
	text_copy(c->note, sizeof(c->note), reason ? reason : "");
}

const char *check_number_text(double v, char *buf, size_t buf_bytes)
{
	snprintf(buf, buf_bytes, "%.*f", v == 0 || v >= 100 ? 0 : v >= 10 ? 1 : 2, v);
	return buf;
}

void check_range_text(double low, double high, char *buf, size_t buf_bytes)
{
	char a[24], b[24];

	check_number_text(low, a, sizeof(a));
	check_number_text(high, b, sizeof(b));
	if (high >= EXPECT_ANY_NUMBER && low > 0)
		snprintf(buf, buf_bytes, "%s or more", a);
	else if (high >= EXPECT_ANY_NUMBER)
		text_copy(buf, buf_bytes, "any number");
	else if (strcmp(a, b))
		snprintf(buf, buf_bytes, "%s to %s", a, b);
	else
		text_copy(buf, buf_bytes, a);
}

bool check_is_within(double seen, double low, double high)
{
	return seen >= low * (1 - tolerance_relative) - check_tolerance_per_op &&
	       seen <= high * (1 + tolerance_relative) + check_tolerance_per_op;
}

int checks_make(const struct check_facts *f, struct check *out)
{
	int n = 0;

	for (size_t i = 0; i < n_kinds; i++) {
		struct check *c = &out[n];

		memset(c, 0, sizeof(*c));
		text_copy(c->name, sizeof(c->name), kinds[i]->name);
		c->reach = kinds[i]->reach;
		if (!kinds[i]->make(f, c))
			continue;
		if (!f->measuring)
			check_unknown(c, "warming up", "");
		n++;
	}
	return n;
}

const char *check_line(const struct check *c, char *buf, size_t buf_bytes)
{
	bool terse = c->terse && c->state == CHECK_OK;

	if (!buf_bytes)
		return buf;
	buf[0] = '\0';
	text_append(buf, buf_bytes, "%s", c->observed);
	if (*c->expected && !terse && c->state != CHECK_UNKNOWN)
		text_append(buf, buf_bytes, " (%s expected)", c->expected);
	return buf;
}
