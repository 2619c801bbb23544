/* SPDX-License-Identifier: MIT */
/* Stacks as recorded on Linux 6.18 and 6.1, innermost first. */
#include "tlblab/trace/cause.h"

#include <string.h>

#include "support/check.h"

enum { FRAMES = 10 };

static const struct {
	enum cause cause;
	const char *stack[FRAMES];
} stacks[] = {
	{CAUSE_MUNMAP,
	 {"native_flush_tlb_multi", "flush_tlb_mm_range", "tlb_finish_mmu",
	  "vms_clear_ptes.part.0", "vms_complete_munmap_vmas", "do_vmi_align_munmap",
	  "__vm_munmap", "__x64_sys_munmap", "do_syscall_64"}},
	{CAUSE_MADVISE_DONTNEED,
	 {"flush_tlb_mm_range", "tlb_finish_mmu", "madvise_finish_tlb", "do_madvise",
	  "__x64_sys_madvise", "do_syscall_64"}},
	{CAUSE_MADVISE_FREE,
	 {"flush_tlb_mm_range", "tlb_finish_mmu", "madvise_free_single_vma",
	  "madvise_vma_behavior", "do_madvise.part.0", "__x64_sys_madvise"}},
	{CAUSE_NUMA_BALANCING,
	 {"flush_tlb_mm_range", "change_protection", "change_prot_numa",
	  "task_numa_work", "task_work_run", "exit_to_user_mode_loop"}},
	/* What a program's page fault set off on the way is not the program's doing. */
	{CAUSE_RECLAIM,
	 {"arch_tlbbatch_flush", "try_to_unmap_flush", "shrink_folio_list",
	  "shrink_lruvec", "try_to_free_mem_cgroup_pages", "handle_mm_fault",
	  "exc_page_fault"}},
	{CAUSE_COMPACTION,
	 {"flush_tlb_mm_range", "ptep_clear_flush", "try_to_migrate_one",
	  "migrate_pages_batch", "compact_zone", "khugepaged"}},
	{CAUSE_KHUGEPAGED,
	 {"flush_tlb_mm_range", "pmdp_collapse_flush", "collapse_huge_page",
	  "hpage_collapse_scan_pmd", "khugepaged", "kthread"}},
	{CAUSE_FORK,
	 {"flush_tlb_mm_range", "dup_mmap", "dup_mm.constprop.0", "copy_process",
	  "kernel_clone"}},
	{CAUSE_COPY_ON_WRITE,
	 {"flush_tlb_mm_range", "ptep_clear_flush", "wp_page_copy", "do_wp_page",
	  "handle_mm_fault"}},
	{CAUSE_MPROTECT,
	 {"flush_tlb_mm_range", "tlb_finish_mmu", "mprotect_fixup",
	  "do_mprotect_pkey.part.0", "__x64_sys_mprotect"}},
	{CAUSE_KERNEL_VMALLOC,
	 {"smp_call_function_many_cond", "on_each_cpu_cond_mask",
	  "flush_tlb_kernel_range", "__purge_vmap_area_lazy", "drain_vmap_area_work"}},
	{CAUSE_KERNEL_BPF,
	 {"smp_call_function_many_cond", "flush_tlb_kernel_range", "set_memory_rox",
	  "bpf_prog_pack_alloc", "__do_sys_bpf"}},
	{CAUSE_UNKNOWN, {"flush_tlb_mm_range", "a_function_of_the_future"}},
	{CAUSE_UNKNOWN, {NULL}},
};

static size_t depth_of(const char *const *stack)
{
	size_t n = 0;

	while (n < FRAMES && stack[n])
		n++;
	return n;
}

static void test_stacks_of_known_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(stacks); i++)
		assert_string_equal(
			cause_table[cause_of_stack(stacks[i].stack,
						   depth_of(stacks[i].stack))]
				.name,
			cause_table[stacks[i].cause].name);
}

static void test_frames_without_a_name_do_not_matter(void **state)
{
	const char *const stack[] = {NULL, "flush_tlb_mm_range", NULL,
				     "__x64_sys_munmap"};

	(void)state;
	assert_int_equal(cause_of_stack(stack, 4), CAUSE_MUNMAP);
}

static void test_every_cause_has_its_words(void **state)
{
	(void)state;
	for (int i = 0; i < CAUSE_N; i++) {
		assert_non_null(cause_table[i].name);
		assert_true(strlen(cause_table[i].title) > 0);
		assert_true(strlen(cause_table[i].remedy) > 20);
		assert_int_equal(cause_find(cause_table[i].name), i);
	}
	assert_int_equal(cause_find("no such"), CAUSE_N);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stacks_of_known_cause),
		cmocka_unit_test(test_frames_without_a_name_do_not_matter),
		cmocka_unit_test(test_every_cause_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
