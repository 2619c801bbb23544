/* SPDX-License-Identifier: MIT */
/*
 * The rules are tried in order, and a rule holds when any frame has its function; so
 * what the kernel does on its own account (compaction inside a page fault inside
 * khugepaged) comes before what a program asked for. A rule that ends in "*" compares
 * the beginning only.
 *
 * Stacks as recorded on Linux 6.18 and 6.1; older and newer names from mm/madvise.c,
 * mm/memory.c, mm/migrate.c, mm/vmscan.c, mm/mprotect.c, mm/vmalloc.c and
 * arch/x86/mm/pat/set_memory.c of the releases that have them.
 */
#include "tlblab/trace/cause.h"

#include <stdbool.h>
#include <string.h>

const struct cause_desc cause_table[CAUSE_N] = {
	[CAUSE_UNKNOWN] = {"unknown", "unknown",
			   "The stack shows no function this table knows: read it on "
			   "the detail page."},
	[CAUSE_COMPACTION] =
		{"compaction", "memory compaction",
		 "The kernel moves pages to make huge ones. Set "
		 "vm.compaction_proactiveness=0, or thp defrag to defer or never."},
	[CAUSE_RECLAIM] =
		{"reclaim", "page reclaim",
		 "Memory is short. Raise the cgroup's memory.high, add memory, "
		 "or lock what must not be reclaimed with mlock()."},
	[CAUSE_NUMA_BALANCING] =
		{"numa_balancing", "automatic NUMA balancing",
		 "Place memory by hand (numactl) and set kernel.numa_balancing=0, or "
		 "raise its scan period."},
	[CAUSE_KSM] = {"ksm", "same-page merging (KSM)",
		       "Write 0 to /sys/kernel/mm/ksm/run, or slow it with "
		       "sleep_millisecs."},
	[CAUSE_KHUGEPAGED] =
		{"khugepaged", "khugepaged",
		 "Set transparent huge pages to madvise or never, or raise "
		 "khugepaged/scan_sleep_millisecs."},
	[CAUSE_HUGE_SPLIT] =
		{"huge_split", "splitting a huge page",
		 "Release memory in whole, aligned 2 MiB ranges, or keep such memory out "
		 "of huge pages with MADV_NOHUGEPAGE."},
	[CAUSE_MIGRATION] = {"migration", "page migration",
			     "Something moves pages: move_pages(), mbind(), cpuset or "
			     "memory hotplug. Place memory before it is used."},
	[CAUSE_WRITEBACK] =
		{"writeback", "writeback of file pages",
		 "Each write-out makes mapped pages read-only again. Write with write() "
		 "instead of a shared mapping, or write back less often "
		 "(vm.dirty_writeback_centisecs)."},
	[CAUSE_USERFAULTFD] = {"userfaultfd", "userfaultfd write protection",
			       "Protect larger ranges with one UFFDIO_WRITEPROTECT."},
	[CAUSE_FORK] =
		{"fork", "fork()",
		 "fork() makes the parent's pages read-only. Use posix_spawn() or "
		 "vfork(), or fork before the threads start."},
	[CAUSE_COPY_ON_WRITE] = {"copy_on_write", "copy on write",
				 "Pages shared since a fork() are copied at the first "
				 "write. Let children exec or exit soon."},
	[CAUSE_EXEC] = {"exec", "execve()",
			"A new program drops its old address space. Start fewer "
			"processes."},
	[CAUSE_EXIT] = {"exit", "exit of a process",
			"An address space ends. Start fewer processes."},
	[CAUSE_MADVISE_FREE] =
		{"madvise_free", "madvise(MADV_FREE)",
		 "Let the allocator keep memory longer: jemalloc dirty_decay_ms and "
		 "muzzy_decay_ms, tcmalloc release rate, mimalloc purge_delay."},
	[CAUSE_MADVISE_PAGEOUT] = {"madvise_pageout",
				   "madvise(MADV_COLD or MADV_PAGEOUT)",
				   "Advise larger ranges with one call."},
	[CAUSE_MADVISE_DONTNEED] =
		{"madvise_dontneed", "madvise(MADV_DONTNEED)",
		 "Let the allocator keep memory longer (jemalloc dirty_decay_ms:-1, "
		 "MALLOC_TRIM_THRESHOLD_), or release many ranges with one call."},
	[CAUSE_MPROTECT] = {"mprotect", "mprotect()",
			    "Change protection of larger ranges at once, or keep two "
			    "mappings of the same memory instead of toggling one."},
	[CAUSE_MREMAP] = {"mremap", "mremap()",
			  "Reserve room in advance so that buffers need not move."},
	[CAUSE_BRK] = {"brk", "brk()",
		       "The heap shrinks and grows: raise MALLOC_TRIM_THRESHOLD_ and "
		       "MALLOC_TOP_PAD_."},
	[CAUSE_MUNMAP] =
		{"munmap", "munmap()",
		 "Reuse memory instead of returning it: raise "
		 "MALLOC_MMAP_THRESHOLD_, or use a pool or another allocator."},
	[CAUSE_MMAP] = {"mmap", "mmap() over a mapping",
			"Reserve address space once and reuse it."},
	[CAUSE_TRUNCATE] =
		{"truncate", "truncating a mapped file",
		 "Unmap before shrinking the file, or shrink it less often."},
	[CAUSE_KERNEL_BPF] = {"kernel_bpf", "kernel range: BPF program",
			      "Programs are loaded or freed. Load them once and keep "
			      "them."},
	[CAUSE_KERNEL_MODULE] = {"kernel_module", "kernel range: module",
				 "A module is loaded or removed. Load all of them at "
				 "boot."},
	[CAUSE_KERNEL_VMALLOC] =
		{"kernel_vmalloc", "kernel range: vfree",
		 "The kernel returns vmalloc space: process stacks, large buffers, "
		 "eBPF, modules. It flushes every CPU, isolated ones included."},
	[CAUSE_KERNEL_PERMISSIONS] = {"kernel_permissions",
				      "kernel range: changed permissions",
				      "Kernel text or data changes its protection: "
				      "modules, BPF, ftrace or kprobes being set."},
	[CAUSE_KERNEL_RANGE] = {"kernel_range", "kernel range",
				"The kernel changed its own mappings: read the stack."},
	[CAUSE_CONTEXT_SWITCH] =
		{"context_switch", "context switch",
		 "A CPU that changes address spaces catches up with what "
		 "it missed, or has no PCIDs."},
};

