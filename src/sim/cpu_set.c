/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "sim/machine.h"

enum { WORD_BITS = 64 };

bool cpu_set_has(const struct cpu_set *set, int cpu)
{
	int word = cpu / WORD_BITS - set->first;

	return word >= 0 && word < set->n && (set->words[word] >> cpu % WORD_BITS & 1);
}

bool cpu_set_add(struct cpu_set *set, int cpu)
{
	int word = cpu / WORD_BITS;
	int first = set->n && set->first < word ? set->first : word;
	int end = set->n && set->first + set->n > word ? set->first + set->n : word + 1;

	if (end - first != set->n) {
		uint64_t *words = calloc((size_t)(end - first), sizeof(*words));

		if (!words)
			return false;
		if (set->n)
			memcpy(words + (set->first - first), set->words,
			       (size_t)set->n * sizeof(*words));
		free(set->words);
		set->first = first;
		set->n = end - first;
		set->words = words;
	}
	set->words[word - first] |= UINT64_C(1) << cpu % WORD_BITS;
	return true;
}

void cpu_set_remove(struct cpu_set *set, int cpu)
{
	if (cpu_set_has(set, cpu))
		set->words[cpu / WORD_BITS - set->first] &=
			~(UINT64_C(1) << cpu % WORD_BITS);
}

int cpu_set_next(const struct cpu_set *set, int after)
{
	int cpu = after + 1;

	if (cpu < set->first * WORD_BITS)
		cpu = set->first * WORD_BITS;
	while (cpu < (set->first + set->n) * WORD_BITS) {
		uint64_t rest =
			set->words[cpu / WORD_BITS - set->first] >> cpu % WORD_BITS;

		if (rest)
			return cpu + __builtin_ctzll(rest);
		cpu = (cpu / WORD_BITS + 1) * WORD_BITS;
	}
	return -1;
}
