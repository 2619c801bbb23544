/* SPDX-License-Identifier: MIT */
#include "tlblab/draw/scale.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"

#define ROUNDING 1.0000001 /* so that 0.3 / 0.1 does not count as past a rung */

double scale_round_up(double x)
{
	static const double rungs[] = {1, 2, 5, 10};
	double decade = pow(10, floor(log10(x)));

	for (int i = 0; i < 4; i++)
		if (rungs[i] * decade * ROUNDING >= x)
			return rungs[i] * decade;
	return 10 * decade;
}

double scale_round_down(double x)
{
	static const double rungs[] = {5, 2, 1};
	double decade = pow(10, floor(log10(x) + 1e-9));

	for (int i = 0; i < 3; i++)
		if (rungs[i] * decade <= x * ROUNDING)
			return rungs[i] * decade;
	return decade;
}

void scale_fit(struct scale *s, bool log, double min, double max, int dots)
{
	*s = (struct scale){.log = log, .dots = dots > 1 ? dots : 2};
	if (!log) {
		s->low = min < 0 ? -scale_round_up(-min) : 0;
		s->high = max > 0 ? scale_round_up(max) : s->low < 0 ? 0 : 1;
		/* 1-2-5 alone may leave half the plot empty: also offer 3, 4, 6, 8. */
		double step = scale_round_down(s->high / 4);

		while (max > 0 && s->high - step >= max * ROUNDING)
			s->high -= step;
		return;
	}
	if (!(max > 0))
		max = 1;
	if (!(min > 0))
		min = max;
	s->low = scale_round_down(min);
	s->high = scale_round_up(max);
	while (s->high / s->low < 4 / ROUNDING) {
		s->low = scale_round_down(s->low / ROUNDING / ROUNDING / 1.5);
		if (s->high / s->low < 4 / ROUNDING)
			s->high = scale_round_up(s->high * 1.5);
	}
}

int scale_dot(const struct scale *s, double value)
{
	double part;

	if (s->log)
		part = value <= s->low ? 0
				       : log(value / s->low) / log(s->high / s->low);
	else
		part = (value - s->low) / (s->high - s->low);
	long dot = lround(part * (s->dots - 1));

	return dot < 0 ? 0 : dot >= s->dots ? s->dots - 1 : (int)dot;
}

static int ticks_linear(const struct scale *s, int apart, double *ticks, int max)
{
	double span = s->high - s->low;
	double step = scale_round_up(span * apart / (s->dots - 1));
	int n = 0;

	for (double i = ceil(s->low / step / ROUNDING);
	     i * step <= s->high + step * 1e-6 && n < max; i++)
		ticks[n++] = i * step;
	return n;
}

/* Decades first, then fives, then twos, each where there is room. */
static int ticks_log(const struct scale *s, int apart, double *ticks, int max)
{
	static const double order[] = {1, 5, 2};
	int n = 0;

	for (int o = 0; o < 3; o++) {
		double t = order[o] * pow(10, floor(log10(s->low)));

		for (; t <= s->high * ROUNDING; t *= 10) {
			bool room = t * ROUNDING >= s->low;

			for (int i = 0; i < n && room; i++)
				room = abs(scale_dot(s, ticks[i]) - scale_dot(s, t)) >=
				       apart;
			if (!room || n >= max)
				continue;
			int at = n++;

			for (; at > 0 && ticks[at - 1] > t; at--)
				ticks[at] = ticks[at - 1];
			ticks[at] = t;
		}
	}
	return n;
}

int scale_ticks(const struct scale *s, int apart, double *ticks, int max)
{
	return s->log ? ticks_log(s, apart, ticks, max)
		      : ticks_linear(s, apart, ticks, max);
}

const char *scale_label(char *buf, size_t buf_bytes, double value, const char *unit)
{
	text_quantity(buf, buf_bytes, value, unit);
	char *point = strchr(buf, '.');

	if (!point)
		return buf;
	char *rest = point + 1 + strspn(point + 1, "0123456789"), *kept = rest;

	while (kept[-1] == '0')
		kept--;
	if (kept[-1] == '.')
		kept--;
	memmove(kept, rest, strlen(rest) + 1);
	return buf;
}

struct time_axis time_axis_of(double now_s, double span_s)
{
	static const double pages_s[] = {30,   60,   120,   300,   600,	  1800,
					 3600, 7200, 14400, 43200, 86400, 604800};
	struct time_axis a = {0, 0};

	if (!(now_s > 0))
		now_s = 0;
	for (int i = 0; i < 12 && a.to_s <= now_s; i++)
		a.to_s = pages_s[i];
	if (!(span_s > 0) || a.to_s <= span_s)
		return a;
	double turn = span_s / 4;

	if (now_s > span_s)
		a.from_s = ceil((now_s - span_s) / turn) * turn;
	a.to_s = a.from_s + span_s;
	return a;
}

double time_axis_step(const struct time_axis *a, int width, int columns)
{
	static const double steps_s[] = {1,    2,     5,     10,   15,	 30,
					 60,   120,   300,   600,  1800, 3600,
					 7200, 14400, 43200, 86400};
	double span = a->to_s - a->from_s;

	for (int i = 0; i < 16; i++)
		if (steps_s[i] * width >= span * columns)
			return steps_s[i];
	return 604800;
}

const char *time_axis_text(char *buf, size_t buf_bytes, double t_s)
{
	long s = lround(t_s);

	if (s < 3600)
		snprintf(buf, buf_bytes, "%ld:%02ld", s / 60, s % 60);
	else
		snprintf(buf, buf_bytes, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60,
			 s % 60);
	return buf;
}
