/* SPDX-License-Identifier: MIT */
/*
 * /proc/kallsyms: "ffffffff81000000 T _stext [module]" a line. Only text symbols are
 * kept. Names of one address are aliases: the first in the file is kept, the order of
 * which is the kernel's own preference (kernel/kallsyms.c, get_symbol_pos).
 */
#include "tlblab/trace/symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/file.h"

/* Past the last function of the kernel or of a module an address is not inside it. */
#define FUNCTION_MAX_BYTES (UINT64_C(1) << 20)

struct symbol {
	uint64_t address;
	uint32_t name; /* offset in names */
	uint32_t line; /* keeps the order of the file */
};

struct kernel_symbols {
	size_t n;
	struct symbol *symbol; /* by address */
	char *names;
};

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* One line into a symbol; 0 when it is none to keep. */
static int parse_line(const char *line, size_t length, uint64_t *address,
		      const char **name, size_t *name_bytes)
{
	size_t at = 0, digits = 0;

	*address = 0;
	for (; at < length && digits < 16; at++, digits++) {
		char c = line[at];
		unsigned int digit = c >= '0' && c <= '9' ? (unsigned int)(c - '0')
				     : c >= 'a' && c <= 'f'
					     ? (unsigned int)(c - 'a' + 10)
					     : 16;

		if (digit > 15)
			break;
		*address = *address << 4 | digit;
	}
	if (!digits || at + 3 >= length || line[at] != ' ' || line[at + 2] != ' ')
		return 0;
	if (!strchr("tTwW", line[at + 1]))
		return 0;
	*name = line + at + 3;
	*name_bytes = 0;
	while (at + 3 + *name_bytes < length && (*name)[*name_bytes] != '\t' &&
	       (*name)[*name_bytes] != ' ')
		(*name_bytes)++;
	return *name_bytes > 0;
}

static void drop_aliases(struct kernel_symbols *s)
{
	size_t kept = 0;

	qsort(s->symbol, s->n, sizeof(*s->symbol), by_address);
	for (size_t i = 0; i < s->n; i++)
		if (kept == 0 || s->symbol[kept - 1].address != s->symbol[i].address)
			s->symbol[kept++] = s->symbol[i];
	s->n = kept;
}

static size_t count_lines(const char *text, size_t bytes)
{
	size_t n = 1;

	for (size_t i = 0; i < bytes; i++)
		n += text[i] == '\n';
	return n;
}

/* Every line that is a function; names never need more than the text has. */
static void parse_lines(struct kernel_symbols *s, const char *text, size_t bytes)
{
	size_t used = 0;
	uint32_t line_number = 0;

	for (size_t at = 0; at < bytes; line_number++) {
		const char *end = memchr(text + at, '\n', bytes - at), *name;
		size_t length = end ? (size_t)(end - text) - at : bytes - at,
		       name_bytes;
		uint64_t address;

		if (parse_line(text + at, length, &address, &name, &name_bytes) &&
		    address) {
			memcpy(s->names + used, name, name_bytes);
			s->names[used + name_bytes] = '\0';
			s->symbol[s->n++] =
				(struct symbol){address, (uint32_t)used, line_number};
			used += name_bytes + 1;
		}
		at += length + 1;
	}
}

int kernel_symbols_parse(struct kernel_symbols **out, const char *text, size_t bytes)
{
	struct kernel_symbols *s = calloc(1, sizeof(*s));

	if (s) {
		s->symbol = malloc(count_lines(text, bytes) * sizeof(*s->symbol));
		s->names = malloc(bytes + 1);
	}
	if (!s || !s->symbol || !s->names || bytes > UINT32_MAX) {
		kernel_symbols_free(s);
		return -ENOMEM;
	}
	parse_lines(s, text, bytes);
	if (s->n == 0) {
		kernel_symbols_free(s);
		return -EACCES;
	}
	drop_aliases(s);
	*out = s;
	return 0;
}

int kernel_symbols_load(struct kernel_symbols **out, const char *root)
{
	char *text = NULL;
	size_t bytes;
	int err = file_read_all(root, "/proc/kallsyms", &text, &bytes);

	if (!err)
		err = kernel_symbols_parse(out, text, bytes);
	free(text);
	return err;
}

void kernel_symbols_free(struct kernel_symbols *s)
{
	if (!s)
		return;
	free(s->symbol);
	free(s->names);
	free(s);
}

const char *kernel_symbols_name(const struct kernel_symbols *s, uint64_t address,
				uint64_t *offset)
{
	size_t low = 0, high = s ? s->n : 0;

	while (low < high) { /* the first beyond the address */
		size_t middle = low + (high - low) / 2;

		if (s->symbol[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || address - s->symbol[low - 1].address > FUNCTION_MAX_BYTES)
		return NULL;
	if (offset)
		*offset = address - s->symbol[low - 1].address;
	return s->names + s->symbol[low - 1].name;
}

uint64_t kernel_symbols_address(const struct kernel_symbols *s, const char *name)
{
	for (size_t i = 0; s && i < s->n; i++)
		if (strcmp(s->names + s->symbol[i].name, name) == 0)
			return s->symbol[i].address;
	return 0;
}
