/* SPDX-License-Identifier: MIT */
/*
 * The format file has one line a field (Documentation/trace/events.rst):
 *	field:unsigned long pages;	offset:16;	size:8;	signed:0;
 * The name is the last word of the declaration, without an array's brackets.
 */
#include "tlblab/trace/tracepoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/file.h"

/* The number behind "key:" in the line; -1 when it is not there. */
static long number_after(const char *line, const char *line_end, const char *key)
{
	const char *at = strstr(line, key);

	return at && at < line_end ? strtol(at + strlen(key), NULL, 10) : -1;
}

/* The declared name is between the last blank and the ";" or "[" that ends it. */
static bool names_field(const char *declaration, const char *field)
{
	const char *end = declaration + strcspn(declaration, ";[\n");
	const char *begin = end;

	while (begin > declaration && begin[-1] != ' ' && begin[-1] != '*')
		begin--;
	return (size_t)(end - begin) == strlen(field) &&
	       memcmp(begin, field, strlen(field)) == 0;
}

static void parse_field(const char *line, const char *const *fields, int n,
			struct tracepoint *out)
{
	const char *end = line + strcspn(line, "\n");
	long offset = number_after(line, end, "offset:");
	long bytes = number_after(line, end, "size:");

	if (offset < 0 || bytes <= 0 || offset > INT16_MAX || bytes > INT16_MAX)
		return;
	for (int i = 0; i < n; i++)
		if (names_field(line, fields[i]))
			out->field[i] = (struct tracepoint_field){
				.offset = (int)offset,
				.bytes = (int)bytes,
				.is_signed = number_after(line, end, "signed:") == 1,
			};
}

int tracepoint_parse(const char *format, const char *const *fields, int n,
		     struct tracepoint *out)
{
	memset(out, 0, sizeof(*out));
	if (n > TRACEPOINT_FIELDS)
		n = TRACEPOINT_FIELDS;
	for (const char *line = format; *line;) {
		const char *text = line + strspn(line, " \t");

		if (strncmp(text, "ID:", 3) == 0)
			out->id = strtoull(text + 3, NULL, 10);
		else if (strncmp(text, "field:", 6) == 0)
			parse_field(text + 6, fields, n, out);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return out->id ? 0 : -EINVAL;
}

int tracepoint_find(const char *root, const char *event, const char *const *fields,
		    int n, struct tracepoint *out)
{
	static const char *const folders[] = {"/sys/kernel/tracing",
					      "/sys/kernel/debug/tracing"};
	int err = -ENOENT;

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < 2; i++) {
		char path[192], *text = NULL;
		size_t bytes;
		int here;

		snprintf(path, sizeof(path), "%s/events/%s/format", folders[i], event);
		here = file_read_all(root, path, &text, &bytes);
		if (!here) {
			here = tracepoint_parse(text, fields, n, out);
			free(text);
			return here;
		}
		/* A refusal says more than an absence. */
		if (here != -ENOENT || err == -ENOENT)
			err = here;
	}
	return err;
}

bool tracepoint_value(const struct tracepoint_field *f, const void *raw,
		      size_t raw_bytes, int64_t *out)
{
	const unsigned char *at = (const unsigned char *)raw + f->offset;
	uint64_t value = 0;

	*out = 0;
	if (f->bytes <= 0 || f->bytes > 8 || f->offset < 0 ||
	    (size_t)f->offset + (size_t)f->bytes > raw_bytes)
		return false;
	memcpy(&value, at, (size_t)f->bytes); /* x86: the low bytes come first */
	if (f->is_signed && f->bytes < 8 && value >> (f->bytes * 8 - 1))
		value |= ~UINT64_C(0) << (f->bytes * 8);
	*out = (int64_t)value;
	return true;
}
