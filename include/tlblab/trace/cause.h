/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_CAUSE_H
#define TLBLAB_TRACE_CAUSE_H

#include <stddef.h>

/*
 * Why the kernel flushed, read off the functions on its stack: the system call or the
 * kernel's own work that led to it. Release names change, so each cause has all the
 * names it went by.
 */
enum cause {
	CAUSE_UNKNOWN,
	CAUSE_COMPACTION,
	CAUSE_RECLAIM,
	CAUSE_NUMA_BALANCING,
	CAUSE_KSM,
	CAUSE_KHUGEPAGED,
	CAUSE_HUGE_SPLIT,
	CAUSE_MIGRATION,
	CAUSE_WRITEBACK,
	CAUSE_USERFAULTFD,
	CAUSE_FORK,
	CAUSE_COPY_ON_WRITE,
	CAUSE_EXEC,
	CAUSE_EXIT,
	CAUSE_MADVISE_FREE,
	CAUSE_MADVISE_PAGEOUT,
	CAUSE_MADVISE_DONTNEED,
	CAUSE_MPROTECT,
	CAUSE_MREMAP,
	CAUSE_BRK,
	CAUSE_MUNMAP,
	CAUSE_MMAP,
	CAUSE_TRUNCATE,
	CAUSE_KERNEL_BPF,
	CAUSE_KERNEL_MODULE,
	CAUSE_KERNEL_VMALLOC,
	CAUSE_KERNEL_PERMISSIONS,
	CAUSE_KERNEL_RANGE,
	CAUSE_CONTEXT_SWITCH,
	CAUSE_N
};

struct cause_desc {
	const char *name;   /* "madvise_dontneed": in JSON and filters */
	const char *title;  /* "madvise(MADV_DONTNEED)" */
	const char *remedy; /* what would stop it, one or two sentences */
};

extern const struct cause_desc cause_table[CAUSE_N];

/* By the names on a kernel stack, innermost first; unresolved frames are NULL. */
enum cause cause_of_stack(const char *const *names, size_t n);
/* CAUSE_N when there is none of that name. */
enum cause cause_find(const char *name);

#endif
