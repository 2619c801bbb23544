/* SPDX-License-Identifier: MIT */
#include "machine/facts.h"

#include <stdlib.h>
#include <string.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

/* text_copy that shows where it had to cut. */
static void copy_shown(char *dst, size_t bytes, const char *src)
{
	static const char cut[] = "…";

	if (!text_copy(dst, bytes, src)) {
		text_copy(dst, bytes - (sizeof(cut) - 1), src);
		text_append(dst, bytes, cut);
	}
}

void fact_add(struct fact_list *l, const char *key, const char *value,
	      const char *source)
{
	struct fact *f;

	if (*l->n == FACT_MAX)
		return;
	f = &l->facts[(*l->n)++];
	copy_shown(f->key, sizeof(f->key), key);
	copy_shown(f->value, sizeof(f->value), value);
	copy_shown(f->source, sizeof(f->source), source);
}

/* The whole file, trimmed and on one line; NULL when it is missing or says nothing. */
static char *read_line(const struct fact_list *l, const char *path)
{
	char *text, *start;

	if (file_read_all(l->root, path, &text, NULL))
		return NULL;
	for (char *c = text; (c = strpbrk(c, "\n\t")); c++)
		*c = ' ';
	start = text_trim(text);
	memmove(text, start, strlen(start) + 1);
	if (*text && strcmp(text, "(null)"))
		return text;
	free(text);
	return NULL;
}

void fact_add_file(struct fact_list *l, const char *key, const char *path)
{
	char *text = read_line(l, path);

	if (text)
		fact_add(l, key, text, path);
	free(text);
}

void fact_add_choice(struct fact_list *l, const char *key, const char *path)
{
	char *text = read_line(l, path), *open = text ? strchr(text, '[') : NULL;
	char *close = open ? strchr(open, ']') : NULL;

	if (close)
		*close = '\0';
	if (text)
		fact_add(l, key, close ? open + 1 : text, path);
	free(text);
}
