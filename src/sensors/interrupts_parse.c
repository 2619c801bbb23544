/* SPDX-License-Identifier: MIT */
/*
 * The parser works on one pass of memchr for line ends: a machine of 512 CPUs prints
 * megabytes of rows, of which one is wanted. Counts are unsigned int in the kernel and
 * are taken modulo 2^32; a row may end in words or in nothing.
 */
#include "sensors/interrupts_parse.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int interrupts_parse_header(const char *text, size_t bytes, int *column_cpu, int max)
{
	const char *end = memchr(text, '\n', bytes);
	const char *p = text;
	int n = 0;

	if (!end)
		return -EINVAL;
	for (p = skip_blanks(p, end); p < end; p = skip_blanks(p, end)) {
		int id = 0;

		if (end - p < 4 || memcmp(p, "CPU", 3) || !is_digit(p[3]))
			return -EINVAL;
		for (p += 3; p < end && is_digit(*p); p++) {
			if (id > 1000000)
				return -EINVAL;
			id = id * 10 + (*p - '0');
		}
		if (n == max)
			return -ERANGE;
		column_cpu[n++] = id;
	}
	return n ? n : -EINVAL;
}

/* Past the label, or NULL when the line does not begin with it. */
static const char *match_label(const char *line, const char *end, const char *label)
{
	size_t label_bytes = strlen(label);

	line = skip_blanks(line, end);
	if ((size_t)(end - line) < label_bytes || memcmp(line, label, label_bytes))
		return NULL;
	return line + label_bytes;
}

int interrupts_find_row(const char *text, size_t bytes, const char *label,
			size_t *offset)
{
	const char *end = text + bytes;
	size_t hint = *offset;

	if (hint && hint < bytes && text[hint - 1] == '\n' &&
	    match_label(text + hint, end, label))
		return 0;
	for (const char *line = text; line < end; line++) {
		if (match_label(line, end, label)) {
			*offset = (size_t)(line - text);
			return 0;
		}
		line = memchr(line, '\n', (size_t)(end - line));
		if (!line)
			break;
	}
	return -ENOENT;
}

int interrupts_parse_row(const char *text, size_t bytes, const char *label,
			 uint32_t *count, int max)
{
	const char *end = memchr(text, '\n', bytes);
	const char *p;
	int n = 0;

	if (!end)
		return -EAGAIN;
	p = match_label(text, end, label);
	if (!p)
		return -EINVAL;
	for (p = skip_blanks(p, end); p < end && n < max; p = skip_blanks(p, end)) {
		const char *word = p;
		uint32_t value = 0;

		while (p < end && is_digit(*p))
			value = value * 10u + (uint32_t)(*p++ - '0');
		/* "3-edge" or "TLB shootdowns": the counts are over. */
		if (p == word || (p < end && *p != ' ' && *p != '\t'))
			break;
		count[n++] = value;
	}
	return n;
}
