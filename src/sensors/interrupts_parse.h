/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_SENSORS_INTERRUPTS_PARSE_H
#define TLBLAB_SRC_SENSORS_INTERRUPTS_PARSE_H

#include <stddef.h>
#include <stdint.h>

/*
 * /proc/interrupts as text: a header line that names the online CPUs, then one row a
 * source, "label: count count … description". Column i is the i-th CPU of the header,
 * which is not CPU i when some are offline (kernel/irq/proc.c, show_interrupts).
 * Buffers need no terminator; nothing is copied.
 */

/* CPU ids of the columns, in order, into column_cpu (room for max). Returns how many,
 * -EINVAL when the text does not begin with such a line (or it is cut), -ERANGE when
 * there are more than max. */
int interrupts_parse_header(const char *text, size_t bytes, int *column_cpu, int max);

/* Finds the row that begins with `label` ("TLB:"), blanks before it allowed. *offset is
 * where the caller expects it (0: anywhere) and receives where it begins. Returns 0, or
 * -ENOENT; the row's end may lie outside the text. */
int interrupts_find_row(const char *text, size_t bytes, const char *label,
			size_t *offset);

/* The counts of a row that begins at text. Returns how many were read (at most max), or
 * -EINVAL when it is not such a row, -EAGAIN when the text ends before the row does. */
int interrupts_parse_row(const char *text, size_t bytes, const char *label,
			 uint32_t *count, int max);

#endif
