/* SPDX-License-Identifier: MIT */
/*
 * Numbers for narrow places. Three significant digits, so that a value keeps its width
 * while it moves; rounding happens before the prefix is chosen, so 999.7 ns is
 * "1.00 µs" and never "1000 ns". Only an exact zero reads "0": what is merely small
 * reads "<0.001".
 */
#include "tlblab/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char missing[] = "–";

struct scale {
	double factor;
	const char *name;
};

static const struct scale si_scales[] = {{1, ""},    {1e3, "k"},  {1e6, "M"},
					 {1e9, "G"}, {1e12, "T"}, {1e15, "P"}};
static const struct scale time_scales[] = {
	{1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}};
static const struct scale byte_scales[] = {{1, "B"},	    {0x1p10, "KiB"},
					   {0x1p20, "MiB"}, {0x1p30, "GiB"},
					   {0x1p40, "TiB"}, {0x1p50, "PiB"}};

/* Three significant digits of a magnitude, no more than three decimals. */
static void text_digits(char *buf, size_t buf_bytes, double value)
{
	double magnitude = fabs(value);

	if (value == 0)
		snprintf(buf, buf_bytes, "0");
	else if (magnitude < 0.0005)
		snprintf(buf, buf_bytes, value < 0 ? ">-0.001" : "<0.001");
	else if (magnitude >= 1e6)
		snprintf(buf, buf_bytes, "%.2e", value);
	else
		snprintf(buf, buf_bytes, "%.*f",
			 magnitude < 0.9995  ? 3
			 : magnitude < 9.995 ? 2
			 : magnitude < 99.95 ? 1
					     : 0,
			 value);
}

/* The last scale whose digits do not read as a thousand (1024) of the one below. */
static const struct scale *text_pick_scale(double value, const struct scale *scales,
					   size_t n, double carry_at)
{
	size_t i = 0;

	while (i + 1 < n && fabs(value) / scales[i].factor >= carry_at)
		i++;
	return &scales[i];
}

/* Nanoseconds in one of the unit, when it is a time, possibly per something
 * ("ns/page"); *rest is what follows. 0 when it is no time. */
static double text_time_unit(const char *unit, const char **rest)
{
	static const struct scale units[] = {
		{1, "ns"}, {1e3, "µs"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t length = strlen(units[i].name);

		if (strncmp(unit, units[i].name, length))
			continue;
		*rest = unit + length;
		if (!**rest || **rest == '/')
			return units[i].factor;
	}
	return 0;
}

/* Whether a prefix is written together with the unit: "134 k/s", "2.30 GHz", but
 * "1.20 k pages". */
static bool text_unit_is_symbol(const char *unit)
{
	return *unit == '/' || !strncmp(unit, "Hz", 2) || !strcmp(unit, "B") ||
	       !strcmp(unit, "B/s");
}

const char *text_quantity(char *buf, size_t buf_bytes, double value, const char *unit)
{
	const char *prefix = "", *gap = "", *rest = unit;
	double unit_ns = text_time_unit(unit, &rest);
	const struct scale *scale;
	char digits[32];

	if (isnan(value)) {
		text_copy(buf, buf_bytes, missing);
		return buf;
	}
	if (value == 0 || isinf(value)) {
		text_copy(digits, sizeof(digits),
			  value == 0  ? "0"
			  : value < 0 ? "-∞"
				      : "∞");
		rest = unit;
	} else if (unit_ns > 0) {
		value *= unit_ns;
		scale = text_pick_scale(value, time_scales, 4, 999.5);
		text_digits(digits, sizeof(digits), value / scale->factor);
		prefix = scale->name;
	} else {
		rest = unit;
		scale = text_pick_scale(value, si_scales, strcmp(unit, "%") ? 6 : 1,
					999.5);
		text_digits(digits, sizeof(digits), value / scale->factor);
		prefix = scale->name;
		if (*prefix && *unit && !text_unit_is_symbol(unit))
			gap = " ";
	}
	snprintf(buf, buf_bytes, "%s%s%s%s%s", digits, *prefix || *rest ? " " : "",
		 prefix, gap, rest);
	return buf;
}

const char *text_bytes(char *buf, size_t buf_bytes, double bytes)
{
	const struct scale *scale = text_pick_scale(bytes, byte_scales, 6, 1023.5);
	double value = bytes / scale->factor;
	char digits[32];

	if (!isfinite(bytes)) {
		text_copy(buf, buf_bytes, isnan(bytes) ? missing : "∞ B");
		return buf;
	}
	if (value == rint(value) && fabs(value) < 1e6)
		snprintf(digits, sizeof(digits), "%.0f", value);
	else
		text_digits(digits, sizeof(digits), value);
	snprintf(buf, buf_bytes, "%s %s", digits, scale->name);
	return buf;
}

const char *text_elapsed(char *buf, size_t buf_bytes, double seconds)
{
	const char *sign = seconds < 0 ? "-" : "";

	if (!(fabs(seconds) < 1e12)) { /* NaN as well */
		text_copy(buf, buf_bytes, missing);
		return buf;
	}
	long long tenths = llround(fabs(seconds) * 10);
	long long s = tenths / 10;

	if (s < 3600)
		snprintf(buf, buf_bytes, "%s%02lld:%02lld.%lld", sign, s / 60, s % 60,
			 tenths % 10);
	else
		snprintf(buf, buf_bytes, "%s%lld:%02lld:%02lld", sign, s / 3600,
			 s / 60 % 60, s % 60);
	return buf;
}
