/* SPDX-License-Identifier: MIT */
/*
 * One line of a CPUID dump. A record is a leaf, perhaps a subleaf, and four values:
 *   basic_cpuid[2]=76036301 00f0b5ff 00000000 00c30000            libcpuid
 *   CPUID 00000018: 00000000-00080001-00000020-00004022 [SL 01]   AIDA64, InstLatx64
 *   CPUID 00000018       00000000-00080001-00000020-00004022      AIDA64's report
 *   CPUID 00000018:01 = 00000000 00080001 00000020 00004022       others
 *   0x00000018 0x01: eax=0x00000000 ebx=0x00080001 ...            cpuid -r
 * Every number is hexadecimal with or without 0x in front or h behind, but libcpuid's
 * indices. A line that only begins like a record is broken: half a dump read as a
 * whole one would be a wrong picture.
 */
#include "machine/cpuid_dump_line.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LEAF_DIGITS = 8, SUBLEAF_DIGITS = 4, REGISTERS = 4, NUMBERS_MAX = 5 };

struct hex_word {
	uint32_t value;
	int digits;
	bool prefixed; /* with 0x */
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* A hexadecimal number that is a whole word, at s; returns what follows it, or NULL. */
static const char *hex_read(const char *s, struct hex_word *out)
{
	char digits[LEAF_DIGITS + 1];
	int n = 0;

	out->prefixed = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	s += out->prefixed ? 2 : 0;
	for (; isxdigit((unsigned char)*s) && n < LEAF_DIGITS; s++)
		digits[n++] = *s;
	digits[n] = '\0';
	if (*s == 'h' || *s == 'H')
		s++;
	if (!n || is_word(*s))
		return NULL;
	out->value = (uint32_t)strtoul(digits, NULL, 16);
	out->digits = n;
	return s;
}

/* The numbers from s on, as far as nothing else stands between them; *end is behind the
 * last and marks[i] tells whether a colon or "=" stands behind number i. */
static int hex_row(const char *s, struct hex_word row[NUMBERS_MAX],
		   bool marks[NUMBERS_MAX], const char *ends[NUMBERS_MAX])
{
	for (int n = 0;; n++) {
		const char *from = s + strspn(s, " \t:=-,;|./([)]"), *end;

		if (n)
			marks[n - 1] = memchr(s, ':', (size_t)(from - s)) ||
				       memchr(s, '=', (size_t)(from - s));
		if (n == NUMBERS_MAX)
			return n;
		end = hex_read(from, &row[n]);
		if (!end)
			return n;
		ends[n] = s = end;
	}
}

/* "[SL 01]", "(ECX=1)", "subleaf 1" behind the values. */
static bool read_mark(const char *s, uint32_t *subleaf)
{
	static const char *const marks[] = {"[SL", "(SL", "[ECX", "(ECX", "sub"};

	for (; *s; s++)
		for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
			const char *at = s + strlen(marks[i]);
			struct hex_word number;

			if (strncasecmp(s, marks[i], strlen(marks[i])))
				continue;
			at += !strncasecmp(at, "-leaf", 5)  ? 5
			      : !strncasecmp(at, "leaf", 4) ? 4
							    : 0;
			at += strspn(at, " \t=:#");
			if (!hex_read(at, &number))
				return false;
			*subleaf = number.value;
			return true;
		}
	return true;
}

static bool has_mark(const char *s)
{
	uint32_t none = UINT32_MAX;

	return !read_mark(s, &none) || none != UINT32_MAX;
}

static void set_registers(struct cpuid_regs *r, const struct hex_word row[REGISTERS])
{
	*r = (struct cpuid_regs){row[0].value, row[1].value, row[2].value,
				 row[3].value};
}

/* "(SL 01)" between a leaf and its values: returns what follows it, s where there is
 * none. */
static const char *skip_mark(struct dump_line *l, const char *s)
{
	const char *open = s + strspn(s, " \t:"), *close;

	if (*open != '(' && *open != '[')
		return s;
	close = strpbrk(open, ")]");
	if (!close || !has_mark(open) || !read_mark(open, &l->record.subleaf))
		return s;
	l->has_subleaf = true;
	return close + 1;
}

/* Leaf and values in columns. Without the word CPUID in front, only numbers that are
 * written in full are taken for values. */
static void read_columns(struct dump_line *l, const char *s, bool named)
{
	struct hex_word leaf, row[NUMBERS_MAX];
	bool marks[NUMBERS_MAX] = {false};
	const char *ends[NUMBERS_MAX], *rest = hex_read(s, &leaf);
	bool sure = rest && (leaf.digits == LEAF_DIGITS || leaf.prefixed);
	int n, first;

	if (!rest || (!named && !sure))
		return;
	l->record.leaf = leaf.value;
	n = hex_row(skip_mark(l, rest), row, marks, ends);
	first = n > REGISTERS && row[0].digits <= SUBLEAF_DIGITS &&
		(marks[0] || row[1].digits == LEAF_DIGITS);
	for (int i = first; !named && i < n && i < first + REGISTERS; i++)
		sure &= row[i].digits == LEAF_DIGITS;
	if (n < first + REGISTERS || (!named && !sure)) {
		l->kind = named && sure ? DUMP_BROKEN : DUMP_TEXT;
		return;
	}
	l->kind = DUMP_RECORD;
	set_registers(&l->record.regs, &row[first]);
	rest = ends[first + REGISTERS - 1];
	if (first)
		l->record.subleaf = row[0].value;
	else if (has_mark(rest) && !read_mark(rest, &l->record.subleaf))
		l->kind = DUMP_BROKEN;
	l->has_subleaf |= first || has_mark(rest);
}

