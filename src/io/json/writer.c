/* SPDX-License-Identifier: MIT */
#include "tlblab/io/json_writer.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/utf8.h"

void json_writer_init(struct json_writer *w, enum json_style style)
{
	*w = (struct json_writer){.style = style, .one_line_depth = JSON_WRITER_DEPTH};
}

void json_writer_fini(struct json_writer *w)
{
	buffer_free(&w->out);
}

static void json_fail(struct json_writer *w)
{
	if (!w->out.error)
		w->out.error = -EINVAL;
}

char *json_writer_take(struct json_writer *w, size_t *bytes)
{
	if (w->depth || w->after_key)
		json_fail(w);
	buffer_put_char(&w->out, '\n');
	return buffer_take(&w->out, bytes);
}

static bool json_in_array(const struct json_writer *w)
{
	return w->in_array >> w->depth & 1;
}

static void json_break_line(struct json_writer *w, int depth)
{
	if (w->style == JSON_COMPACT)
		return;
	if (w->depth > w->one_line_depth)
		return;
	buffer_put_char(&w->out, '\n');
	for (int i = 0; i < depth; i++)
		buffer_put(&w->out, "  ", 2);
}

/* The comma and the line break before the next member of the present level. */
static void json_separate(struct json_writer *w)
{
	uint64_t level = UINT64_C(1) << w->depth;

	if (w->has_members & level) {
		buffer_put_char(&w->out, ',');
		if (w->style == JSON_PRETTY && w->depth > w->one_line_depth)
			buffer_put_char(&w->out, ' ');
	}
	w->has_members |= level;
	json_break_line(w, w->depth);
}

static void json_before_value(struct json_writer *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->depth == 0) {
		if (w->has_members & 1)
			json_fail(w);
		w->has_members |= 1;
		return;
	}
	if (!json_in_array(w))
		json_fail(w);
	json_separate(w);
}

static void json_begin(struct json_writer *w, bool array, bool one_line)
{
	uint64_t level;

	json_before_value(w);
	buffer_put_char(&w->out, array ? '[' : '{');
	if (w->depth + 1 >= JSON_WRITER_DEPTH) {
		json_fail(w);
		return;
	}
	if (one_line && w->depth < w->one_line_depth)
		w->one_line_depth = w->depth;
	level = UINT64_C(1) << ++w->depth;
	w->has_members &= ~level;
	w->in_array = array ? w->in_array | level : w->in_array & ~level;
}

static void json_end(struct json_writer *w, bool array)
{
	bool had;

	if (w->depth == 0 || json_in_array(w) != array || w->after_key) {
		json_fail(w);
		return;
	}
	had = w->has_members >> w->depth & 1;
	if (had)
		json_break_line(w, w->depth - 1);
	buffer_put_char(&w->out, array ? ']' : '}');
	w->depth--;
	if (w->depth == w->one_line_depth)
		w->one_line_depth = JSON_WRITER_DEPTH;
}

void json_begin_object(struct json_writer *w)
{
	json_begin(w, false, false);
}

void json_begin_line_object(struct json_writer *w)
{
	json_begin(w, false, true);
}

void json_end_object(struct json_writer *w)
{
	json_end(w, false);
}

void json_begin_array(struct json_writer *w)
{
	json_begin(w, true, false);
}

void json_begin_line_array(struct json_writer *w)
{
	json_begin(w, true, true);
}

void json_end_array(struct json_writer *w)
{
	json_end(w, true);
}

static void json_quoted(struct json_writer *w, const char *text)
{
	const char *run = text, *end = text + strlen(text);

	buffer_put_char(&w->out, '"');
	while (text < end) {
		size_t n = utf8_length(text, (size_t)(end - text));
		unsigned char c = (unsigned char)*text;
		char escape[8];

		if (n && c >= ' ' && c != '"' && c != '\\') {
			text += n;
			continue;
		}
		buffer_put(&w->out, run, (size_t)(text - run));
		if (!n)
			buffer_put_text(&w->out, "\xef\xbf\xbd");
		else if (c == '"' || c == '\\')
			buffer_put(&w->out, (char[]){'\\', (char)c}, 2);
		else if (c == '\n')
			buffer_put_text(&w->out, "\\n");
		else if (c == '\t')
			buffer_put_text(&w->out, "\\t");
		else {
			snprintf(escape, sizeof(escape), "\\u%04x", c);
			buffer_put_text(&w->out, escape);
		}
		run = ++text;
	}
	buffer_put(&w->out, run, (size_t)(end - run));
	buffer_put_char(&w->out, '"');
}

