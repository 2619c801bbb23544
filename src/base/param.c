/* SPDX-License-Identifier: MIT */
/*
 * Typed settings: text in, text out, limits. param_parse(param_text(v)) is v for every
 * value that param_check accepts, and param_parse(param_label(v)) as well.
 */
#include "tlblab/base/param.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"

static const char null_word[] = "null";
/* Beyond this a limit is no limit that a person would want to read. */
static const double limit_spoken = 1e15;

static bool param_in_bytes(const struct param_desc *d)
{
	return d->kind == PARAM_INT && !strcmp(d->unit, "bytes");
}

static bool param_has_unit(const struct param_desc *d)
{
	return (d->kind == PARAM_INT || d->kind == PARAM_REAL) && *d->unit;
}

static int param_choices_count(const struct param_desc *d)
{
	int n = 0;

	while (d->choices[n])
		n++;
	return n;
}

/* "128 MiB" where that is exact, "4097 bytes" where not. */
static void param_bytes_label(int64_t n, char *buf, size_t buf_bytes)
{
	static const char *const units[] = {"GiB", "MiB", "KiB"};

	for (int i = 0; n && i < 3; i++) {
		int64_t factor = INT64_C(1) << (10 * (3 - i));

		if (n % factor)
			continue;
		snprintf(buf, buf_bytes, "%lld %s", (long long)(n / factor), units[i]);
		return;
	}
	snprintf(buf, buf_bytes, "%lld bytes", (long long)n);
}

/* The fewest digits that read back as the same number, but not "9e+04". */
static void param_real_text(double x, char *buf, size_t buf_bytes)
{
	double magnitude = fabs(x);
	int digits = magnitude >= 1 && magnitude < 1e15 ? (int)log10(magnitude) + 1 : 1;

	do
		snprintf(buf, buf_bytes, "%.*g", digits, x);
	while (strtod(buf, NULL) != x && ++digits <= 17);
}

static void param_limit_text(const struct param_desc *d, double limit, char *buf,
			     size_t buf_bytes)
{
	if (param_in_bytes(d))
		param_bytes_label((int64_t)limit, buf, buf_bytes);
	else
		param_real_text(limit, buf, buf_bytes);
}

static void param_allowed_range(const struct param_desc *d, char *buf, size_t buf_bytes)
{
	bool low = d->min > -limit_spoken, high = d->max < limit_spoken;
	char min[32], max[32];

	param_limit_text(d, low ? d->min : 0, min, sizeof(min));
	param_limit_text(d, high ? d->max : 0, max, sizeof(max));
	if (low && high)
		snprintf(buf, buf_bytes, "%s to %s", min, max);
	else if (low)
		snprintf(buf, buf_bytes, "%s or more", min);
	else if (high)
		snprintf(buf, buf_bytes, "%s or less", max);
	else
		snprintf(buf, buf_bytes, "a number");
}

const char *param_allowed(const struct param_desc *d, char *buf, size_t buf_bytes)
{
	if (!buf_bytes)
		return buf;
	buf[0] = '\0';
	switch (d->kind) {
	case PARAM_INT:
	case PARAM_REAL: param_allowed_range(d, buf, buf_bytes); break;
	case PARAM_BOOL: text_copy(buf, buf_bytes, "yes or no"); break;
	case PARAM_CHOICE:
		for (int i = 0, n = param_choices_count(d); i < n; i++)
			text_append(buf, buf_bytes, "%s%s",
				    !i		 ? ""
				    : i == n - 1 ? " or "
						 : ", ",
				    d->choices[i]);
		break;
	case PARAM_TEXT:
		snprintf(buf, buf_bytes, "up to %d characters", PARAM_TEXT_BYTES - 1);
		break;
	}
	if (d->nullable)
		text_append(buf, buf_bytes, ", or null%s%s%s", d->null_text ? " (" : "",
			    d->null_text ? d->null_text : "", d->null_text ? ")" : "");
	return buf;
}

/* Refuses: the key, what is wrong with the given text, and what would be right. */
static int param_refuse(const struct param_desc *d, int err, const char *given,
			const char *wrong, struct error *error)
{
	char allowed[192], shown[64], todo[sizeof(error->todo)];
	bool cut = !text_copy(shown, sizeof(shown), given);
	const char *nearest = NULL;
	bool say_unit = param_has_unit(d) && !param_in_bytes(d);

	if (d->kind == PARAM_CHOICE)
		nearest = text_nearest(given, d->choices, param_choices_count(d));
	param_allowed(d, allowed, sizeof(allowed));
	if (nearest)
		snprintf(todo, sizeof(todo), "did you mean \"%s\"? Allowed: %s",
			 nearest, allowed);
	else
		snprintf(todo, sizeof(todo), "give %s%s%s", allowed,
			 say_unit ? ", in " : "", say_unit ? d->unit : "");
	return error_setf(error, ERROR_INPUT, err, d->key, todo, "\"%s%s\" is %s",
			  shown, cut ? "…" : "", wrong);
}

static int param_check_limits(const struct param_desc *d, double number,
			      const char *given, struct error *error)
{
	if (isnan(number))
		return param_refuse(d, EINVAL, given, "not a number", error);
	if (number < d->min)
		return param_refuse(d, ERANGE, given, "too small", error);
	if (number > d->max)
		return param_refuse(d, ERANGE, given, "too large", error);
	return 0;
}

