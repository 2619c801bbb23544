/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_WORKLOADS_PRESSURE_H
#define TLBLAB_SRC_WORKLOADS_PRESSURE_H

#include <stdatomic.h>
#include <stdint.h>

/*
 * Is memory short? A thread that sleeps beside the workers looks at the kernel's
 * pressure stall information twice a second, so that no operation has to.
 */
struct pressure;

/* NULL where the kernel keeps no such information (CONFIG_PSI, psi=1) or memory is
 * short. */
struct pressure *pressure_watch_new(const char *path);
void pressure_watch_free(struct pressure *p);
/* Goes up whenever some task waited for memory for a tenth of the last half second.
 * Shared by all workers, written when that happens. 0 for NULL. */
uint64_t pressure_alarms(const struct pressure *p);

/* The "some" line's total from the text of the file: microseconds. 0 or -EINVAL. */
int pressure_parse(const char *text, uint64_t *total_us);

#define PRESSURE_MEMORY_PATH "/proc/pressure/memory"

#endif
