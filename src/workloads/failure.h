/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_FAILURE_H
#define TLBLAB_SRC_WORKLOADS_FAILURE_H

#include <errno.h>

#include "tlblab/workloads/workload.h"

/* A system call of the operation failed: leaves "call: why" from errno in the worker
 * and stops it. */
void worker_fail(struct worker *w, const char *call) __attribute__((cold));

#endif
