/* SPDX-License-Identifier: MIT */
/* A comparison in words: the interval that decides is the one that is printed. */
#include "tlblab/lab/compare.h"

#include <math.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/told.h"

const char *compare_sources_text(unsigned int told, char *buf, size_t buf_bytes)
{
	buf[0] = '\0';
	for (unsigned int source = TOLD_ROW; source < TOLD_SOURCES; source++)
		if (told & 1u << source)
			text_append(buf, buf_bytes, "%s%s", *buf ? ", " : "",
				    told_source_name[source]);
	if (!*buf)
		text_append(buf, buf_bytes, "none");
	return buf;
}

const char *compare_verdict_name(enum compare_verdict v)
{
	switch (v) {
	case COMPARE_TOO_FEW: return "too few runs";
	case COMPARE_ONCE: return "measured once";
	case COMPARE_SOURCES: return "counted by different sources";
	case COMPARE_UNPROVEN: return "no difference proven";
	case COMPARE_BETTER: return "better";
	case COMPARE_WORSE: return "worse";
	case COMPARE_DIFFERENT: return "different";
	}
	return "";
}

const char *compare_oddities_text(const struct compare_oddities *o, char *buf,
				  size_t buf_bytes)
{
	const char *apart = "";

	if (buf_bytes)
		buf[0] = '\0';
	if (o->failed) {
		text_append(buf, buf_bytes, "%d of %d runs failed and count in nothing",
			    o->failed, o->runs);
		apart = "; ";
	}
	if (o->warming) {
		text_append(buf, buf_bytes, "%s%d of %d runs begin unlike they go on",
			    apart, o->warming, o->runs);
		apart = "; ";
	}
	if (o->drifting) {
		text_append(buf, buf_bytes, "%s%d of %d runs drift", apart, o->drifting,
			    o->runs);
		apart = "; ";
	}
	if (o->outliers)
		text_append(buf, buf_bytes, "%s%d interval%s far out", apart,
			    o->outliers, o->outliers == 1 ? " lies" : "s lie");
	return buf;
}

/* Four digits, but of a per cent no less than a hundredth, and no powers of ten. */
static void compare_number(char *buf, size_t buf_bytes, double value, const char *unit)
{
	if (!strcmp(unit, "%") && fabs(value) < 1)
		value = round(value * 100) / 100 + 0.0; /* no negative zero */
	text_append(buf, buf_bytes, fabs(value) < 9999.5 ? "%.4g%s%s" : "%.0f%s%s",
		    value, *unit ? " " : "", unit);
}

/* Sides that differ by more than this are both given. */
static const double lopsided = 0.05;

static void compare_interval(char *buf, size_t buf_bytes, const double value[3],
			     const char *unit)
{
	double below = value[1] - value[0], above = value[2] - value[1];

	if (isnan(below) || isnan(above))
		return;
	if (fabs(above - below) <= lopsided * (above + below)) {
		text_append(buf, buf_bytes, " ± ");
		compare_number(buf, buf_bytes, (above + below) / 2, unit);
		return;
	}
	text_append(buf, buf_bytes, " (%s", value[0] < 0 ? "" : "+");
	compare_number(buf, buf_bytes, value[0], unit);
	text_append(buf, buf_bytes, " to %s", value[2] < 0 ? "" : "+");
	compare_number(buf, buf_bytes, value[2], unit);
	text_append(buf, buf_bytes, ")");
}

const char *compare_row_text(const struct compare_row *row, char *buf, size_t buf_bytes)
{
	const struct stats_difference *d = &row->difference;
	bool proven = row->verdict > COMPARE_UNPROVEN;
	/* What has an interval is given in the unit that the interval is known in. */
	bool in_pct = !isnan(d->ci95_low_pct) ||
		      (isnan(d->ci95_low) && !isnan(d->difference_pct));
	const char *unit = in_pct ? "%" : metric_table[row->metric].unit;
	const double in[2][3] = {
		{d->ci95_low, d->difference, d->ci95_high},
		{d->ci95_low_pct, d->difference_pct, d->ci95_high_pct},
	};

	if (buf_bytes)
		buf[0] = '\0';
	if (!proven)
		text_append(buf, buf_bytes, "%s: ", compare_verdict_name(row->verdict));
	if (in[in_pct][1] >= 0)
		text_append(buf, buf_bytes, "+");
	compare_number(buf, buf_bytes, in[in_pct][1], unit);
	compare_interval(buf, buf_bytes, in[in_pct], unit);
	if (proven)
		text_append(buf, buf_bytes, ", %s", compare_verdict_name(row->verdict));
	return buf;
}