/* A number, with or without its unit: "33", "33 pages". */
static int param_parse_number(const struct param_desc *d, const char *text,
			      struct param_value *v, struct error *error)
{
	const char *unit = strchr(text, ' ');
	const char *wrong = "not a whole number";
	char number[64];
	int err;

	if (!text_copy(number, sizeof(number), text))
		return param_refuse(d, EINVAL, text, "too long", error);
	if (unit && param_has_unit(d) && !strcmp(unit + 1, d->unit))
		number[unit - text] = '\0';
	if (d->kind == PARAM_INT) {
		err = text_to_int(number, param_in_bytes(d), &v->number);
	} else {
		err = text_to_double(number, &v->real);
		wrong = "not a number";
	}
	if (err)
		return param_refuse(d, -err, text,
				    err == -ERANGE ? "far out of range" : wrong, error);
	return param_check_limits(d, d->kind == PARAM_INT ? (double)v->number : v->real,
				  text, error);
}

int param_parse(const struct param_desc *d, const char *text, struct param_value *v,
		struct error *error)
{
	struct param_value parsed = {0};
	bool flag = false;
	int err = 0;

	if (d->nullable && (!strcmp(text, null_word) ||
			    (d->null_text && !strcmp(text, d->null_text)))) {
		parsed.is_null = true;
		*v = parsed;
		return 0;
	}
	switch (d->kind) {
	case PARAM_INT:
	case PARAM_REAL: err = param_parse_number(d, text, &parsed, error); break;
	case PARAM_BOOL:
		if (text_to_bool(text, &flag))
			return param_refuse(d, EINVAL, text, "neither yes nor no",
					    error);
		parsed.number = flag;
		break;
	case PARAM_CHOICE:
		while (d->choices[parsed.number] &&
		       strcmp(d->choices[parsed.number], text))
			parsed.number++;
		if (!d->choices[parsed.number])
			return param_refuse(d, EINVAL, text, "not one of the choices",
					    error);
		break;
	case PARAM_TEXT:
		if (!text_copy(parsed.text, sizeof(parsed.text), text))
			return param_refuse(d, ERANGE, text, "too long", error);
		break;
	}
	if (!err)
		*v = parsed;
	return err;
}

int param_check(const struct param_desc *d, const struct param_value *v,
		struct error *error)
{
	char given[32];

	if (v->is_null)
		return d->nullable ? 0
				   : param_refuse(d, EINVAL, null_word,
						  "not allowed here", error);
	snprintf(given, sizeof(given), "%lld", (long long)v->number);
	switch (d->kind) {
	case PARAM_INT: return param_check_limits(d, (double)v->number, given, error);
	case PARAM_REAL:
		snprintf(given, sizeof(given), "%g", v->real);
		return param_check_limits(d, v->real, given, error);
	case PARAM_BOOL:
		if (v->number != 0 && v->number != 1)
			return param_refuse(d, EINVAL, given, "neither yes nor no",
					    error);
		return 0;
	case PARAM_CHOICE:
		if (v->number < 0 || v->number >= param_choices_count(d))
			return param_refuse(d, EINVAL, given, "not one of the choices",
					    error);
		return 0;
	case PARAM_TEXT:
		if (!memchr(v->text, '\0', sizeof(v->text)))
			return error_set(error, ERROR_INPUT, ERANGE, d->key,
					 "the text is too long", "shorten it");
		return 0;
	}
	return -EINVAL;
}

void param_default(const struct param_desc *d, struct param_value *v)
{
	if (!d->def || param_parse(d, d->def, v, NULL))
		abort();
}

const char *param_text(const struct param_desc *d, const struct param_value *v,
		       char *buf, size_t buf_bytes)
{
	if (v->is_null) {
		text_copy(buf, buf_bytes, null_word);
		return buf;
	}
	switch (d->kind) {
	case PARAM_INT: snprintf(buf, buf_bytes, "%lld", (long long)v->number); break;
	case PARAM_REAL: param_real_text(v->real, buf, buf_bytes); break;
	case PARAM_BOOL: text_copy(buf, buf_bytes, v->number ? "yes" : "no"); break;
	case PARAM_CHOICE: text_copy(buf, buf_bytes, d->choices[v->number]); break;
	case PARAM_TEXT: text_copy(buf, buf_bytes, v->text); break;
	}
	return buf;
}

const char *param_label(const struct param_desc *d, const struct param_value *v,
			char *buf, size_t buf_bytes)
{
	if (v->is_null && d->null_text) {
		text_copy(buf, buf_bytes, d->null_text);
		return buf;
	}
	if (!v->is_null && param_in_bytes(d)) {
		param_bytes_label(v->number, buf, buf_bytes);
		return buf;
	}
	param_text(d, v, buf, buf_bytes);
	if (!v->is_null && param_has_unit(d))
		text_append(buf, buf_bytes, " %s", d->unit);
	return buf;
}

bool param_equal(const struct param_desc *d, const struct param_value *a,
		 const struct param_value *b)
{
	if (a->is_null || b->is_null)
		return a->is_null == b->is_null;
	switch (d->kind) {
	case PARAM_REAL: return a->real == b->real;
	case PARAM_TEXT: return !strcmp(a->text, b->text);
	case PARAM_INT:
	case PARAM_BOOL:
	case PARAM_CHOICE: return a->number == b->number;
	}
	return false;
}
