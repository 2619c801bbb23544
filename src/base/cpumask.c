/* SPDX-License-Identifier: MIT */
/*
 * Sets of CPUs and the kernel's list form of them (lib/bitmap-str.c,
 * bitmap_parselist): ranges, and ranges of groups "first-last:used/group", of which
 * the first `used` CPUs of every `group` are meant. "first-last:stride" is the form
 * taskset knows. Its mask form (lib/vsprintf.c, bitmap_string) is words of 32 CPUs.
 */
#include "tlblab/base/cpumask.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { WORD_BITS = 64 };

struct cpu_range {
	unsigned int first, last, used, group;
};

void cpumask_clear(struct cpumask *m)
{
	memset(m, 0, sizeof(*m));
}

void cpumask_set(struct cpumask *m, int cpu)
{
	if (cpu >= 0 && cpu < CPUMASK_MAX_CPUS)
		m->bits[cpu / WORD_BITS] |= UINT64_C(1) << (cpu % WORD_BITS);
}

bool cpumask_has(const struct cpumask *m, int cpu)
{
	return cpu >= 0 && cpu < CPUMASK_MAX_CPUS &&
	       (m->bits[cpu / WORD_BITS] >> (cpu % WORD_BITS) & 1);
}

int cpumask_count(const struct cpumask *m)
{
	int n = 0;

	for (int i = 0; i < CPUMASK_MAX_CPUS / WORD_BITS; i++)
		n += __builtin_popcountll(m->bits[i]);
	return n;
}

int cpumask_next(const struct cpumask *m, int after)
{
	int cpu = after < 0 ? 0 : after + 1;

	while (cpu < CPUMASK_MAX_CPUS) {
		uint64_t rest = m->bits[cpu / WORD_BITS] >> (cpu % WORD_BITS);

		if (rest)
			return cpu + __builtin_ctzll(rest);
		cpu = (cpu / WORD_BITS + 1) * WORD_BITS;
	}
	return -1;
}

/* A number at *s, which moves past it. Too large ones saturate: they are -ERANGE. */
static int cpumask_parse_number(const char **s, unsigned int *out)
{
	unsigned int n = 0;

	if (!isdigit((unsigned char)**s))
		return -EINVAL;
	for (; isdigit((unsigned char)**s); ++*s)
		if (n <= CPUMASK_MAX_CPUS)
			n = n * 10 + (unsigned int)(**s - '0');
	*out = n;
	return 0;
}

static int cpumask_parse_range(const char **s, struct cpu_range *r)
{
	int err = cpumask_parse_number(s, &r->first);

	if (err)
		return err;
	r->last = r->first;
	r->used = r->group = 1;
	if (**s != '-')
		return 0;
	++*s;
	err = cpumask_parse_number(s, &r->last);
	if (err || **s != ':')
		return err;
	++*s;
	err = cpumask_parse_number(s, &r->group);
	if (err || **s != '/')
		return err;
	++*s;
	r->used = r->group;
	return cpumask_parse_number(s, &r->group);
}

static int cpumask_check_range(const struct cpu_range *r)
{
	if (r->first > r->last || !r->group || r->used > r->group)
		return -EINVAL;
	return r->last < CPUMASK_MAX_CPUS ? 0 : -ERANGE;
}

int cpumask_parse(struct cpumask *m, const char *list)
{
	struct cpumask parsed = {0};

	for (;;) {
		struct cpu_range r;
		int err;

		while (*list == ',' || isspace((unsigned char)*list))
			list++;
		if (!*list)
			break;
		err = cpumask_parse_range(&list, &r);
		if (!err && *list && *list != ',' && !isspace((unsigned char)*list))
			err = -EINVAL;
		if (!err)
			err = cpumask_check_range(&r);
		if (err)
			return err;
		for (unsigned int cpu = r.first; cpu <= r.last; cpu++)
			if ((cpu - r.first) % r.group < r.used)
				cpumask_set(&parsed, (int)cpu);
	}
	*m = parsed;
	return 0;
}

/* Takes the digits from the last to the first: each is four CPUs, commas none. */
int cpumask_parse_hex(struct cpumask *m, const char *mask)
{
	struct cpumask parsed = {0};
	const char *end = mask + strlen(mask);
	int cpu = 0;

	while (end > mask && isspace((unsigned char)end[-1]))
		end--;
	if (end == mask)
		return -EINVAL;
	while (end-- > mask) {
		unsigned char c = (unsigned char)*end;
		int digit;

		if (c == ',')
			continue;
		if (!isxdigit(c))
			return -EINVAL;
		digit = isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
		if (digit && cpu >= CPUMASK_MAX_CPUS)
			return -ERANGE;
		for (int k = 0; k < 4; k++, cpu++)
			if (digit >> k & 1)
				cpumask_set(&parsed, cpu);
	}
	*m = parsed;
	return 0;
}

const char *cpumask_text(const struct cpumask *m, char *buf, size_t buf_bytes)
{
	static const char ellipsis[] = "…";
	size_t used = 0;
	int first, last, after;

	if (!buf_bytes)
		return buf;
	buf[0] = '\0';
	for (first = cpumask_next(m, -1); first >= 0; first = after) {
		char item[32];
		size_t item_bytes, spare_bytes;

		last = first;
		while ((after = cpumask_next(m, last)) == last + 1)
			last = after;
		item_bytes = (size_t)snprintf(item, sizeof(item),
					      first == last ? "%s%d" : "%s%d-%d",
					      used ? "," : "", first, last);
		/* While more is to come, keep the room to say so: a comma and "…". */
		spare_bytes = after < 0 ? 1 : sizeof(ellipsis) + 1;
		if (used + item_bytes + spare_bytes > buf_bytes) {
			snprintf(buf + used, buf_bytes - used, "%s%s", used ? "," : "",
				 buf_bytes - used > sizeof(ellipsis) ? ellipsis : "");
			break;
		}
		memcpy(buf + used, item, item_bytes + 1);
		used += item_bytes;
	}
	return buf;
}
