/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_SYMBOLS_H
#define TLBLAB_TRACE_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Names of kernel functions by address, from /proc/kallsyms. Where the kernel hides
 * addresses (kptr_restrict) or the file, there are no names and stacks keep addresses.
 */
struct kernel_symbols;

/* From root/proc/kallsyms; 0 or -errno: -EACCES when every address is hidden. */
int kernel_symbols_load(struct kernel_symbols **out, const char *root);
/* From the text of such a file. */
int kernel_symbols_parse(struct kernel_symbols **out, const char *text, size_t bytes);
void kernel_symbols_free(struct kernel_symbols *s); /* NULL is fine */
/* The function that holds the address; NULL when s is NULL or none does. offset may be
 * NULL. */
const char *kernel_symbols_name(const struct kernel_symbols *s, uint64_t address,
				uint64_t *offset);
/* The address of a function by its exact name; 0 when there is none. */
uint64_t kernel_symbols_address(const struct kernel_symbols *s, const char *name);

#endif
