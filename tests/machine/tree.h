/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_MACHINE_TREE_H
#define TLBLAB_TESTS_MACHINE_TREE_H

/*
 * Trees of /sys and /proc for the tests, written in one small file each and expanded
 * into a scratch folder. A line is "path = content"; a path may hold one range
 * "{0-255}" or "{0-254:2}", and is then written once for each n in it, with "{}" in
 * the content standing for n, "{+k}" and "{-k}" for n + k and n - k, "{/k}" for n / k.
 * "\n" in the content is a new line; the last one is added.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/scratch.h"

enum { TREE_LINE_BYTES = 4096 };

static inline void tree_die(const char *what, const char *where)
{
	fprintf(stderr, "%s: %s\n", where, what);
	abort();
}

/* The length of a "{…}" at s and its value for n, or 0. */
static inline int tree_term(const char *s, int n, int *value)
{
	int k, length = 0;
	char op;

	*value = n;
	if (!strncmp(s, "{}", 2))
		return 2;
	if (sscanf(s, "{%c%d}%n", &op, &k, &length) != 2 || !length || !k)
		return 0;
	*value = op == '+' ? n + k : op == '-' ? n - k : n / k;
	return length;
}

static inline void tree_write(const struct scratch *s, const char *path,
			      const char *content, int n)
{
	char text[TREE_LINE_BYTES];
	size_t used = 0;

	while (*content && used + 16 < sizeof(text)) {
		int value, length = tree_term(content, n, &value);

		if (length) {
			used += (size_t)sprintf(text + used, "%d", value);
			content += length;
		} else if (!strncmp(content, "\\n", 2)) {
			text[used++] = '\n';
			content += 2;
		} else {
			text[used++] = *content++;
		}
	}
	text[used++] = '\n';
	scratch_write_bytes(s, path, text, used);
}

static inline void tree_write_line(const struct scratch *s, const char *path,
				   const char *content)
{
	const char *brace = strchr(path, '{');
	int first = 0, last = 0, stride = 1, length = 0;
	char one[256];

	if (brace &&
	    sscanf(brace, "{%d-%d:%d}%n", &first, &last, &stride, &length) != 3 &&
	    (sscanf(brace, "{%d-%d}%n", &first, &last, &length) != 2 || !length))
		tree_die("bad range", path);
	for (int n = first; n <= last; n += stride) {
		if (brace)
			snprintf(one, sizeof(one), "/%.*s%d%s", (int)(brace - path),
				 path, n, brace + length);
		else
			snprintf(one, sizeof(one), "/%.250s", path);
		tree_write(s, one, content, n);
	}
}

/* Expands tests/fixtures/machine/trees/NAME.tree; undone by scratch_remove. */
static inline void tree_make(struct scratch *s, const char *name)
{
	char path[256], line[TREE_LINE_BYTES];
	FILE *f;

	snprintf(path, sizeof(path), "tests/fixtures/machine/trees/%s.tree", name);
	f = fopen(path, "r");
	if (!f)
		tree_die("cannot open", path);
	scratch_make(s);
	while (fgets(line, sizeof(line), f)) {
		char *equals = strstr(line, " =");

		line[strcspn(line, "\n")] = '\0';
		if (*line == '#' || !*line)
			continue;
		if (!equals)
			tree_die("line without \" =\"", line);
		*equals = '\0';
		tree_write_line(s, line, equals + 2 + (equals[2] == ' '));
	}
	fclose(f);
}

#endif