/* "name = value" with name a whole word, from s on; NULL when it is not there. */
static const char *find_named(const char *s, const char *name)
{
	for (; *s; s++)
		if (!strncasecmp(s, name, strlen(name)) && !is_word(s[strlen(name)]))
			return s;
	return NULL;
}

static bool read_named(const char *s, const char *name, uint32_t *out)
{
	const char *at = find_named(s, name);
	struct hex_word number;

	if (!at)
		return false;
	at += strlen(name);
	at += strspn(at, " \t=:");
	if (!hex_read(at, &number))
		return false;
	*out = number.value;
	return true;
}

/* The last "eax": one before it may be the question, as in "(eax=4, ecx=1): eax=...".
 */
static const char *find_answer(const char *line)
{
	const char *at = find_named(line, "eax"), *next;

	while (at && (next = find_named(at + 1, "eax")))
		at = next;
	return at;
}

/* Values by name; in front of them the leaf and perhaps the subleaf. */
static bool read_equations(struct dump_line *l, const char *line)
{
	const char *answer = find_answer(line);
	struct cpuid_regs *r = &l->record.regs;
	struct hex_word number;
	int n = 0;

	if (!answer)
		return false;
	for (const char *s = line; s < answer;) {
		const char *end = hex_read(s, &number);

		if (end && end <= answer) {
			if (n < 2)
				*(n ? &l->record.subleaf : &l->record.leaf) =
					number.value;
			n++;
			s = end;
		}
		while (s < answer && is_word(*s))
			s++;
		while (s < answer && !is_word(*s))
			s++;
	}
	if (!n || n > 2)
		return false;
	l->has_subleaf = n == 2;
	l->kind = read_named(answer, "eax", &r->eax) &&
				  read_named(answer, "ebx", &r->ebx) &&
				  read_named(answer, "ecx", &r->ecx) &&
				  read_named(answer, "edx", &r->edx)
			  ? DUMP_RECORD
			  : DUMP_BROKEN;
	return true;
}

/* libcpuid's arrays: the index is the leaf's offset or, "intel_fn11[" and
 * "amd_fn8000001dh[", the subleaf of the leaf in the name. */
static bool read_array(struct dump_line *l, const char *line)
{
	const char *bracket = strchr(line, '['), *fn = strstr(line, "_fn");
	bool basic = !strncmp(line, "basic_cpuid[", 12),
	     extended = !strncmp(line, "ext_cpuid[", 10);
	struct hex_word row[NUMBERS_MAX];
	bool marks[NUMBERS_MAX];
	const char *ends[NUMBERS_MAX];
	unsigned long index;
	char *end;

	if (!bracket || (!basic && !extended && (!fn || fn > bracket)))
		return false;
	if (!basic && !extended && strncmp(line, "intel_fn", 8) &&
	    strncmp(line, "amd_fn", 6))
		return false;
	l->kind = DUMP_BROKEN;
	index = strtoul(bracket + 1, &end, 10);
	if (end == bracket + 1 || strncmp(end, "]=", 2) || index > 9999 ||
	    hex_row(end + 2, row, marks, ends) < REGISTERS)
		return true;
	l->kind = DUMP_RECORD;
	l->has_subleaf = true;
	set_registers(&l->record.regs, row);
	l->record.leaf = (uint32_t)index + (extended ? 0x80000000u : 0);
	if (!basic && !extended) {
		l->record.leaf =
			(uint32_t)strtoul(fn + 3, NULL, bracket[-1] == 'h' ? 16 : 10);
		l->record.subleaf = (uint32_t)index;
	}
	return true;
}

/* "CPU 0:", "CPU#000 AffMask: ...", "------[ Logical CPU #0 ]------", "Registers (CPU
 * #1 Virtual):"; "CPU:" is the only one of its file. */
static bool read_head(struct dump_line *l, const char *line)
{
	for (const char *s = line; (s = find_named(s, "cpu")); s += 3) {
		const char *number = s + 3 + strspn(s + 3, " \t#");
		char *end;

		if (s > line && is_word(s[-1]))
			continue;
		if (!strcmp(s, "CPU:") && s == line) {
			l->cpu = -1;
			return true;
		}
		if (!isdigit((unsigned char)*number))
			continue;
		l->cpu = (int)(strtoul(number, &end, 10) & 0xffff);
		return !is_word(*end);
	}
	return false;
}

void dump_line_read(struct dump_line *l, const char *line)
{
	*l = (struct dump_line){.kind = DUMP_TEXT, .cpu = -1};
	line += strspn(line, " \t/>*#|");
	if (!strncasecmp(line, "CPUID", 5) && !is_word(line[5])) {
		if (!read_equations(l, line))
			read_columns(l, line + 5 + strspn(line + 5, " \t:.(["), true);
	} else if (!read_array(l, line) && !read_equations(l, line)) {
		read_columns(l, line, false);
	}
	if (l->kind == DUMP_TEXT && read_head(l, line))
		l->kind = DUMP_HEAD;
}