void json_key(struct json_writer *w, const char *key)
{
	if (w->depth == 0 || json_in_array(w) || w->after_key) {
		json_fail(w);
		return;
	}
	json_separate(w);
	json_quoted(w, key);
	buffer_put_char(&w->out, ':');
	if (w->style == JSON_PRETTY)
		buffer_put_char(&w->out, ' ');
	w->after_key = true;
}

void json_string(struct json_writer *w, const char *text)
{
	if (!text) {
		json_null(w);
		return;
	}
	json_before_value(w);
	json_quoted(w, text);
}

/* Decimal digits of value, written backwards from end; returns the first. */
static char *json_digits(char *end, uint64_t value)
{
	do {
		*--end = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	return end;
}

size_t json_number_text(char *buf, double value)
{
	size_t n = 0;

	buf[0] = '\0';
	if (!isfinite(value))
		return 0;
	if (fabs(value) < 9007199254740992.0 && value == trunc(value)) {
		/* A whole number, as most of them are: no need of printf. */
		char digits[24], *end = digits + sizeof(digits);
		char *first = json_digits(end, (uint64_t)fabs(value));

		if (value < 0)
			*--first = '-';
		n = (size_t)(end - first);
		memcpy(buf, first, n);
		buf[n] = '\0';
		return n;
	}
	for (int digits = 15; digits <= 17; digits++) {
		n = (size_t)snprintf(buf, JSON_NUMBER_BYTES, "%.*g", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	/* A locale's decimal sign, which may be several bytes, becomes a point. */
	size_t kept = 0;
	bool foreign = false;

	for (size_t i = 0; i < n; i++) {
		bool ours = strchr("0123456789+-.e", buf[i]) != NULL;

		if (ours)
			buf[kept++] = buf[i];
		else if (!foreign)
			buf[kept++] = '.';
		foreign = !ours;
	}
	buf[kept] = '\0';
	return kept;
}

void json_number(struct json_writer *w, double value)
{
	char text[JSON_NUMBER_BYTES];
	size_t n = json_number_text(text, value);

	if (!n) {
		json_null(w);
		return;
	}
	json_before_value(w);
	buffer_put(&w->out, text, n);
}

void json_uint(struct json_writer *w, uint64_t value)
{
	char digits[24], *end = digits + sizeof(digits);
	char *first = json_digits(end, value);

	json_before_value(w);
	buffer_put(&w->out, first, (size_t)(end - first));
}

void json_int(struct json_writer *w, int64_t value)
{
	char digits[24], *end = digits + sizeof(digits);
	uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char *first = json_digits(end, size);

	if (value < 0)
		*--first = '-';
	json_before_value(w);
	buffer_put(&w->out, first, (size_t)(end - first));
}

void json_bool(struct json_writer *w, bool value)
{
	json_before_value(w);
	buffer_put_text(&w->out, value ? "true" : "false");
}

void json_null(struct json_writer *w)
{
	json_before_value(w);
	buffer_put_text(&w->out, "null");
}

void json_put_string(struct json_writer *w, const char *key, const char *text)
{
	json_key(w, key);
	json_string(w, text);
}

void json_put_number(struct json_writer *w, const char *key, double value)
{
	json_key(w, key);
	json_number(w, value);
}

void json_put_int(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_int(w, value);
}

void json_put_uint(struct json_writer *w, const char *key, uint64_t value)
{
	json_key(w, key);
	json_uint(w, value);
}

void json_put_bool(struct json_writer *w, const char *key, bool value)
{
	json_key(w, key);
	json_bool(w, value);
}

void json_put_null(struct json_writer *w, const char *key)
{
	json_key(w, key);
	json_null(w);
}

void json_put_known(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	if (value < 0)
		json_null(w);
	else
		json_int(w, value);
}