struct rule {
	enum cause cause;
	const char *function;
};

static const struct rule rules[] = {
	{CAUSE_COMPACTION, "compact_zone"},
	{CAUSE_COMPACTION, "kcompactd*"},
	{CAUSE_RECLAIM, "shrink_folio_list*"},
	{CAUSE_RECLAIM, "shrink_page_list"},
	{CAUSE_RECLAIM, "try_to_unmap_flush*"},
	{CAUSE_RECLAIM, "try_to_free_pages"},
	{CAUSE_RECLAIM, "try_to_free_mem_cgroup_pages"},
	{CAUSE_RECLAIM, "shrink_lruvec"},
	{CAUSE_NUMA_BALANCING, "task_numa_work"},
	{CAUSE_NUMA_BALANCING, "change_prot_numa"},
	{CAUSE_NUMA_BALANCING, "do_numa_page"},
	{CAUSE_NUMA_BALANCING, "do_huge_pmd_numa_page"},
	{CAUSE_NUMA_BALANCING, "migrate_misplaced*"},
	{CAUSE_KSM, "ksm_scan_thread"},
	{CAUSE_KSM, "ksm_do_scan"},
	{CAUSE_KSM, "break_ksm*"},
	{CAUSE_KHUGEPAGED, "khugepaged*"},
	{CAUSE_KHUGEPAGED, "collapse_huge_page*"},
	{CAUSE_KHUGEPAGED, "hpage_collapse_scan*"},
	{CAUSE_KHUGEPAGED, "madvise_collapse"},
	{CAUSE_USERFAULTFD, "mwriteprotect_range"},
	{CAUSE_USERFAULTFD, "userfaultfd_ioctl*"},
	{CAUSE_FORK, "dup_mmap"},
	{CAUSE_FORK, "dup_mm*"},
	{CAUSE_FORK, "copy_page_range"},
	{CAUSE_WRITEBACK, "folio_mkclean"},
	{CAUSE_WRITEBACK, "page_mkclean*"},
	{CAUSE_WRITEBACK, "folio_clear_dirty_for_io"},
	{CAUSE_WRITEBACK, "clear_page_dirty_for_io"},
	{CAUSE_MIGRATION, "migrate_pages*"},
	{CAUSE_MIGRATION, "migrate_folio*"},
	{CAUSE_MIGRATION, "try_to_migrate*"},
	{CAUSE_COPY_ON_WRITE, "wp_page_copy"},
	{CAUSE_COPY_ON_WRITE, "do_wp_page"},
	{CAUSE_COPY_ON_WRITE, "do_huge_pmd_wp_page"},
	{CAUSE_EXEC, "exec_mmap"},
	{CAUSE_EXEC, "begin_new_exec"},
	{CAUSE_EXEC, "setup_arg_pages"},
	{CAUSE_EXEC, "do_execve*"},
	{CAUSE_EXEC, "bprm_execve*"},
	{CAUSE_EXIT, "exit_mmap"},
	{CAUSE_EXIT, "exit_mm*"},
	{CAUSE_EXIT, "do_exit"},
	{CAUSE_MADVISE_FREE, "madvise_free*"},
	{CAUSE_MADVISE_PAGEOUT, "madvise_pageout*"},
	{CAUSE_MADVISE_PAGEOUT, "madvise_cold*"},
	{CAUSE_HUGE_SPLIT, "__split_huge_p*"},
	{CAUSE_HUGE_SPLIT, "split_huge_p*"},
	{CAUSE_TRUNCATE, "unmap_mapping_range*"},
	{CAUSE_TRUNCATE, "unmap_mapping_pages"},
	{CAUSE_TRUNCATE, "truncate_pagecache*"},
	{CAUSE_MADVISE_DONTNEED, "madvise_dontneed*"},
	{CAUSE_MADVISE_DONTNEED, "do_madvise*"},
	{CAUSE_MADVISE_DONTNEED, "madvise_vma_behavior"},
	{CAUSE_MADVISE_DONTNEED, "__x64_sys_madvise"},
	{CAUSE_MADVISE_DONTNEED, "__x64_sys_process_madvise"},
	{CAUSE_MPROTECT, "mprotect_fixup"},
	{CAUSE_MPROTECT, "do_mprotect_pkey*"},
	{CAUSE_MREMAP, "move_page_tables"},
	{CAUSE_MREMAP, "__x64_sys_mremap"},
	{CAUSE_MREMAP, "__do_sys_mremap"},
	{CAUSE_BRK, "__x64_sys_brk"},
	{CAUSE_BRK, "__do_sys_brk"},
	{CAUSE_BRK, "do_brk_munmap"},
	{CAUSE_MUNMAP, "__vm_munmap"},
	{CAUSE_MUNMAP, "__x64_sys_munmap"},
	{CAUSE_MUNMAP, "ksys_shmdt"},
	{CAUSE_MMAP, "mmap_region*"},
	{CAUSE_MMAP, "do_mmap"},
	{CAUSE_MMAP, "__x64_sys_mmap"},
	{CAUSE_KERNEL_BPF, "bpf_*"},
	{CAUSE_KERNEL_BPF, "__bpf_*"},
	{CAUSE_KERNEL_BPF, "__do_sys_bpf"},
	{CAUSE_KERNEL_MODULE, "load_module"},
	{CAUSE_KERNEL_MODULE, "free_module"},
	{CAUSE_KERNEL_MODULE, "do_free_init"},
	{CAUSE_KERNEL_VMALLOC, "__purge_vmap_area_lazy"},
	{CAUSE_KERNEL_VMALLOC, "_vm_unmap_aliases"},
	{CAUSE_KERNEL_VMALLOC, "vfree*"},
	{CAUSE_KERNEL_VMALLOC, "purge_vmap*"},
	{CAUSE_KERNEL_VMALLOC, "drain_vmap_area_work"},
	{CAUSE_KERNEL_VMALLOC, "vunmap*"},
	{CAUSE_KERNEL_PERMISSIONS, "set_memory_*"},
	{CAUSE_KERNEL_PERMISSIONS, "change_page_attr*"},
	{CAUSE_KERNEL_PERMISSIONS, "cpa_flush*"},
	{CAUSE_KERNEL_PERMISSIONS, "__text_poke"},
	{CAUSE_KERNEL_RANGE, "flush_tlb_kernel_range"},
	{CAUSE_KERNEL_RANGE, "flush_tlb_all"},
	{CAUSE_CONTEXT_SWITCH, "switch_mm_irqs_off"},
};

/* Compilers append ".isra.0", ".part.0" and the like to a function they changed. */
static bool rule_matches(const char *rule, const char *name)
{
	size_t n = strlen(rule);

	if (rule[n - 1] == '*')
		return strncmp(rule, name, n - 1) == 0;
	return strncmp(rule, name, n) == 0 && (name[n] == '\0' || name[n] == '.');
}

enum cause cause_of_stack(const char *const *names, size_t n)
{
	for (size_t r = 0; r < sizeof(rules) / sizeof(rules[0]); r++)
		for (size_t i = 0; i < n; i++)
			if (names[i] && rule_matches(rules[r].function, names[i]))
				return rules[r].cause;
	return CAUSE_UNKNOWN;
}

enum cause cause_find(const char *name)
{
	for (int i = 0; i < CAUSE_N; i++)
		if (strcmp(cause_table[i].name, name) == 0)
			return (enum cause)i;
	return CAUSE_N;
}
