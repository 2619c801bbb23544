/* SPDX-License-Identifier: MIT */
/*
 * Three text forms of a CPUID dump, recognised line by line:
 *   basic_cpuid[2]=76036301 00f0b5ff 00000000 00c30000      libcpuid
 *   CPUID 00000018: 00000000-00080001-00000020-00004022 [SL 01]   AIDA64, InstLatx64
 *   0x00000018 0x01: eax=0x00000000 ebx=0x00080001 …        cpuid -r
 * A line that names a logical CPU starts a section; a line of dashes ends the values
 * (libcpuid's test files go on with what they expect). Other lines are skipped, but
 * one that begins like a record and is none is an error: half a dump read as a whole
 * one would be a wrong picture.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/machine/cpuid.h"

enum { LINE_BYTES = 256, RULE_DASHES = 20 };

#define HEX4 "%8" SCNx32 "%*1[- ]%8" SCNx32 "%*1[- ]%8" SCNx32 "%*1[- ]%8" SCNx32
#define EQ4  "eax=0x%8" SCNx32 " ebx=0x%8" SCNx32 " ecx=0x%8" SCNx32 " edx=0x%8" SCNx32

/* libcpuid's arrays: index is the leaf's offset or the subleaf. */
static const struct dump_array {
	const char *name;
	uint32_t leaf;
	bool index_is_subleaf;
} dump_arrays[] = {
	{"basic_cpuid[", 0, false},
	{"ext_cpuid[", 0x80000000, false},
	{"intel_fn4[", 4, true},
	{"intel_fn11[", 0xb, true},
	{"intel_fn12h[", 0x12, true},
	{"intel_fn14h[", 0x14, true},
	{"amd_fn8000001dh[", 0x8000001d, true},
	{"amd_fn80000026h[", 0x80000026, true},
};

struct dump_reader {
	struct cpuid_dump *dumps;
	int n_dumps;
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

static int put_libcpuid(struct dump_reader *r, const char *line)
{
	for (size_t i = 0; i < sizeof(dump_arrays) / sizeof(dump_arrays[0]); i++) {
		const struct dump_array *a = &dump_arrays[i];
		size_t length = strlen(a->name);
		struct cpuid_regs v;
		uint32_t index;

		if (strncmp(line, a->name, length) != 0)
			continue;
		if (sscanf(line + length, "%4" SCNu32 "]=" HEX4, &index, &v.eax, &v.ebx,
			   &v.ecx, &v.edx) != 5)
			return -EINVAL;
		if (a->index_is_subleaf)
			return cpuid_dump_put(&r->section, a->leaf, index, &v);
		return cpuid_dump_put(&r->section, a->leaf + index, 0, &v);
	}
	return 0;
}

/* Older files leave the subleaf out and give a leaf's records in order. */
static int put_aida(struct dump_reader *r, const char *line)
{
	const char *mark = strstr(line, "[SL ");
	struct cpuid_regs v;
	uint32_t leaf, subleaf;

	if (sscanf(line, "CPUID %8" SCNx32 ":" HEX4, &leaf, &v.eax, &v.ebx, &v.ecx,
		   &v.edx) != 5)
		return -EINVAL;
	subleaf = records_of(&r->section, leaf);
	if (mark && sscanf(mark, "[SL %4" SCNx32, &subleaf) != 1)
		return -EINVAL;
	return cpuid_dump_put(&r->section, leaf, subleaf, &v);
}

static int put_cpuid_r(struct dump_reader *r, const char *line)
{
	struct cpuid_regs v;
	uint32_t leaf, subleaf;

	if (sscanf(line, "0x%8" SCNx32 " 0x%4" SCNx32 ": " EQ4, &leaf, &subleaf, &v.eax,
		   &v.ebx, &v.ecx, &v.edx) != 6)
		return -EINVAL;
	return cpuid_dump_put(&r->section, leaf, subleaf, &v);
}

static int take_line(struct dump_reader *r, const char *line)
{
	if (strstr(line, "ogical CPU #") || !strncmp(line, "CPU:", 4) ||
	    !strncmp(line, "CPU ", 4)) {
		section_end(r);
		return 0;
	}
	if (!strncmp(line, "CPUID ", 6))
		return put_aida(r, line);
	if (!strncmp(line, "0x", 2))
		return put_cpuid_r(r, line);
	return put_libcpuid(r, line);
}

/* Copies the next line, trimmed, and moves *text past it; false at the end. */
static bool next_line(const char **text, char line[LINE_BYTES])
{
	size_t length = strcspn(*text, "\n");
	size_t kept = length < LINE_BYTES - 1 ? length : LINE_BYTES - 1;
	char *start;

	if (!**text)
		return false;
	memcpy(line, *text, kept);
	line[kept] = '\0';
	start = text_trim(line);
	memmove(line, start, strlen(start) + 1);
	*text += length + ((*text)[length] == '\n');
	return strspn(line, "-") < RULE_DASHES || line[strspn(line, "-")];
}

int cpuid_dump_parse(const char *text, const char *name, struct cpuid_dump dumps[2],
		     int *n_dumps, struct fault *fault)
{
	struct dump_reader r = {.dumps = dumps};
	char line[LINE_BYTES], what[256] = "";

	*n_dumps = 0;
	for (int number = 1; next_line(&text, line); number++) {
		int err = take_line(&r, line);

		if (!err)
			continue;
		text_append(what, sizeof(what), "%.200s:%d", name, number);
		return fault_set(fault, FAULT_INPUT, EINVAL, what,
				 err == -ENOSPC ? "too many CPUID leaves for one CPU"
						: "not a line of CPUID values",
				 "give the dump as its tool wrote it");
	}
	section_end(&r);
	if (!r.n_dumps)
		return fault_set(fault, FAULT_INPUT, EINVAL, name,
				 "no CPUID values in it",
				 "give a raw dump of libcpuid, AIDA64 or cpuid -r");
	*n_dumps = r.n_dumps;
	return 0;
}
