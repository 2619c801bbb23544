/* SPDX-License-Identifier: MIT */
/* Distributions carry changes back, so this is a warning and never a verdict. */
#include "tlblab/lab/kernel_changes.h"

#include <stdbool.h>
#include <stdio.h>

static const struct kernel_change changes[] = {
	/* native_flush_tlb_others() became native_flush_tlb_multi(). */
	{5, 13, "a CPU flushes itself while it waits for the others"},
	/* pte_flags_need_flush() in arch/x86/include/asm/tlbflush.h */
	{5, 19, "mprotect skips flushes that only add rights to dirty pages"},
	/* can_change_pte_writable() in mm/mprotect.c */
	{6, 2, "mprotect skips them for clean exclusive pages too"},
	/* struct mmu_gather in mm/mmu_gather.c */
	{6, 9, "munmap gathers fewer pages per flush"},
	/* arch/x86/mm/tlb.c: global ASIDs; mm/madvise.c: one gather */
	{6, 15, "AMD CPUs broadcast flushes, and madvise makes one gather per call"},
	/* madvise_dontneed under the lock of the mapping */
	{6, 17, "MADV_DONTNEED takes the mapping's own lock, not the address space's"},
};

_Static_assert(sizeof(changes) / sizeof(changes[0]) <= KERNEL_CHANGES_MAX, "all fit");

static bool release_read(const char *text, int *major, int *minor)
{
	return sscanf(text, "%d.%d", major, minor) == 2;
}

static bool is_before(const struct kernel_change *c, int major, int minor)
{
	return c->major < major || (c->major == major && c->minor <= minor);
}

int kernel_changes_between(const char *release, const char *other,
			   const struct kernel_change *out[KERNEL_CHANGES_MAX])
{
	int major[2], minor[2], n = 0;

	if (!release_read(release, &major[0], &minor[0]) ||
	    !release_read(other, &major[1], &minor[1]))
		return 0;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (is_before(&changes[i], major[0], minor[0]) !=
		    is_before(&changes[i], major[1], minor[1]))
			out[n++] = &changes[i];
	return n;
}
