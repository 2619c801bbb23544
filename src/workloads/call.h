/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_CALL_H
#define TLBLAB_SRC_WORKLOADS_CALL_H

#include <errno.h>

/*
 * A system call in place, as its function in libc makes it. Where a CPU forgets in the
 * kernel what it had predicted, every return after a system call costs some ns: an
 * operation made so returns once, from itself, as the call does in a bare loop. 0 or
 * more, or -1 and errno.
 */
static inline long call_kernel(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}

#endif
