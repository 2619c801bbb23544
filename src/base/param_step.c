/* SPDX-License-Identifier: MIT */
/*
 * How the arrow keys move a setting. Numbers walk a ladder (1-2-5, powers of two, or
 * every whole number) that is mirrored below zero; the limits are rungs even where the
 * ladder has none, and null, where allowed, is the rung below the lowest.
 */
#include "tlblab/base/param.h"

#include <math.h>

enum ladder { LADDER_1_2_5, LADDER_POWERS_OF_TWO, LADDER_BY_ONE };

/* Below this, down from a positive real goes to zero (or to the limit above zero). */
static const double real_lowest_rung = 0.1;

/* mantissa * 10^decade, rounded once, so that 0.05 is the 0.05 a person types. */
static double step_decimal(double mantissa, int decade)
{
	return decade < 0 ? mantissa / pow(10, -decade) : mantissa * pow(10, decade);
}

/* The rung next above x > 0. */
static double step_above(double x, enum ladder ladder)
{
	static const double mantissas[] = {1, 2, 5, 10, 20};
	int exponent;

	if (ladder == LADDER_BY_ONE)
		return x + 1;
	if (ladder == LADDER_POWERS_OF_TWO) {
		frexp(x, &exponent); /* x < 2^exponent */
		return ldexp(1, exponent);
	}
	int decade = (int)floor(log10(x)) - 1;
	double rung;

	for (;; decade++)
		for (int i = 0; i < 3; i++) {
			rung = step_decimal(mantissas[i], decade);
			if (rung > x)
				return rung;
		}
}

/* The rung next below x > 0, which is 0 below the lowest one. */
static double step_below(double x, enum ladder ladder, double lowest)
{
	static const double mantissas[] = {5, 2, 1};
	double rung = 0;
	int exponent;

	if (x <= lowest)
		return 0;
	if (ladder == LADDER_BY_ONE)
		return x - 1;
	if (ladder == LADDER_POWERS_OF_TWO) {
		rung = ldexp(1,
			     (frexp(x, &exponent) > 0.5 ? exponent : exponent - 1) - 1);
		return rung < lowest ? 0 : rung;
	}
	for (int decade = (int)ceil(log10(x));; decade--)
		for (int i = 0; i < 3; i++) {
			rung = step_decimal(mantissas[i], decade);
			if (rung < x)
				return rung < lowest ? 0 : rung;
		}
}

static double step_number(double x, int direction, enum ladder ladder, double lowest)
{
	if (x < 0) /* 0 - …, for there is no rung called minus zero */
		return 0 - step_number(-x, -direction, ladder, lowest);
	if (direction < 0)
		return x > 0 ? step_below(x, ladder, lowest) : -lowest;
	return x >= lowest ? step_above(x, ladder) : lowest;
}

static void step_range(const struct param_desc *d, struct param_value *v, int direction)
{
	bool real = d->kind == PARAM_REAL;
	double lowest = real && d->step != LADDER_BY_ONE ? real_lowest_rung : 1;
	double from = real ? v->real : (double)v->number;
	double to = d->min;

	if (v->is_null && direction < 0)
		return;
	if (!v->is_null) {
		if (direction < 0 && from <= d->min && d->nullable) {
			*v = (struct param_value){.is_null = true};
			return;
		}
		to = step_number(from, direction, (enum ladder)d->step, lowest);
		to = fmin(fmax(to, d->min), d->max);
	}
	v->is_null = false;
	if (real)
		v->real = to;
	else
		v->number = to < 0x1p63 ? (int64_t)to : INT64_MAX;
}

/* Choices are a ring; null stands before the first. */
static void step_ring(const struct param_desc *d, struct param_value *v, int n,
		      int direction)
{
	int slots = n + d->nullable;
	int at = v->is_null ? 0 : (int)v->number + d->nullable;

	at = (at + direction + slots) % slots;
	v->is_null = d->nullable && at == 0;
	v->number = v->is_null ? 0 : at - d->nullable;
}

void param_step(const struct param_desc *d, struct param_value *v, int direction)
{
	int n = 0;

	switch (d->kind) {
	case PARAM_INT:
	case PARAM_REAL: step_range(d, v, direction); break;
	case PARAM_BOOL: step_ring(d, v, 2, direction); break;
	case PARAM_CHOICE:
		while (d->choices[n])
			n++;
		step_ring(d, v, n, direction);
		break;
	case PARAM_TEXT: break;
	}
}
