/* SPDX-License-Identifier: MIT */
#include "commands/file_names.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"

/* What is shown of the part that two names share, before the one that differs. */
enum { CONTEXT_CELLS = 3 };

static bool is_lead(char byte)
{
	return (byte & 0xC0) != 0x80;
}

/* The byte at which the n-th character begins; the end when there are fewer. */
static size_t byte_of(const char *text, int n)
{
	size_t i = 0;

	for (; text[i]; i++)
		if (is_lead(text[i]) && n-- <= 0)
			break;
	return i;
}

/* So many characters from the first on, with what is cut off before or after marked. */
static void window(const char *text, int first, int cells, char *out, size_t bytes)
{
	int all = utf8_text_columns(text);

	if (all <= cells) {
		text_copy(out, bytes, text);
		return;
	}
	if (first > all - cells)
		first = all - cells;
	bool before = first > 0, after = first + cells < all;
	size_t from = byte_of(text, first + before);
	size_t to = byte_of(text, first + cells - after);

	snprintf(out, bytes, "%s%.*s%s", before ? "…" : "", (int)(to - from),
		 text + from, after ? "…" : "");
}

/* Characters that both begin with. */
static int shared_cells(const char *a, const char *b)
{
	int n = 0;
	size_t i = 0;

	for (; a[i] && a[i] == b[i]; i++)
		n += is_lead(a[i]);
	/* The bytes of one character may differ late. */
	return n > 0 && (!is_lead(a[i]) || !is_lead(b[i])) ? n - 1 : n;
}

void file_names_shorten(const char *a, const char *b, int cells, char *short_a,
			char *short_b, size_t bytes)
{
	int shared = shared_cells(a, b);
	int first = shared > CONTEXT_CELLS ? shared - CONTEXT_CELLS : 0;

	/* Without a difference the end says more: it is the file's own name. */
	if (!strcmp(a, b))
		first = utf8_text_columns(a);
	window(a, first, cells, short_a, bytes);
	window(b, first, cells, short_b, bytes);
}
