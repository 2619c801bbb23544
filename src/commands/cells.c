/* SPDX-License-Identifier: MIT */
#include "commands/cells.h"

#include "tlblab/draw/utf8.h"

static void pad(FILE *out, const char *text, int columns)
{
	int n = columns - utf8_text_columns(text);

	fprintf(out, "%*s", n > 0 ? n : 0, "");
}

void cell_left(FILE *out, const char *text, int columns)
{
	fputs(text, out);
	pad(out, text, columns);
}

void cell_right(FILE *out, const char *text, int columns)
{
	pad(out, text, columns);
	fputs(text, out);
}
