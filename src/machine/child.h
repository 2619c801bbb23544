/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_MACHINE_CHILD_H
#define TLBLAB_SRC_MACHINE_CHILD_H

#include <stddef.h>

/* Runs compute(arg, out) in a child process and copies the `bytes` of *out back. What
 * the child allocates, pins or crashes stays with it. Returns compute's result
 * (0 or -errno), or -errno when there was no child or it did not answer. */
int child_compute(int (*compute)(const void *arg, void *out), const void *arg,
		  void *out, size_t bytes);

#endif
