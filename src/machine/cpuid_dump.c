/* SPDX-License-Identifier: MIT */
/*
 * A CPUID dump as a file: which lines belong to one logical CPU. Every line is looked
 * at by itself (cpuid_dump_line.c); text before, between and after the values is
 * skipped. A new CPU begins where a line names another one, and where a leaf that has
 * no subleaves comes a second time, whatever the head in front of it looks like: two
 * cores read as one would be a wrong picture.
 */
#include <errno.h>
#include <string.h>

#include "machine/cpuid_dump_line.h"
#include "tlblab/base/text.h"

enum { LINE_BYTES = 512, CORE_KIND_PERFORMANCE = 0x40 };

struct dump_reader {
	struct cpuid_dump *dumps;
	int n_dumps, cpu; /* cpu: as the section's head says, or -1 */
	struct cpuid_dump section;
};

/* The core kind of leaf 0x1A, 0 when the CPU is not hybrid. */
static uint32_t dump_core_kind(const struct cpuid_dump *d)
{
	struct cpuid_source source = cpuid_dump_source(d);
	struct cpuid_regs regs;

	source.read(source.self, 0x1a, 0, &regs);
	return regs.eax >> 24;
}

static void section_end(struct dump_reader *r)
{
	uint32_t kind = dump_core_kind(&r->section);

	if (r->section.n && (r->n_dumps == 0 || (r->n_dumps == 1 && kind &&
						 kind != dump_core_kind(&r->dumps[0]))))
		r->dumps[r->n_dumps++] = r->section;
	r->section.n = 0;
}

static uint32_t records_of(const struct cpuid_dump *d, uint32_t leaf)
{
	uint32_t n = 0;

	for (int i = 0; i < d->n; i++)
		n += d->records[i].leaf == leaf;
	return n;
}

/* Vendor and signature, the core kind and the extended range: asked once a CPU. */
static bool is_said_once(uint32_t leaf)
{
	return leaf == 0 || leaf == 1 || leaf == 0x1a || leaf == 0x80000000 ||
	       leaf == 0x80000001;
}

/* Older files leave the subleaf out and give a leaf's records in order. */
static int take_record(struct dump_reader *r, const struct dump_line *l)
{
	uint32_t subleaf = l->record.subleaf,
		 before = records_of(&r->section, l->record.leaf);

	if (before && is_said_once(l->record.leaf) && !subleaf) {
		section_end(r);
		before = 0;
	}
	if (!l->has_subleaf)
		subleaf = before;
	return cpuid_dump_put(&r->section, l->record.leaf, subleaf, &l->record.regs);
}

static int take_line(struct dump_reader *r, const char *line)
{
	struct dump_line l;

	dump_line_read(&l, line);
	switch (l.kind) {
	case DUMP_TEXT: return 0;
	case DUMP_HEAD:
		if (l.cpu != r->cpu && l.cpu >= 0)
			section_end(r);
		r->cpu = l.cpu;
		return 0;
	case DUMP_RECORD: return take_record(r, &l);
	case DUMP_BROKEN: return -EINVAL;
	}
	return 0;
}

/* Copies the next line, trimmed, and moves *text past it; false at the end. */
static bool next_line(const char **text, char line[LINE_BYTES])
{
	size_t length = strcspn(*text, "\r\n");
	size_t kept = length < LINE_BYTES - 1 ? length : LINE_BYTES - 1;
	char *start;

	if (!**text)
		return false;
	memcpy(line, *text, kept);
	line[kept] = '\0';
	start = text_trim(line);
	memmove(line, start, strlen(start) + 1);
	*text += length;
	*text += !strncmp(*text, "\r\n", 2) ? 2 : **text != '\0';
	return true;
}

static void performance_first(struct cpuid_dump dumps[2], struct cpuid_dump *spare)
{
	if (dump_core_kind(&dumps[1]) != CORE_KIND_PERFORMANCE)
		return;
	*spare = dumps[0];
	dumps[0] = dumps[1];
	dumps[1] = *spare;
}

int cpuid_dump_parse(const char *text, const char *name, struct cpuid_dump dumps[2],
		     int *n_dumps, struct error *error)
{
	struct dump_reader r = {.dumps = dumps, .cpu = -1};
	char line[LINE_BYTES], what[256] = "";

	*n_dumps = 0;
	for (int number = 1; next_line(&text, line); number++) {
		int err = take_line(&r, line);

		if (!err)
			continue;
		text_append(what, sizeof(what), "%.200s:%d", name, number);
		return error_set(error, ERROR_INPUT, EINVAL, what,
				 err == -ENOSPC ? "too many CPUID leaves for one CPU"
						: "not a line of CPUID values",
				 "give the dump as its tool wrote it");
	}
	section_end(&r);
	if (!r.n_dumps)
		return error_set(error, ERROR_INPUT, EINVAL, name,
				 "no CPUID values in it",
				 "give a raw dump of libcpuid, AIDA64, InstLatx64 or "
				 "cpuid -r");
	if (r.n_dumps == 2)
		performance_first(dumps, &r.section);
	*n_dumps = r.n_dumps;
	return 0;
}

/* UTF-16, with its byte order mark or without: every second byte of ASCII is 0. */
static bool is_utf16(const unsigned char *b, size_t bytes, int *low)
{
	if (bytes < 2)
		return false;
	*low = b[0] == 0xfe || !b[0];
	return (b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff) ||
	       (!b[0] != !b[1]);
}

void cpuid_dump_to_text(char *text, size_t bytes)
{
	unsigned char *b = (unsigned char *)text;
	size_t n = 0, i = 0;
	int low = 0;

	if (is_utf16(b, bytes, &low)) {
		for (i = b[0] >= 0xfe ? 2 : 0; i + 1 < bytes; i += 2)
			b[n++] = b[i + !low] || b[i + low] >= 0x80 ? '?' : b[i + low];
	} else {
		if (bytes >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf)
			i = 3;
		for (; i < bytes; i++)
			b[n++] = b[i];
	}
	for (i = 0; i < n; i++)
		b[i] = b[i] ? b[i] : ' ';
	b[n] = '\0';
}
