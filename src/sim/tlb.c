/* SPDX-License-Identifier: MIT */
#include "sim/tlb.h"

size_t tlb_level_sets(int entries, int ways)
{
	size_t sets = 1;

	while ((int)(sets * 2) * ways <= entries)
		sets *= 2;
	return sets;
}

size_t tlb_level_entries(int entries, int ways)
{
	size_t sets = tlb_level_sets(entries, ways);

	return sets * ((size_t)entries / sets);
}

void tlb_level_init(struct tlb_level *l, int entries, int ways,
		    struct tlb_entry *storage, uint8_t *next)
{
	uint32_t sets = (uint32_t)tlb_level_sets(entries, ways);

	*l = (struct tlb_level){storage, next, sets - 1, (uint32_t)entries / sets};
}

uint32_t tlb_new_tag(struct tlb *t)
{
	if (!++t->next_tag) {
		/* Four thousand million flushes later: old tags must not come back. */
		for (int i = 0; i < 2; i++)
			for (uint32_t k = 0;
			     k < (t->level[i].set_mask + 1) * t->level[i].ways; k++)
				t->level[i].entries[k].key = 0;
		t->next_tag = 1;
	}
	return t->next_tag;
}

static struct tlb_entry *level_set(const struct tlb_level *l, uint32_t vpn)
{
	return &l->entries[(size_t)(vpn & l->set_mask) * l->ways];
}

static struct tlb_entry *level_find(const struct tlb_level *l, uint64_t key)
{
	struct tlb_entry *set = level_set(l, (uint32_t)key);

	for (uint32_t i = 0; i < l->ways; i++)
		if (set[i].key == key)
			return &set[i];
	return NULL;
}

static uint64_t key_of(uint32_t tag, uint32_t vpn)
{
	return (uint64_t)tag << 32 | vpn;
}

static void level_put(struct tlb_level *l, const struct tlb_entry *e)
{
	struct tlb_entry *set = level_set(l, (uint32_t)e->key);
	uint8_t *next = &l->next[(uint32_t)e->key & l->set_mask];

	set[*next] = *e;
	*next = (uint8_t)((*next + 1u) % l->ways);
}

int tlb_find(struct tlb *t, uint32_t tag, uint32_t vpn, struct tlb_entry *out)
{
	uint64_t key = key_of(tag, vpn);
	const struct tlb_entry *e = level_find(&t->level[0], key);

	if (e) {
		*out = *e;
		return 1;
	}
	e = level_find(&t->level[1], key);
	if (!e)
		return 0;
	*out = *e;
	level_put(&t->level[0], out);
	return 2;
}

void tlb_fill(struct tlb *t, uint32_t tag, uint32_t vpn, uint32_t frame, uint32_t gen)
{
	const struct tlb_entry e = {key_of(tag, vpn), frame, gen};

	level_put(&t->level[0], &e);
	level_put(&t->level[1], &e);
}

void tlb_drop(struct tlb *t, uint32_t tag, uint32_t vpn)
{
	uint64_t key = key_of(tag, vpn);

	for (int i = 0; i < 2; i++) {
		struct tlb_entry *e;

		/* Two copies cannot arise by tlb_find, but cost nothing to rule out. */
		while ((e = level_find(&t->level[i], key)))
			e->key = 0;
	}
}
