/* SPDX-License-Identifier: MIT */
/* CPUID from the instruction and from a dump in memory; cpuid_dump.c reads files. */
#include "tlblab/machine/cpuid.h"

#include <cpuid.h>
#include <errno.h>
#include <sched.h>

#include "machine/child.h"

#define LEAF_EXTENDED	0x80000000u
#define LEAF_HYPERVISOR 0x40000000u

enum { SUBLEAVES_MAX = 32 };

/* Several interfaces may live there, each with a highest leaf of its own. */
static bool is_hypervisor_leaf(uint32_t leaf)
{
	return (leaf & 0xc0000000u) == LEAF_HYPERVISOR;
}

static bool live_read(const void *self, uint32_t leaf, uint32_t subleaf,
		      struct cpuid_regs *out)
{
	uint32_t highest = (uint32_t)__get_cpuid_max(leaf & LEAF_EXTENDED, NULL);

	(void)self;
	*out = (struct cpuid_regs){0};
	if (!is_hypervisor_leaf(leaf) && highest < leaf)
		return false;
	__cpuid_count(leaf, subleaf, out->eax, out->ebx, out->ecx, out->edx);
	return true;
}

const struct cpuid_source cpuid_live = {.read = live_read};

static const struct cpuid_regs *dump_find(const struct cpuid_dump *d, uint32_t leaf,
					  uint32_t subleaf)
{
	for (int i = 0; i < d->n; i++)
		if (d->records[i].leaf == leaf && d->records[i].subleaf == subleaf)
			return &d->records[i].regs;
	return NULL;
}

static bool dump_read(const void *self, uint32_t leaf, uint32_t subleaf,
		      struct cpuid_regs *out)
{
	const struct cpuid_dump *d = self;
	const struct cpuid_regs *found = dump_find(d, leaf, subleaf);
	const struct cpuid_regs *highest = dump_find(d, leaf & 0xc0000000u, 0);

	*out = (struct cpuid_regs){0};
	if (!found || (highest && highest->eax < leaf && !is_hypervisor_leaf(leaf)))
		return false;
	*out = *found;
	return true;
}

struct cpuid_source cpuid_dump_source(const struct cpuid_dump *d)
{
	return (struct cpuid_source){.read = dump_read, .self = d};
}

int cpuid_dump_put(struct cpuid_dump *d, uint32_t leaf, uint32_t subleaf,
		   const struct cpuid_regs *regs)
{
	int i = 0;

	while (i < d->n &&
	       (d->records[i].leaf != leaf || d->records[i].subleaf != subleaf))
		i++;
	if (i == CPUID_DUMP_MAX)
		return -ENOSPC;
	if (i == d->n)
		d->n++;
	d->records[i] = (struct cpuid_record){leaf, subleaf, *regs};
	return 0;
}

static void capture_leaf(struct cpuid_dump *d, uint32_t leaf)
{
	static const uint32_t with_subleaves[] = {4, 7, 0xb, 0x18, 0x8000001d};
	struct cpuid_regs regs;
	uint32_t subleaves = 1;

	for (unsigned int i = 0; i < sizeof(with_subleaves) / sizeof(uint32_t); i++)
		if (leaf == with_subleaves[i])
			subleaves = SUBLEAVES_MAX;
	if (!live_read(NULL, leaf, 0, &regs))
		return;
	/* Leaves 7 and 0x18 tell their last subleaf; the others repeat or are zero. */
	if (leaf == 7 || leaf == 0x18)
		subleaves = regs.eax < SUBLEAVES_MAX ? regs.eax + 1 : SUBLEAVES_MAX;
	else if (subleaves > 1)
		subleaves = 8;
	for (uint32_t s = 0; s < subleaves; s++)
		if (live_read(NULL, leaf, s, &regs))
			cpuid_dump_put(d, leaf, s, &regs);
}

static int capture_pinned(const void *arg, void *out)
{
	struct cpuid_dump *d = out;
	int cpu = *(const int *)arg, err = 0;
	size_t bytes = CPU_ALLOC_SIZE(cpu + 1);
	cpu_set_t *set = CPU_ALLOC(cpu + 1);

	if (!set)
		return -ENOMEM;
	CPU_ZERO_S(bytes, set);
	CPU_SET_S(cpu, bytes, set);
	if (sched_setaffinity(0, bytes, set))
		err = -errno;
	CPU_FREE(set);
	d->n = 0;
	for (uint32_t leaf = 0; !err && leaf <= 0x1f; leaf++)
		capture_leaf(d, leaf);
	for (uint32_t leaf = LEAF_EXTENDED; !err && leaf <= 0x80000026; leaf++)
		capture_leaf(d, leaf);
	return err;
}

int cpuid_capture(int cpu, struct cpuid_dump *out)
{
	return child_compute(capture_pinned, &cpu, out, sizeof(*out));
}
