/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_LIST_H
#define TLBLAB_SRC_WORKLOADS_LIST_H

#include "tlblab/workloads/workload.h"

/* Every workload, in the order they are offered: NAME for a file with `NAME_ops`. */
#define WORKLOAD_LIST(ONE)                                                             \
	ONE(madvise)                                                                   \
	ONE(mmap1)                                                                     \
	ONE(release)                                                                   \
	ONE(bystander)                                                                 \
	ONE(collateral)                                                                \
	ONE(mprotect)                                                                  \
	ONE(fork)                                                                      \
	ONE(lazyfree)                                                                  \
	ONE(malloc)                                                                    \
	ONE(pmap)                                                                      \
	ONE(migrate)                                                                   \
	ONE(thp)                                                                       \
	ONE(compact)                                                                   \
	ONE(writeback)                                                                 \
	ONE(visit)                                                                     \
	ONE(exec)                                                                      \
	ONE(attach)

#define WORKLOAD_DECLARE(name) extern const struct workload_ops name##_ops;
WORKLOAD_LIST(WORKLOAD_DECLARE)
#undef WORKLOAD_DECLARE

#endif
